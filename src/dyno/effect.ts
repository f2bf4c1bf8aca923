import type { DynoEvent } from "../heroku/events.ts";
import type { Millis } from "../kernel/units.ts";
import type { DynoInput } from "./input.ts";
import type { DynoState, Run } from "./state.ts";

/** What a transition wants done, in this order; `dyno.ts` does it. */
export type Effect =
  | { readonly kind: "launch"; readonly run: Run }
  | { readonly kind: "signal"; readonly run: Run; readonly signal: "SIGTERM" | "SIGKILL" | "SIGHUP" }
  | {
      readonly kind: "timer";
      readonly timer: TimerName;
      readonly run: Run;
      readonly clock: "real" | "platform";
      readonly after: Millis;
      readonly input: DynoInput;
    }
  /** After the pause, on real time, and as soon as the engine answers: `engine-back`. */
  | { readonly kind: "await-engine"; readonly after: Millis }
  | { readonly kind: "cancel"; readonly timer: TimerName; readonly run: Run }
  | { readonly kind: "tell"; readonly event: DynoEvent };

export type TimerName = "boot" | "grace" | "cool-off" | "cycle" | "switch" | "engine" | "attach" | "hang-up";

export interface Step {
  readonly state: DynoState;
  readonly effects: readonly Effect[];
}
