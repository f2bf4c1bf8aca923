import type { Effect, Step } from "../effect.ts";
import type { DynoState } from "../state.ts";

/** The next life; what it is called for has been told before. */
export function launch(state: DynoState, effects: readonly Effect[]): Step {
  const run = state.runs + 1;
  return {
    state: { ...state, runs: run, phase: { kind: "starting", run, launched: false, sent: "nothing" } },
    effects: [...effects, { kind: "launch", run }],
  };
}
