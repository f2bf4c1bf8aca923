import type { DynoName } from "../heroku/names.ts";
import type { Bytes, Millis } from "../kernel/units.ts";

/** What is fixed for a dyno while it lives and its transitions ask for. */
export interface DynoRules {
  readonly name: DynoName;
  readonly kind: DynoKind;
  readonly quota: Bytes;
  readonly killAt: Bytes;
  readonly bootLimit: Millis;
  readonly grace: Millis;
  /** Preboot: how long the former run serves on beside the next one; undefined: not in effect. heroku.md 2.7 */
  readonly preboot: Millis | undefined;
  /** A one-off dyno that has a client, or waits for one. */
  readonly attached: boolean;
  readonly attachLimit: Millis;
  readonly hangUpEvery: Millis;
  /** Era legacy, type free. design.md 4 */
  readonly stuckAfterCleanIdleExit: boolean;
  /** R11 for who binds another port than $PORT. heroku.md 2.2 */
  readonly tellsBadBind: boolean;
}

/** `one-off`: `run` and the release phase. heroku.md 8 */
export type DynoKind = "web" | "worker" | "one-off";
