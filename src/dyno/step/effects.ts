import type { DynoEvent, LogState } from "../../heroku/events.ts";
import type { Effect, Step, TimerName } from "../effect.ts";
import type { DynoRules } from "../rules.ts";
import { logState, type DynoState, type Phase, type Run } from "../state.ts";

type Untold = DynoEvent extends infer E ? (E extends DynoEvent ? Omit<E, "dyno"> : never) : never;

/** An input that no longer fits changes nothing. */
export function stay(state: DynoState): Step {
  return { state, effects: [] };
}

export function tell(rules: DynoRules, event: Untold): Effect {
  return { kind: "tell", event: { ...event, dyno: rules.name } as DynoEvent };
}

export function changed(from: Phase, to: LogState, rules: DynoRules): Effect {
  return tell(rules, { kind: "state-changed", from: logState(from), to });
}

export function signal(run: Run, name: "SIGTERM" | "SIGKILL" | "SIGHUP"): Effect {
  return { kind: "signal", run, signal: name };
}

export function cancel(timer: TimerName, run: Run): Effect {
  return { kind: "cancel", timer, run };
}

/** What a crashed or lost dyno waits for, when it waits no longer. */
export function cancelWaits(state: DynoState): readonly Effect[] {
  switch (state.phase.kind) {
    case "crashed":
      return [cancel("cool-off", state.runs)];
    case "lost":
      return [cancel("engine", state.runs)];
    default:
      return [];
  }
}

const TIMERS = ["boot", "cycle", "grace", "attach", "hang-up"] as const satisfies readonly TimerName[];

/** The timers of a run, when it has ended. */
export function cancelAll(run: Run): readonly Effect[] {
  return TIMERS.map((timer) => cancel(timer, run));
}
