import { fileURLToPath } from "node:url";
import type { Engine } from "../engine/engine.ts";
import { otherOrigin } from "../engine/slug-origin.ts";
import type { ImagePair } from "../engine/stack-images.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Random } from "../kernel/random.ts";
import { ok, type Result } from "../kernel/result.ts";
import type { Millis } from "../kernel/units.ts";
import type { AppSource } from "../manifest/app-source.ts";
import { changedSinceBuild } from "../release/build-config.ts";
import type { ConfigVars } from "../release/config-vars.ts";
import type { Slug } from "../release/slug.ts";
import { OUTPUT } from "../slug/build-output.ts";
import type { BuildReport } from "../slug/build-report.ts";
import type { Buildpack } from "../slug/buildpack.ts";
import { findBuildpack } from "../slug/find-buildpack.ts";
import { stackIsThere } from "./stack-is-there.ts";
import { readShelf } from "../slug/shelf.ts";
import { slugInputs } from "../slug/slug-inputs.ts";
import type { SentMemory } from "../slug/sent-source.ts";
import type { FileMemory, FormerSlug } from "../slug/slug-input.ts";
import { readWrittenTree, writtenTree } from "../slug/slug-tree.ts";
import { NO_IMAGE } from "../slug/weigh-slug.ts";
import { buildpacksFor, dotBuildpacksNotice, foreignStackNotice, pinBuildpacks } from "./app-buildpacks.ts";
import type { App } from "./app.ts";
import { chooseStack } from "./choose-stack.ts";
import type { PlatformFailure } from "./failure.ts";
import type { BuildOptions } from "./platform.ts";
import type { TreeFiles } from "./tree-file.ts";

/** The former slug where nothing that goes into one has changed, else a new one. */
export type SlugFor = (
  source: AppSource,
  configVars: ConfigVars,
  former: Slug | undefined,
  options: BuildOptions,
  watcher: BuildWatcher,
) => Promise<Result<SlugForResult, PlatformFailure>>;

export interface BuildWatcher {
  readonly started: () => void;
  readonly failed: () => void;
}

interface SlugForResult {
  readonly slug: Slug;
  readonly isNew: boolean;
  readonly notices: readonly string[];
  /** None where nothing was built. */
  readonly reports: Readonly<Record<string, BuildReport>>;
}

export interface CompileTools {
  readonly app: App;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly timeLimit: Millis;
  readonly random: Random;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onNotice: (line: string) => void;
  /** Where buildpacks that were fetched are kept. */
  readonly cache: string;
  /** What former slugs hold, by their images. */
  readonly trees: TreeFiles;
  /** What is known of that slug's files. */
  readonly memory: FileMemory;
  /** Where the source of its build lies. */
  readonly sent: SentMemory;
}

const BUILDPACKS = fileURLToPath(new URL("../../buildpack-sim", import.meta.url));

export function slugCompiler(tools: CompileTools): SlugFor {
  const { app, engine, clock, random } = tools;
  return async (source, configVars, former, options, watcher) => {
    const wanted = options.buildpacks ?? buildpacksFor(app, source, configVars);
    const found = await findWanted(wanted, tools, options, watcher);
    if (!found.ok) return found;
    const { set, shelf } = found.value;
    const stack = await stackFor(source, wanted, former, tools, options);
    if (!stack.ok) return stack;
    const { pythonMinor, usesPython, images, ids } = stack.value;
    const inputsOf = (buildpacks: readonly Buildpack[], detects: boolean): string =>
      slugInputs({
        treeHash: source.treeHash,
        buildpacks,
        detects,
        images: ids,
        pythonMinor,
        strict: options.strict,
      });
    // what detection found is set from then on: its slug goes by both
    const detection = set.length === 0 ? inputsOf(shelf, true) : undefined;
    const inputs = inputsOf(set, false);
    const fits = (slug: Slug): boolean =>
      detection === undefined ? slug.inputs === inputs : slug.detection === detection;
    for (const slug of [former, ...app.state.spareSlugs]) {
      if (slug === undefined || !fits(slug) || !isBuiltWith(slug, configVars)) continue;
      if (!(await engine.hasImage(slug.image))) continue;
      if (options.buildpacks === undefined) pinBuildpacks(app, configVars, slug.buildpacks);
      return ok({ slug, isNew: false, notices: [], reports: {} });
    }
    watcher.started();
    // an `up` of what was built before needs none of it
    const { compileSlug } = await import("../slug/compile-slug.ts");
    const compiled = await compileSlug(
      {
        label: app.label,
        source,
        configVars,
        buildpacks: set,
        pythonMinor,
        images,
        strict: options.strict,
        offline: options.offline ?? false,
        release: app.history.nextVersion,
        inputs,
        isKept: options.isKept ?? true,
        former: former && formerSlug(former, tools),
        formerBase: () => baseOf(former, tools),
      },
      {
        engine,
        clock,
        random,
        shelf,
        onLine: options.onLine,
        drained: options.drained,
        onProgress: tools.onNotice,
        signal: options.signal,
        timeLimit: tools.timeLimit,
        memory: tools.memory,
        sent: tools.sent,
      },
    );
    if (!compiled.ok) {
      watcher.failed();
      return compiled;
    }
    const { notices, reports, tree, ...slug } = compiled.value;
    const kept = [slug, app.history.current?.slug].flatMap((one) => [one?.image, one?.base]);
    if (tree !== undefined && slug.image !== NO_IMAGE)
      tools.trees.save(
        slug.image,
        writtenTree(tree),
        kept.filter((image) => image !== undefined),
      );
    if (usesPython) app.change({ stickyPython: pythonMinor });
    if (options.buildpacks === undefined) pinBuildpacks(app, configVars, slug.buildpacks);
    const ran = shelf.filter(({ name }) => slug.buildpacks.includes(name));
    const named = detection === undefined ? slug : { ...slug, inputs: inputsOf(ran, false), detection };
    const more = [dotBuildpacksNotice(source, wanted), images && foreignStackNotice(slug.buildpacks)].filter(
      (notice) => notice !== undefined,
    );
    return ok({ slug: named, isNew: true, notices: [...notices, ...more], reports });
  };
}

interface Wanted {
  /** Set or pinned; none: the shelf is asked. */
  readonly set: readonly Buildpack[];
  readonly shelf: readonly Buildpack[];
}

/** One that cannot be had ends the build before it begins, in Heroku's words. */
async function findWanted(
  wanted: readonly string[],
  tools: CompileTools,
  options: BuildOptions,
  watcher: BuildWatcher,
): Promise<Result<Wanted, PlatformFailure>> {
  const shelf = await readShelf(BUILDPACKS);
  if (!shelf.ok) return shelf;
  const { app, clock, cache, onNotice } = tools;
  const { signal, offline = false } = options;
  const sources = { home: BUILDPACKS, app: app.folder, cache, clock, signal, offline, onNotice };
  const set: Buildpack[] = [];
  for (const text of wanted) {
    const found = await findBuildpack(text, sources);
    if (!found.ok) {
      watcher.started();
      for (const line of [OUTPUT.stack, ...OUTPUT.notFetched(text)]) options.onLine(line);
      watcher.failed();
      return found;
    }
    set.push(found.value);
  }
  return ok({ set, shelf: shelf.value });
}

interface Stack {
  readonly pythonMinor: string;
  readonly usesPython: boolean;
  readonly images: ImagePair | undefined;
  /** Of the images that the build and its dynos stand on. */
  readonly ids: readonly string[];
}

/** The images that the user named, else ours for the app's Python; what is missing is made or pulled. */
async function stackFor(
  source: AppSource,
  wanted: readonly string[],
  former: Slug | undefined,
  { app, engine, onNotice }: CompileTools,
  options: BuildOptions,
): Promise<Result<Stack, PlatformFailure>> {
  const chosen = await chooseStack(engine.stack, {
    source,
    buildpacks: wanted.length === 0 ? undefined : wanted,
    stickyPython: app.state.stickyPython,
    lastMinor: former?.pythonMinor,
  });
  if (!chosen.ok) return chosen;
  const named = options.images ?? app.state.stackImages ?? "own";
  const there = options.offline ? await stackIsThere(engine, named, chosen.value.pythonMinor) : ok();
  if (!there.ok) return there;
  if (named !== "own") {
    const images = await engine.stack.fetch(named, onNotice, options.signal);
    return images.ok
      ? ok({ ...chosen.value, images: images.value, ids: [images.value.build, images.value.run] })
      : images;
  }
  const { pythonMinor } = chosen.value;
  // a machine without any Python can build what needs none
  const isNeeded = chosen.value.usesPython || engine.stack.origin === "images";
  const made =
    options.offline || !isNeeded ? ok() : await engine.stack.build(pythonMinor, onNotice, options.signal);
  if (!made.ok) return made;
  const pair = await engine.stack.list(pythonMinor);
  if (!pair.ok) return pair;
  const ids = pair.value.map(({ id }) => id);
  return ok({ ...chosen.value, images: undefined, ids });
}

/** Would a build with these config vars make the same? */
function isBuiltWith({ config }: Slug, configVars: ConfigVars): boolean {
  return config !== undefined && changedSinceBuild(config, configVars).length === 0;
}

/** Undefined for one of the other engine, too: its files are others, and nothing is laid on them. */
function formerSlug(slug: Slug, { engine, trees }: CompileTools): FormerSlug | undefined {
  if (otherOrigin(slug.image, engine) !== undefined) return undefined;
  const written = trees.load(slug.image);
  const tree = written === undefined ? undefined : readWrittenTree(written);
  return tree && { slug, tree };
}

/** The slug in full that `former` is a layer of changes on. */
function baseOf(former: Slug | undefined, tools: CompileTools): FormerSlug | undefined {
  const base = tools.app.state.releases.find(
    ({ slug }) => slug !== undefined && slug.image === former?.base,
  )?.slug;
  return base && formerSlug(base, tools);
}
