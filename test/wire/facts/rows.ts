/**
 * The rows of facts/router.md and of facts/heroku.md 3.3 to 3.9, by name. A case of this folder names the rows it holds, in
 * its title or as the first words of its line in a table:
 *
 *   "an upload that stalls ends with H28 (router.md 12.6, L3)"     rows of router.md, also as `8.17 to 8.19`
 *   "8.21 CR in the data", "L13 six empty lines"                   router.md, at the very beginning
 *   "H12 when the dyno says nothing"                               heroku.md 3.9, at the very beginning
 *   "... (heroku.md 3.5.4)"                                        the fourth bullet or line of the table in 3.5
 *
 * rows.test.ts finds the rows that no case names, and holds this list against the facts themselves.
 */
export const ROUTER_ROWS: readonly string[] = [
  ...numbered("L", 29),
  ...numbered("E", 22),
  ...numbered("3.", 16),
  ...numbered("4.", 16),
  ...numbered("5.", 14),
  ...numbered("6.", 13),
  ...numbered("7.", 8),
  ...numbered("8.", 25),
  ...numbered("9.", 15),
  ...numbered("10.", 12),
  ...numbered("11.", 25),
  ...numbered("12.", 11),
  ...numbered("13.", 5),
  ...numbered("15.", 9),
  ...numbered("17.", 20),
];

const H_CODES = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33, 34];

/** Of 3.7 the one paragraph; of 3.8 the two forms of the line, then its bullets. */
export const HEROKU_ROWS: readonly string[] = [
  ...numbered("3.3.", 7),
  ...numbered("3.4.", 4),
  ...numbered("3.5.", 9),
  ...numbered("3.6.", 6),
  "3.7",
  "3.8 legacy",
  "3.8 now",
  ...numbered("3.8.", 8),
  ...[...H_CODES, 80, 81, 82, 83, 99].map((code) => `3.9 H${String(code)}`),
];

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${String(index + 1)}`);
}

const NO_PROXY_PROTOCOL =
  "dynosim has no proxy in front and does not listen that way; a preamble is a bad request line (3.14)";
const POLICY = "a cap of Heroku's machines, not of what an app can see";

/** Rows that no case of this folder can hold, and why. */
export const UNCASED: ReadonlyMap<string, string> = new Map([
  ["router.md L25", `${POLICY}: sockets are bounded by the descriptors of this machine`],
  ["router.md L28", NO_PROXY_PROTOCOL],
  ["router.md 5.5", NO_PROXY_PROTOCOL],
  ["router.md 5.13", "dynosim's router has no callbacks of others; session affinity's cookie is 3.7"],
  ["router.md E20", "a route is a dyno here: there is no host without one, other than E18 and E19"],
  ["router.md E21", "retired with H16, and dynosim has no second domain to send a client to"],
  ["router.md 6.11", "an interface of the library; which connection is taken from the pool is 17.15"],
  ["router.md 13.1", NO_PROXY_PROTOCOL],
  ["router.md 13.2", NO_PROXY_PROTOCOL],
  ["router.md 13.3", NO_PROXY_PROTOCOL],
  ["router.md 13.4", NO_PROXY_PROTOCOL],
  ["router.md 13.5", NO_PROXY_PROTOCOL],
  ["heroku.md 3.8.5", "drains are not of the router: logplex writes that form when it has them"],
  ["heroku.md 3.9 H16", "removed by Heroku"],
  ["heroku.md 3.9 H22", `${POLICY}: the legacy router's cap of connections to one dyno has no figure`],
  ["heroku.md 3.9 H23", "not emitted by Router 2.0, and what made the old one emit it is not known"],
  ["heroku.md 3.9 H32", "status and trigger are unconfirmed: a name that is nobody's is H31 or 404"],
  ["heroku.md 3.9 H83", "a planned degradation of Heroku's own; its status is unconfirmed"],
]);
