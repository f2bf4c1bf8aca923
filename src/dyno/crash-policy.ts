import { COOL_OFFS } from "../heroku/limits.ts";
import type { Millis } from "../kernel/units.ts";

/** Time to wait after crash number `crashes` (1 for the first) before the dyno is started again. heroku.md 2.6 */
export function coolOff(crashes: number): Millis {
  return COOL_OFFS[Math.min(crashes, COOL_OFFS.length) - 1] ?? COOL_OFFS[0];
}
