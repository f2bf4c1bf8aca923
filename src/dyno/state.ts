import type { DynoEvent, LogState } from "../heroku/events.ts";
import type { DynoName } from "../heroku/names.ts";
import type { Bytes, Millis } from "../kernel/units.ts";

/** One life of a dyno, one container: 1 for the first, and so on. Old and new lives overlap in a restart. */
export type Run = number;

/**
 * What a dyno is. Formation dynos:
 *
 *            start            bound (web) / launched
 *     down ────────▶ starting ──────────────────────▶ up
 *      ▲                │  ▲ ▲                      │ │ │
 *      │       exit, R10│  │ └──── restart, cycle ──┘ │ │
 *      │                ▼  │ at once, then back-off   │ │
 *      │              crashed ◀───────── exit, R15 ───┘ │
 *      │                │                               │
 *      │◀──── stop ─────┴──────────── stop ─────────────┤
 *      │                                                │
 *      └──────── stop ── idle ◀────────── idle ─────────┘
 *                         └──── wake ──▶ starting
 *
 * One-off and release dynos: down ─▶ starting ─▶ up ─▶ complete.
 * A run that was sent SIGTERM leaves the phase at once and lives on in `leaving` until its last process is gone.
 */
export interface DynoState {
  readonly phase: Phase;
  readonly leaving: readonly Leaving[];
  /** Crashes in a row, without a successful boot between them. heroku.md 2.6 */
  readonly crashes: number;
  /** Number of the newest run; 0 before the first. */
  readonly runs: Run;
}

export type Phase =
  | { readonly kind: "down" }
  | { readonly kind: "starting"; readonly run: Run; readonly launched: boolean; readonly killed: boolean }
  | { readonly kind: "up"; readonly run: Run; readonly killed: boolean }
  | { readonly kind: "crashed" }
  /** `stuck`: era legacy, the web process took the idle SIGTERM with status 0 and is not woken again. */
  | { readonly kind: "idle"; readonly stuck: boolean }
  | { readonly kind: "complete"; readonly status: number };

export interface Leaving {
  readonly run: Run;
  /** SIGKILL was sent when the 30 s were over. */
  readonly killed: boolean;
  /** It left because the dyno went to sleep. */
  readonly toIdle: boolean;
}

/** What is fixed for a dyno and its transitions ask for. */
export interface DynoRules {
  readonly name: DynoName;
  readonly kind: "web" | "worker" | "one-off";
  readonly quota: Bytes;
  readonly killAt: Bytes;
  readonly bootLimit: Millis;
  readonly grace: Millis;
  readonly stuckAfterCleanIdleExit: boolean;
}

export type DynoInput =
  | { readonly kind: "start" }
  | { readonly kind: "restart"; readonly why: "asked" | "cycle" }
  | { readonly kind: "stop" }
  | { readonly kind: "idle" }
  | { readonly kind: "wake" }
  /** The container runs; `command` as the log shows it. */
  | { readonly kind: "launched"; readonly run: Run; readonly command: string; readonly cycleAfter: Millis }
  | { readonly kind: "launch-failed"; readonly run: Run }
  | { readonly kind: "bound"; readonly run: Run }
  | { readonly kind: "boot-time-over"; readonly run: Run }
  | { readonly kind: "boot-proved"; readonly run: Run }
  | { readonly kind: "grace-over"; readonly run: Run }
  | { readonly kind: "cool-off-over" }
  | { readonly kind: "cycle-due"; readonly run: Run }
  | { readonly kind: "memory"; readonly run: Run; readonly used: Bytes }
  | { readonly kind: "child-out-of-memory"; readonly run: Run }
  | { readonly kind: "exited"; readonly run: Run; readonly status: number; readonly outOfMemory: boolean }
  | { readonly kind: "lost"; readonly run: Run }
  | { readonly kind: "client-gone"; readonly run: Run };

export type TimerName = "boot" | "grace" | "cool-off" | "cycle";

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
  | { readonly kind: "cancel"; readonly timer: TimerName; readonly run: Run }
  | { readonly kind: "tell"; readonly event: DynoEvent };

export interface Step {
  readonly state: DynoState;
  readonly effects: readonly Effect[];
}

export const NEW_DYNO: DynoState = { phase: { kind: "down" }, leaving: [], crashes: 0, runs: 0 };

/** The state as the log names it. A sleeping dyno is `down` there and `idle` in `ps`. heroku.md 2.1 */
export function logState(phase: Phase): LogState {
  return phase.kind === "idle" ? "down" : phase.kind;
}

/** A dyno is settled when nothing of it is on its way: what `clock advance` waits for. */
export function isSettled(state: DynoState): boolean {
  return state.phase.kind !== "starting" && state.leaving.length === 0;
}
