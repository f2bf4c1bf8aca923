import { minutes, type Millis } from "../kernel/units.ts";

/** After the first crash at once, then the upper figure of each range. heroku.md 2.6 */
const COOL_OFF: readonly Millis[] = [minutes(0), minutes(20), minutes(40), minutes(60), minutes(180)];
const LONGEST: Millis = minutes(320);

/** Time to wait after crash number `crashes` (1 for the first) before the dyno is started again. */
export function coolOff(crashes: number): Millis {
  return COOL_OFF[crashes - 1] ?? LONGEST;
}
