import { slugGlobs, type SlugGlob } from "./slug-glob.ts";

/** `.slugignore` of the root: what it matches is deleted before the buildpack runs. heroku.md 6.1 */
export interface Slugignore {
  /** The file, or a folder that it is in, matches. */
  deletes(path: string): boolean;
  /**
   * How many files and folders match of a checkout with these files: the figure in Heroku's line. What lies in a folder
   * that matches counts only where it matches by itself, and nothing is deleted twice.
   */
  count(paths: readonly string[]): number;
  readonly notices: readonly string[];
}

/** Never part of a slug, tracked or not. heroku.md 6.1; `.dynosim` holds this program's own state. */
const NEVER = /(?:^|\/)\.(?:git|dynosim)(?:\/|$)/;

/** A pattern for each line; what comes after `#` is a comment, and blanks around a pattern do not count. */
export function parseSlugignore(text: string): Slugignore {
  const lines = text
    .split("\n")
    .map((line) => (line.split("#")[0] ?? "").trim())
    .filter((line) => line !== "");
  const globs = lines.flatMap((line) => slugGlobs(line));
  return {
    deletes: (path) =>
      NEVER.test(path) || globs.some((glob) => coming(path).some((part) => matches(glob, part))),
    count: (paths) => count(globs, paths),
    notices: lines
      .filter((line) => line.startsWith("!"))
      .map((line) => `.slugignore: "${line}" has no effect: Heroku knows no "!" there.`),
  };
}

/** Pattern by pattern, as each deletes before the next is looked up. */
function count(globs: readonly SlugGlob[], paths: readonly string[]): number {
  const kept = new Map(
    paths
      .filter((path) => !NEVER.test(path))
      .flatMap((path) => coming(path))
      .map((part) => [part.path, part]),
  );
  let total = 0;
  for (const glob of globs) {
    const gone = new Set([...kept.values()].filter((part) => matches(glob, part)).map(({ path }) => path));
    total += gone.size;
    if (gone.size === 0) continue;
    for (const path of kept.keys()) if (coming(path).some((part) => gone.has(part.path))) kept.delete(path);
  }
  return total;
}

interface Part {
  readonly path: string;
  readonly isFolder: boolean;
}

/** `a/`, `a/b/` and `a/b/c` of `a/b/c`. */
function coming(path: string): readonly Part[] {
  const parts: Part[] = [];
  for (let slash = path.indexOf("/"); slash !== -1; slash = path.indexOf("/", slash + 1))
    parts.push({ path: path.slice(0, slash), isFolder: true });
  parts.push({ path, isFolder: false });
  return parts;
}

function matches(glob: SlugGlob, { path, isFolder }: Part): boolean {
  return (isFolder || !glob.foldersOnly) && glob.pattern.test(path);
}
