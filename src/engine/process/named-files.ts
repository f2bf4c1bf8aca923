/** How much of a file is to name another place: `whole`, or the line only that says which program runs it. */
export type Extent = "whole" | "interpreter";

/**
 * Files that installers write for one place. Nothing else is touched: what an app or a package says of `/app/...` in its own
 * texts may as well be a path of its web pages.
 */
const MADE_FOR_A_PLACE: readonly RegExp[] = [
  // the scripts that a dyno starts with. heroku.md 2
  /^\.profile(\.d\/[^/]+)?$/,
  // Python: virtual environments, what they are activated with, and what is installed as a link to its source
  /(^|\/)pyvenv\.cfg$/,
  /(^|\/)bin\/activate[^/]*$/i,
  /\.(pth|egg-link)$/,
  /(^|\/)__editable__[^/]*\.(py|pth)$/,
  /\.dist-info\/direct_url\.json$/,
  /^\.heroku\/python\/bin\/[^/]+$/,
  // Node.js: pnpm's scripts set NODE_PATH
  /(^|\/)node_modules\/\.bin\/[^/]+$/,
  // what packages of the system tell compilers and loaders
  /^\.apt\/.*\.(pc|la|conf|cmake)$/,
  // other buildpacks' own: but for the languages' trees, which are full of other people's texts
  /^\.heroku\/(?!python\/|node\/)(?!.*\/(site-packages|node_modules)\/)/,
];

export function extentOf(path: string): Extent {
  return MADE_FOR_A_PLACE.some((pattern) => pattern.test(path)) ? "whole" : "interpreter";
}
