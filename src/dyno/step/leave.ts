import type { Effect, Step } from "../effect.ts";
import type { DynoRules } from "../rules.ts";
import type { DynoState, Run } from "../state.ts";
import { cancel, signal, tell } from "./effects.ts";

/** A run is sent SIGTERM and is no longer the current one. */
export function leave(state: DynoState, run: Run, toIdle: boolean, rules: DynoRules): Step {
  return {
    state: { ...state, leaving: [...state.leaving, { run, killed: false, toIdle }] },
    effects: [cancel("boot", run), cancel("cycle", run), ...terminate(run, rules)],
  };
}

/** SIGTERM, and the 30 s that follow it. heroku.md 2.3 */
export function terminate(run: Run, rules: DynoRules): readonly Effect[] {
  return [
    tell(rules, { kind: "stopping", how: "sigterm" }),
    signal(run, "SIGTERM"),
    {
      kind: "timer",
      timer: "grace",
      run,
      clock: "real",
      after: rules.grace,
      input: { kind: "grace-over", run },
    },
  ];
}
