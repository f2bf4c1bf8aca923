import type { LostFile } from "./launched.ts";

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

/** The files among the changes: a directory is there because something in it changed, and is no loss of its own. */
export function filesAmong(changes: readonly LostFile[]): readonly LostFile[] {
  const parents = new Set(changes.map(({ path }) => path.slice(0, path.lastIndexOf("/"))));
  return changes.filter(({ path }) => !parents.has(path) && !NOISE.some((noise) => noise.test(path)));
}
