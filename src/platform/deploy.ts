import { createHmac } from "node:crypto";
import { DYNO_TYPES, dynoTypeNamed } from "../heroku/dyno-types.ts";
import { METADATA_FEATURES } from "../heroku/features.ts";
import { WEB } from "../heroku/names.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { AppSource } from "../manifest/app-source.ts";
import { NO_PROCFILE } from "../manifest/procfile.ts";
import type { ManifestFailure } from "../manifest/failure.ts";
import { readAppSource } from "../manifest/read-app.ts";
import { patched, type ConfigVars } from "../release/config-vars.ts";
import type { Release } from "../release/release.ts";
import { deployDescription, type Slug } from "../release/slug.ts";
import { softLimitWarning } from "../slug/build-output.ts";
import type { App } from "./app.ts";
import { appJsonNotices } from "./app-json-notices.ts";
import type { SlugFor } from "./compile.ts";
import { envNotice } from "./env-notice.ts";
import { explain } from "./explain.ts";
import type { PlatformFailure } from "./failure.ts";
import { formationNotices, withoutStrangers } from "./formation-notices.ts";
import type { BuildOptions, Built, Deployed, DeployOptions } from "./platform.ts";
import { hasReleasePhase } from "./release-phase.ts";
import type { State } from "./state.ts";
import { wantFormation } from "./stored-formation.ts";

export interface DeployTools {
  /** The former slug where nothing that goes into one has changed, else a new one. */
  readonly slugFor: SlugFor;
  /** Resolves when dynos can be started. */
  readonly opening: Promise<Result<void, PlatformFailure>>;
  /** Begins when no other release is being made. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly runReleasePhase: (
    release: Release,
    onLine: (line: string) => void,
  ) => Promise<Result<Release, PlatformFailure>>;
  readonly runPostdeploy: (
    release: Release,
    command: string,
    onLine: (line: string) => void,
  ) => Promise<void>;
  /** Puts the release into force. */
  readonly roll: (release: Release) => void;
}

/** From source to running dynos: what `git push heroku` does, and what each `up` does. */
export async function deploy(
  app: App,
  options: DeployOptions,
  tools: DeployTools,
): Promise<Result<Deployed, PlatformFailure>> {
  const prepared = await prepare(app, options);
  if (!prepared.ok) return prepared;
  const { source, configVars } = prepared.value;
  const compiled = await tools.slugFor(source, configVars, app.history.current?.slug, options, {
    started: () => app.tell("Build started"),
    failed: () => app.tellResult("Build failed -- check your build output"),
  });
  if (!compiled.ok) return compiled;
  const opened = await tools.opening;
  if (!opened.ok) return opened;
  const { slug, isNew, notices, reports } = compiled.value;
  const built: Built = {
    compiled: isNew,
    slugSize: slug.size,
    notices: [...notices, ...sourceNotices(app, source, configVars, slug)],
    buildpackReports: reports,
  };
  const released = await tools.inTurn(() => putInForce(app, source, configVars, slug, options, tools));
  if (!released.ok) return released;
  const more = formationNotices(app.state, slug);
  app.change({ formation: withoutStrangers(app.state, slug) });
  return ok({
    ...built,
    notices: [...built.notices, ...more],
    release: released.value,
    treeHash: source.treeHash,
  });
}

/** Looks anew at what is in force: config vars may have been set, or a release rolled back, while the slug was compiled. */
async function putInForce(
  app: App,
  source: AppSource,
  compiledWith: ConfigVars,
  slug: Slug,
  options: DeployOptions,
  tools: DeployTools,
): Promise<Result<Release, PlatformFailure>> {
  if (options.signal?.aborted) return fail({ kind: "build-aborted" });
  const { current } = app.history;
  const isFirst = current?.slug === undefined;
  const metadata = METADATA_FEATURES.filter((name) => app.hasFeature(name));
  const types = newTypes(app, isFirst ? source : undefined, slug);
  if (!types.ok) return types;
  app.change({ formation: { ...app.state.formation, ...types.value } });
  const scaled = wantFormation(app, options.formation, slug);
  if (!scaled.ok) return scaled;
  if (current?.slug?.image === slug.image && isSame(current.metadata, metadata)) {
    tools.roll(current);
    return ok(current);
  }
  // app.json's first values are in no state before the first release
  const configVars = isFirst ? patched(compiledWith, app.state.configVars) : ok(app.state.configVars);
  if (!configVars.ok) return configVars;
  const released = await release(app, slug, configVars.value, metadata, options.onLine, tools);
  if (!released.ok) return released;
  const { postdeploy } = source.appJson;
  if (isFirst && postdeploy !== undefined)
    await tools.runPostdeploy(released.value, postdeploy, options.onLine);
  if (isFirst) app.tell(`Scaled to ${formationLine(app, slug)}`);
  tools.roll(released.value);
  app.tellResult("Build succeeded");
  return released;
}

/** Compiles and keeps nothing but the caches. */
export async function build(
  app: App,
  options: BuildOptions,
  tools: Pick<DeployTools, "slugFor">,
): Promise<Result<Built & { readonly slug: Slug }, PlatformFailure>> {
  const prepared = await prepare(app, options);
  if (!prepared.ok) return prepared;
  const { source, configVars } = prepared.value;
  const compiled = await tools.slugFor(source, configVars, app.history.current?.slug, options, {
    started: () => {},
    failed: () => {},
  });
  if (!compiled.ok) return compiled;
  const { slug, isNew, notices, reports } = compiled.value;
  return ok({
    compiled: isNew,
    slugSize: slug.size,
    notices: [...notices, ...sourceNotices(app, source, configVars, slug)],
    buildpackReports: reports,
    slug,
  });
}

/** What Heroku's git server prints before it refuses a push. heroku.md 6.1 */
function refusalLines(failure: ManifestFailure): readonly string[] {
  return failure.kind === "submodule-refused"
    ? [...failure.lines, "", " !\tPush rejected, submodule install failed", ""]
    : [];
}

/** All analysis first, so that a bad file fails before anything slow. */
async function prepare(
  app: App,
  options: BuildOptions,
): Promise<Result<{ readonly source: AppSource; readonly configVars: ConfigVars }, PlatformFailure>> {
  const source = await readAppSource(app.folder, options.source);
  if (!source.ok) {
    for (const line of refusalLines(source.failure)) options.onLine(line);
    return source;
  }
  const { appJsonFailure } = source.value;
  const isFirst = app.history.current?.slug === undefined;
  if (isFirst && appJsonFailure !== undefined) return fail(appJsonFailure);
  const seeded = configVarsFor(app, source.value);
  if (!seeded.ok) return seeded;
  const configVars = patched(seeded.value, options.extraEnv);
  return configVars.ok ? ok({ source: source.value, configVars: configVars.value }) : configVars;
}

/** app.json's env counts when the app's first slug is released, and never after. heroku.md 6.6 */
function configVarsFor(app: App, source: AppSource): Result<ConfigVars, PlatformFailure> {
  const { configVars } = app.state;
  if (app.history.current?.slug !== undefined) return ok(configVars);
  const asked = source.appJson.env.filter(({ name }) => !Object.hasOwn(configVars, name));
  const missing = asked.filter(({ value, secret, required }) => value === undefined && !secret && required);
  if (missing.length > 0)
    return fail({ kind: "required-config-vars", names: missing.map(({ name }) => name) });
  const values = asked.flatMap(({ name, value, secret }) => {
    if (secret) return [[name, secretFor(app, name)]];
    return value === undefined ? [] : [[name, value]];
  });
  return patched(configVars, Object.fromEntries(values) as ConfigVars);
}

/** As good as random, and the same when the app begins anew: another value would be another slug. */
function secretFor(app: App, name: string): string {
  return createHmac("sha256", app.state.instance).update(name).digest("hex");
}

async function release(
  app: App,
  slug: Slug,
  configVars: ConfigVars,
  metadata: Release["metadata"],
  onLine: (line: string) => void,
  tools: DeployTools,
): Promise<Result<Release, PlatformFailure>> {
  const phase = hasReleasePhase({ slug });
  onLine("-----> Launching...");
  for (const line of softLimitWarning(slug.size)) onLine(line);
  if (phase) {
    onLine(
      " !     Release command declared: this new release will not be available until the command succeeds.",
    );
  }
  const status = phase ? "pending" : "succeeded";
  const created = app.release(deployDescription(slug), slug, configVars, status, metadata);
  onLine(`       Released v${created.version}`);
  return phase ? tools.runReleasePhase(created, onLine) : ok(created);
}

/** A feature that was turned on or off since takes a deploy to show: this is one. heroku.md 5.2 */
function isSame(former: Release["metadata"], now: Release["metadata"]): boolean {
  return String(former ?? []) === String(now ?? []);
}

/**
 * A type that the app has for the first time: web=1 and others 0, but for what app.json asks at the app's creation.
 * heroku.md 6.4, 6.6
 */
function newTypes(
  app: App,
  created: AppSource | undefined,
  slug: Slug,
): Result<State["formation"], PlatformFailure> {
  const types = Object.keys(slug.processTypes).filter((type) => app.state.formation[type] === undefined);
  const entries: [string, State["formation"][string]][] = [];
  for (const type of types) {
    const asked = created?.appJson.formation[type];
    const size = asked?.size === undefined ? app.defaultSize : dynoTypeNamed(asked.size.toLowerCase());
    if (size === undefined)
      return fail({ kind: "unknown-dyno-type", size: asked?.size ?? "", known: Object.keys(DYNO_TYPES) });
    entries.push([type, { quantity: asked?.quantity ?? (type === WEB ? 1 : 0), size: size.name }]);
  }
  return ok(Object.fromEntries(entries));
}

/** `console@0:Basic web@1:Basic`. heroku.md 2.8 */
export function formationLine(app: App, slug: Slug): string {
  return Object.keys(slug.processTypes)
    .toSorted()
    .map((type) => `${type}@${app.state.formation[type]?.quantity ?? 0}:${app.sizeOf(type).label}`)
    .join(" ");
}

/** What a person should know of the folder; the files that were left out come last, just above `Ready`. */
function sourceNotices(app: App, source: AppSource, configVars: ConfigVars, slug: Slug): readonly string[] {
  const hasTypes = Object.keys(slug.processTypes).length > 0;
  const ofProcfile = source.procfile.notices.filter((notice) => notice !== NO_PROCFILE || !hasTypes);
  const notices = [...source.notices, ...ofProcfile];
  if (app.history.current?.slug === undefined) notices.push(...appJsonNotices(source.appJson));
  if (source.appJsonFailure !== undefined) {
    notices.push(
      `${explain(source.appJsonFailure).title} It is read when an app is created, so this one does without.`,
    );
  }
  const env = envNotice(source.folder, configVars);
  if (env !== undefined) notices.push(env);
  if (source.leftOut.length > 0) {
    notices.push(
      `Not in the build, as git push would not send them (untracked): ${listed(source.leftOut)}. To include them: dynosim up --working-tree`,
    );
  }
  return notices;
}

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, 5).join(", ");
  return paths.length > 5 ? `${shown} and ${paths.length - 5} more` : shown;
}
