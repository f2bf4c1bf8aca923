import { CONFIG_VARS_LIMIT } from "../heroku/limits.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { ReleaseFailure } from "./failure.ts";

export type ConfigVars = Readonly<Record<string, string>>;

/** null unsets. */
export type ConfigVarsPatch = Readonly<Record<string, string | null>>;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** heroku.md 5.2 */
const RESERVED = /^(?:__|HEROKU_)/;

/** Sets (text) and unsets (null) config vars; checks names and the size of all together. heroku.md 5.2, 0 */
export function patched(now: ConfigVars, patch: ConfigVarsPatch): Result<ConfigVars, ReleaseFailure> {
  const next = new Map(Object.entries(now));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) {
      next.delete(name);
      continue;
    }
    if (!NAME.test(name)) return fail({ kind: "bad-config-var", name, reason: "format" });
    if (RESERVED.test(name)) return fail({ kind: "bad-config-var", name, reason: "reserved" });
    next.set(name, value);
  }
  const vars = Object.fromEntries([...next].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const size = Object.entries(vars).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  return size > CONFIG_VARS_LIMIT
    ? fail({ kind: "config-vars-too-large", size, limit: CONFIG_VARS_LIMIT })
    : ok(vars);
}

/** What the API line and the release say of a change. heroku.md 2.8 */
export function describePatch(patch: ConfigVarsPatch): string {
  const set = Object.keys(patch).filter((name) => patch[name] !== null);
  const removed = Object.keys(patch).filter((name) => patch[name] === null);
  return [
    ...(set.length > 0 ? [`Set ${set.join(", ")} config vars`] : []),
    ...(removed.length > 0 ? [`Remove ${removed.join(", ")} config vars`] : []),
  ].join(" and ");
}
