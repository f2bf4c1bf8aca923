import { fail, ok, type Result } from "../kernel/result.ts";
import type { AppSource } from "../manifest/app-source.ts";
import type { ConfigVars } from "../release/config-vars.ts";
import { canonicalReference, parseReference, registryUrl } from "../slug/buildpack-reference.ts";
import { isOnShelf, unknownName } from "../slug/shelf.ts";
import type { App } from "./app.ts";
import type { PlatformFailure } from "./failure.ts";

export interface BuildpackFacts {
  /** In the registry; the reference itself for all that is not in it. */
  readonly name: string;
  /** Heroku's own have the name of a place that is none, others of the registry an archive there. */
  readonly url: string;
}

/** Set by the user, or pinned by the first successful build. heroku.md 6.2; none: the next build detects. */
export function buildpacksOf(app: App): readonly BuildpackFacts[] {
  return (keptBuildpacks(app) ?? []).map(factsOf);
}

function factsOf(reference: string): BuildpackFacts {
  if (parseReference(reference).kind !== "name") return { name: reference, url: reference };
  const url = reference.startsWith("heroku/") ? `urn:buildpack:${reference}` : registryUrl(reference);
  return { name: reference, url };
}

/** Kept at once, for the next build. A name has to be one that comes with dynosim; all else shows when it is fetched. */
export function setBuildpacks(
  app: App,
  references: readonly string[],
): Result<readonly BuildpackFacts[], PlatformFailure> {
  const buildpacks = references.map(canonicalReference);
  for (const text of buildpacks) {
    const reference = parseReference(text);
    if (reference.kind === "name" && !isOnShelf(reference.name)) return fail(unknownName(reference.name));
  }
  app.change({ buildpacks });
  return ok(buildpacks.map(factsOf));
}

/**
 * What the next build runs, in order; none: it detects. The config var is older than buildpacks of apps and stronger
 * (heroku/cli, lib/buildpacks: "will be used for the next release"); app.json counts when an app is made. heroku.md 6.6
 */
export function buildpacksFor(app: App, source: AppSource, configVars: ConfigVars): readonly string[] {
  const url = configVars["BUILDPACK_URL"];
  if (url !== undefined && url !== "") return [canonicalReference(url)];
  return keptBuildpacks(app) ?? source.appJson.buildpacks.map(canonicalReference);
}

/** The first successful build of an app pins what it ran, so that another language's file changes nothing later. */
export function pinBuildpacks(app: App, configVars: ConfigVars, ran: readonly string[]): void {
  if (configVars["BUILDPACK_URL"] || buildpacksOf(app).length > 0) return;
  app.change({ buildpacks: ran });
}

/** An app that was saved before these were has those of its slug. */
function keptBuildpacks({ state, history }: App): readonly string[] | undefined {
  return state.buildpacks ?? history.current?.slug?.buildpacks;
}

/** Ours install what our images hold in store; Heroku's images go with Heroku's own. */
export function foreignStackNotice(ran: readonly string[]): string | undefined {
  const ours = ran.filter((name) => isOnShelf(name));
  if (ours.length === 0) return undefined;
  return `${ours.join(", ")}: dynosim's own, made for dynosim's images; on those of --stack-image take Heroku's by its git URL.`;
}

const MULTI = /heroku-buildpack-multi(?:\.git)?(?:#|$)/;

/** Heroku itself never read that file: a buildpack of the years before 2015 did. */
export function dotBuildpacksNotice(source: AppSource, buildpacks: readonly string[]): string | undefined {
  const isThere = source.files.some(({ path }) => path === ".buildpacks");
  if (!isThere || buildpacks.some((text) => MULTI.test(text))) return undefined;
  return ".buildpacks is not read, as Heroku does not read it (only heroku-buildpack-multi did): set what it lists with dynosim buildpacks:add URL, line by line.";
}
