import { ignores, parseIgnoreRules } from "./ignore-rules.ts";

/** `.slugignore` of the root: what it matches is deleted before the buildpack runs. heroku.md 6.1 */
export interface Slugignore {
  deletes(path: string): boolean;
  readonly notices: readonly string[];
}

/** Never part of a slug, tracked or not. heroku.md 6.1; `.dynosim` holds this program's own state. */
const NEVER = /(?:^|\/)\.(?:git|dynosim)(?:\/|$)/;

export function parseSlugignore(text: string): Slugignore {
  const lines = text.split(/\r?\n/);
  const negations = lines.filter((line) => line.startsWith("!"));
  const rules = parseIgnoreRules(lines.filter((line) => !line.startsWith("!")).join("\n"));
  return {
    deletes: (path) => NEVER.test(path) || ignores(rules, path),
    notices: negations.map((line) => `.slugignore: "${line}" has no effect: Heroku knows no "!" there.`),
  };
}
