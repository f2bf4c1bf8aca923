import type { ConfigVars } from "../release/config-vars.ts";
import type { Slug } from "../release/slug.ts";
import type { State } from "./state.ts";

/** Slugs kept for the next time; tests of one app differ in a few config vars, and each set has its own. */
const SPARES = 5;

/**
 * An app that begins anew each time, as a test wants it: of the former one only what took long to make is kept, its
 * slugs and its place in the engine, where the build's cache is.
 */
export function freshState(former: Partial<State>, configVars: ConfigVars): Partial<State> {
  const { instance, stickyPython, releases = [], spareSlugs = [] } = former;
  const slugs = [...releases.toReversed().flatMap(({ slug }) => slug ?? []), ...spareSlugs];
  return {
    ...(instance === undefined ? {} : { instance }),
    stickyPython,
    spareSlugs: distinct(slugs).slice(0, SPARES),
    configVars,
  };
}

function distinct(slugs: readonly Slug[]): readonly Slug[] {
  return [...new Map(slugs.toReversed().map((slug) => [slug.image, slug])).values()].toReversed();
}
