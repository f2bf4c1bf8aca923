import type { LogState } from "../heroku/events.ts";

/** One life of a dyno, one container: 1 for the first, and so on. Old and new lives overlap in a restart. */
export type Run = number;

/**
 * What a dyno is. A run that was sent SIGTERM leaves the phase at once and lives on in `leaving` until its last process
 * is gone. With preboot the former run stays `former` beside `starting` and `up`, until the switch or the end of the
 * dyno. The ways from phase to phase are drawn above `transition`.
 */
export interface DynoState {
  readonly phase: Phase;
  readonly leaving: readonly Leaving[];
  /** Preboot: the run before the current one, to which the router still goes. heroku.md 2.7 */
  readonly former: Run | undefined;
  /** Crashes in a row, without a successful boot between them. heroku.md 2.6 */
  readonly crashes: number;
  /** Number of the newest run; 0 before the first. */
  readonly runs: Run;
  /** Launches in a row that the engine did not bring about, the loss of a run counted too; 0 when all is well. */
  readonly outage: number;
  /** The hour pool is empty: it does not stay up, and no request wakes it. heroku.md 1.3 */
  readonly outOfHours: boolean;
  readonly client: Client;
}

/** The client of an attached one-off dyno; `none` for all other dynos. */
export type Client =
  | { readonly kind: "none" }
  | { readonly kind: "awaited" }
  | { readonly kind: "there" }
  /** It did not come in time: R13. */
  | { readonly kind: "missed" }
  /** It went, and the dyno was sent SIGHUP so many times. */
  | { readonly kind: "gone"; readonly hangUps: number };

export type Phase =
  | { readonly kind: "down" }
  | { readonly kind: "starting"; readonly run: Run; readonly launched: boolean; readonly sent: Sent }
  | { readonly kind: "up"; readonly run: Run; readonly sent: Sent }
  | { readonly kind: "crashed" }
  /** The engine lost it or could not start it: it is started again when the engine answers. heroku.md 2.9 */
  | { readonly kind: "lost" }
  /** `stuck`: era legacy, the web process took the idle SIGTERM with status 0 and is not woken again. */
  | { readonly kind: "idle"; readonly stuck: boolean }
  | { readonly kind: "complete"; readonly status: number };

/** What the current run was told to end with. SIGTERM: a one-off dyno only, since others leave the phase with it. */
export type Sent = "nothing" | "SIGTERM" | "SIGKILL";

/** A phase with a process. */
export type Running = Extract<Phase, { readonly run: Run }>;

export interface Leaving {
  readonly run: Run;
  /** SIGKILL was sent when the 30 s were over. */
  readonly killed: boolean;
  /** It left because the dyno went to sleep for want of requests. */
  readonly toIdle: boolean;
}

export const NEW_DYNO: DynoState = {
  phase: { kind: "down" },
  leaving: [],
  former: undefined,
  crashes: 0,
  runs: 0,
  outage: 0,
  outOfHours: false,
  client: { kind: "none" },
};

/**
 * The state as the log names it. A sleeping dyno is `down` there and `idle` in `ps`. heroku.md 2.1
 * A lost one is `crashed`: the log knows no other word for a dyno that ended and was not asked to. Inferred.
 */
export function logState(phase: Phase): LogState {
  switch (phase.kind) {
    case "idle":
      return "down";
    case "lost":
      return "crashed";
    default:
      return phase.kind;
  }
}

/** A dyno is settled when nothing of it is on its way: what `clock advance` waits for. */
export function isSettled({ phase, leaving }: DynoState): boolean {
  if (phase.kind === "starting" || leaving.length > 0) return false;
  return phase.kind !== "up" || phase.sent === "nothing";
}

/** The phase, if this run is the current one. */
export function running(state: DynoState, run: Run): Running | undefined {
  const { phase } = state;
  return (phase.kind === "starting" || phase.kind === "up") && phase.run === run ? phase : undefined;
}

/** The run among those that were sent SIGTERM and have processes left. */
export function leaver(state: DynoState, run: Run): Leaving | undefined {
  return state.leaving.find((one) => one.run === run);
}
