import type { EngineFailure } from "../engine/failure.ts";
import type { Millis, Port } from "../kernel/units.ts";
import type { MemoryUse } from "./memory-quota.ts";
import type { Run } from "./state.ts";

/** All that can happen to a dyno: what it is asked to do, what its timers say, what the engine says. */
export type DynoInput = Asked | TimeUp | Seen;

/** Asked by the formation, the platform or the user. */
export type Asked =
  | { readonly kind: "start" }
  | { readonly kind: "restart"; readonly why: "asked" | "cycle" }
  | { readonly kind: "stop" }
  | { readonly kind: "idle" }
  | { readonly kind: "wake" }
  /** The hour pool is empty: the dyno stops as soon as it is up, and no request wakes it until `hours-back`. */
  | { readonly kind: "hours-out" }
  /** There are hours again: the dyno sleeps on, and the next request or restart wakes it. */
  | { readonly kind: "hours-back" }
  | { readonly kind: "client-came"; readonly run: Run }
  | { readonly kind: "client-gone"; readonly run: Run };

/** A timer that an effect has set. */
export type TimeUp =
  | { readonly kind: "boot-time-over"; readonly run: Run }
  | { readonly kind: "boot-proved"; readonly run: Run }
  | { readonly kind: "grace-over"; readonly run: Run }
  | { readonly kind: "cool-off-over" }
  | { readonly kind: "attach-time-over"; readonly run: Run }
  | { readonly kind: "hang-up-due"; readonly run: Run }
  | { readonly kind: "cycle-due"; readonly run: Run }
  /** Preboot: the former run has served on long enough. */
  | { readonly kind: "switch-due"; readonly run: Run };

/** What was seen of a run in the engine. */
export type Seen =
  /** The container runs; `command` as the log shows it. */
  | { readonly kind: "launched"; readonly run: Run; readonly command: string; readonly cycleAfter: Millis }
  | { readonly kind: "launch-failed"; readonly run: Run; readonly failure: EngineFailure }
  | { readonly kind: "bound"; readonly run: Run }
  /** Something listens, and nothing on $PORT. */
  | { readonly kind: "bad-bind"; readonly run: Run; readonly bound: Port; readonly wanted: Port }
  | { readonly kind: "memory"; readonly run: Run; readonly use: MemoryUse }
  | { readonly kind: "child-out-of-memory"; readonly run: Run }
  | { readonly kind: "exited"; readonly run: Run; readonly status: number; readonly outOfMemory: boolean }
  | { readonly kind: "lost"; readonly run: Run }
  | { readonly kind: "engine-back" };

/** One of the inputs, by its kind. */
export type Input<Kind extends DynoInput["kind"]> = Extract<DynoInput, { readonly kind: Kind }>;
