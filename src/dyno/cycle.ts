import { CYCLE_AFTER, CYCLE_SPREAD } from "../heroku/limits.ts";
import type { DynoName } from "../heroku/names.ts";
import { seededRandom, seedOf } from "../kernel/random.ts";
import { millis, type Millis } from "../kernel/units.ts";
import type { Run } from "./state.ts";

/**
 * How long this life of the dyno lasts: 24 h plus a random part of up to 216 min. The same seed gives the same lives,
 * whatever else happens meanwhile. heroku.md 2.5
 */
export function cycleAfter(seed: string, dyno: DynoName, run: Run): Millis {
  const random = seededRandom(seedOf(`${seed} ${dyno} ${run}`));
  return millis(CYCLE_AFTER + Math.floor(random() * (CYCLE_SPREAD + 1)));
}
