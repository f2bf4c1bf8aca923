import type { LostFile } from "../launched.ts";

/** One line of the engine's list of changes; 0 changed, 1 added, 2 deleted. */
export interface RawChange {
  readonly Path: string;
  readonly Kind: number;
}

/** What programs leave without the app's doing: nobody misses it. engine.md 9 */
const NOISE: readonly RegExp[] = [
  /^\/(dev|run|proc|sys)(\/|$)/,
  /^\/var\/run(\/|$)/,
  // Put there by the engine, for terminals.
  /^\/sbin\/docker-init$/,
  /\/__pycache__(\/|$)/,
  /\.pyc$/,
  /^\/tmp\/pip[^/]*/,
  // the language's own tree: buildpack scripts touch it at every start
  /^\/app\/\.heroku(\/|$)/,
  // npm's notes of its own runs, and what Node.js compiled of npm
  /^\/app\/\.npm(\/|$)/,
  /^\/tmp\/node-compile-cache(\/|$)/,
  // gunicorn's control socket
  /^\/app\/\.gunicorn(\/|$)/,
  /^\/tmp\/wgunicorn[^/]*/,
];

const CHANGE = ["changed", "added", "deleted"] as const;

/** The files among `raw`: a directory is listed because something in it changed, and is no loss of its own. */
export function lostFiles(raw: unknown): readonly LostFile[] {
  const changes = listOf(raw);
  const parents = new Set(changes.map(({ Path }) => Path.slice(0, Path.lastIndexOf("/"))));
  return changes.flatMap(({ Path, Kind }) => {
    const change = CHANGE[Kind];
    if (change === undefined || parents.has(Path) || NOISE.some((noise) => noise.test(Path))) return [];
    return [{ path: Path, change }];
  });
}

/** Nothing changed: the engine answers `null`, which does not come through as an array. engine.md 9 */
function listOf(raw: unknown): readonly RawChange[] {
  return Array.isArray(raw) ? (raw as RawChange[]) : [];
}
