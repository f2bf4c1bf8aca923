import type { Millis } from "../../kernel/units.ts";
import type { Effect, Step } from "../effect.ts";
import type { Input } from "../input.ts";
import type { DynoRules } from "../rules.ts";
import type { DynoState, Run } from "../state.ts";
import { cancel, stay, tell } from "./effects.ts";
import { launch } from "./launch.ts";
import { leave } from "./leave.ts";
import { killedByKernel } from "./memory.ts";

/**
 * Preboot: the next run starts while this one serves on, and only the switch sends this one SIGTERM. The log says what
 * it says of any restart, but for the stop, which comes with the switch. heroku.md 2.7
 */
export function startBeside(state: DynoState, run: Run, told: readonly Effect[], wait: Millis): Step {
  const timers = [cancel("boot", run), cancel("cycle", run)];
  return serveOn(launch({ ...state, former: run }, [...told, ...timers]), run, wait);
}

/**
 * Restarted again before the switch: the former run serves on until the newest has had its whole time (a support
 * answer of 2015 has it so); with preboot turned off meanwhile it is stopped with the others.
 */
export function beforeSwitch(step: Step, rules: DynoRules): Step {
  const { former } = step.state;
  if (former === undefined) return step;
  return rules.preboot === undefined ? withoutFormer(step, rules) : serveOn(step, former, rules.preboot);
}

/** The router goes to the newest run from now on, whether it is up or not. heroku.md 2.7 (unconfirmed for one that is not) */
export function switchDue(state: DynoState, run: Run, rules: DynoRules): Step {
  if (state.former !== run) return stay(state);
  return leave({ ...state, former: undefined }, run, false, rules);
}

/** The dyno stops: so does the run that served on. */
export function withoutFormer({ state, effects }: Step, rules: DynoRules): Step {
  const { former } = state;
  if (former === undefined) return { state, effects };
  const left = leave({ ...state, former: undefined }, former, false, rules);
  return { state: left.state, effects: [...effects, cancel("switch", former), ...left.effects] };
}

/** It ended by itself while it served on: the router goes to the newest run at once, and nothing is restarted. Inferred. */
export function formerEnded(state: DynoState, told: readonly Effect[]): Step {
  if (state.former === undefined) return stay(state);
  return { state: { ...state, former: undefined }, effects: [cancel("switch", state.former), ...told] };
}

export function formerExited(state: DynoState, input: Input<"exited">, rules: DynoRules): Step {
  const told = input.outOfMemory ? killedByKernel(rules) : [];
  return formerEnded(state, [...told, tell(rules, { kind: "process-exited", status: input.status })]);
}

function serveOn({ state, effects }: Step, former: Run, wait: Millis): Step {
  const timer: Effect = {
    kind: "timer",
    timer: "switch",
    run: former,
    clock: "platform",
    after: wait,
    input: { kind: "switch-due", run: former },
  };
  return { state, effects: [...effects, timer] };
}
