import type { Effect, Step } from "../effect.ts";
import type { Input } from "../input.ts";
import { coolOff } from "../crash-policy.ts";
import type { DynoRules } from "../rules.ts";
import { leaver, running, type DynoState, type Leaving, type Phase, type Run } from "../state.ts";
import { cancel, cancelAll, changed, stay, tell } from "./effects.ts";
import { statusTold } from "./client.ts";
import { killedByKernel } from "./memory.ts";
import { launch } from "./launch.ts";
import { formerExited } from "./preboot.ts";

/** The last process of a run is gone. */
export function exited(state: DynoState, input: Input<"exited">, rules: DynoRules): Step {
  const { run } = input;
  if (run === state.former) return formerExited(state, input, rules);
  const status = statusTold(state, input.status);
  const end = tell(rules, { kind: "process-exited", status });
  const left = leaver(state, run);
  if (left !== undefined) {
    const phase = stuckAfter(state.phase, left, status, rules);
    return { state: { ...without(state, run), phase }, effects: [cancel("grace", run), end] };
  }
  const phase = running(state, run);
  if (phase === undefined) return stay(state);
  const told = input.outOfMemory && phase.sent !== "SIGKILL" ? killedByKernel(rules) : [];
  const effects = [...cancelAll(run), ...told, end];
  return rules.kind === "one-off"
    ? complete(state, phase, status, effects, rules)
    : crash(state, phase, effects, rules);
}

export function coolOffOver(state: DynoState, rules: DynoRules): Step {
  if (state.phase.kind !== "crashed") return stay(state);
  return launch(state, [changed(state.phase, "starting", rules)]);
}

/** Any exit that nobody asked for, status 0 included. First time again at once, then after a cool-off. heroku.md 2.6 */
export function crash(state: DynoState, phase: Phase, effects: readonly Effect[], rules: DynoRules): Step {
  const crashes = state.crashes + 1;
  const crashed: DynoState = { ...state, phase: { kind: "crashed" }, crashes };
  const told = [...effects, changed(phase, "crashed", rules)];
  const wait = coolOff(crashes);
  if (wait <= 0) return launch(crashed, [...told, changed(crashed.phase, "starting", rules)]);
  return {
    state: crashed,
    effects: [
      ...told,
      {
        kind: "timer",
        timer: "cool-off",
        run: state.runs,
        clock: "platform",
        after: wait,
        input: { kind: "cool-off-over" },
      },
    ],
  };
}

export function complete(
  state: DynoState,
  phase: Phase,
  status: number,
  effects: readonly Effect[],
  rules: DynoRules,
): Step {
  return {
    state: { ...state, phase: { kind: "complete", status } },
    effects: [...effects, changed(phase, "complete", rules)],
  };
}

/** Nothing is left of a run that was leaving. */
export function without(state: DynoState, run: Run): DynoState {
  return { ...state, leaving: state.leaving.filter((one) => one.run !== run) };
}

/** Field report of 2020: whose web process takes the idle SIGTERM with status 0 is not woken again. design.md 4 */
function stuckAfter(phase: Phase, left: Leaving, status: number, rules: DynoRules): Phase {
  const stuck = left.toIdle && status === 0 && rules.kind === "web" && rules.stuckAfterCleanIdleExit;
  return phase.kind === "idle" && stuck ? { kind: "idle", stuck: true } : phase;
}
