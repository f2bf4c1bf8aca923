import { SLUG_SOFT_LIMIT } from "../heroku/limits.ts";
import { largestParts, listedParts } from "./largest-parts.ts";
import { shownPath, type SlugTree } from "./slug-tree.ts";

/** Parts and paths that are named. */
export const NAMED = 8;
/** Builds stand below it, and a dyno's is empty. */
const GONE = "/tmp/";

/** What a person should know of a slug that Heroku would take without a word. */
export function slugNotices(tree: SlugTree, size: number): readonly string[] {
  return [...largest(tree, size), ...brokenLinks(tree), ...specialFiles(tree)];
}

function largest(tree: SlugTree, size: number): readonly string[] {
  if (size <= SLUG_SOFT_LIMIT) return [];
  return [`Largest in the slug, uncompressed: ${listedParts(largestParts(tree, NAMED))}.`];
}

/** heroku.md 6.1: a path that the build recorded breaks, for it ran elsewhere. */
function brokenLinks(tree: SlugTree): readonly string[] {
  const broken = [...tree].filter(([, { type, content }]) => type === "l" && content.startsWith(GONE));
  if (broken.length === 0) return [];
  const named = broken
    .slice(0, NAMED)
    .map(([path, { content }]) => `${shownPath(path)} -> ${shownPath(content)}`);
  return [
    `Links that lead nowhere on a dyno, where the app is at /app and /tmp is empty: ${listed(named, broken.length)}. Let the build make them relative.`,
  ];
}

/** Pipes go along but nobody is at their end; sockets are not kept at all. */
function specialFiles(tree: SlugTree): readonly string[] {
  const special = [...tree].filter(([, { type }]) => !"fld".includes(type)).map(([path]) => shownPath(path));
  if (special.length === 0) return [];
  return [
    `Neither files nor links nor folders: ${listed(special.slice(0, NAMED), special.length)}. A slug keeps no sockets, and what made a pipe does not run on a dyno.`,
  ];
}

function listed(named: readonly string[], all: number): string {
  return all > named.length ? `${named.join(", ")} and ${all - named.length} more` : named.join(", ");
}
