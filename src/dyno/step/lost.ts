import { assertNever } from "../../kernel/assert-never.ts";
import { millis, type Millis } from "../../kernel/units.ts";
import type { Effect, Step } from "../effect.ts";
import type { Input } from "../input.ts";
import type { DynoRules } from "../rules.ts";
import { leaver, running, type DynoState, type Run, type Running } from "../state.ts";
import { cancel, cancelAll, changed, stay, tell } from "./effects.ts";
import { complete, without } from "./exit.ts";
import { launch } from "./launch.ts";
import { formerEnded } from "./preboot.ts";

/** Pauses between launches that an engine refuses which answers: 1 s, 2 s, 4 s, up to a minute. Ours. */
const FIRST_PAUSE: Millis = millis(1000);
const LONGEST_PAUSE: Millis = millis(60_000);

/** The engine went away, or somebody removed the container: nobody knows how the run ended. heroku.md 2.9 */
export function lost(state: DynoState, run: Run, rules: DynoRules): Step {
  if (leaver(state, run) !== undefined)
    return { state: without(state, run), effects: [cancel("grace", run)] };
  if (run === state.former) return formerEnded(state, [tell(rules, { kind: "dyno-error", code: "R99" })]);
  const phase = running(state, run);
  return phase === undefined ? stay(state) : platformError(state, phase, millis(0), rules);
}

/** The run never began. */
export function launchFailed(state: DynoState, input: Input<"launch-failed">, rules: DynoRules): Step {
  const { run, failure } = input;
  if (leaver(state, run) !== undefined)
    return { state: without(state, run), effects: [cancel("grace", run)] };
  const phase = running(state, run);
  if (phase === undefined) return stay(state);
  switch (failure.kind) {
    case "image-missing":
      return slugMissing(state, phase, rules);
    case "engine-unreachable":
    case "engine-unfit":
    case "image-build-failed":
    case "python-missing":
    case "python-unfit":
    case "tools-missing":
    case "disk-full":
    case "engine-error":
    case "no-containers":
    case "machine-unfit":
    case "machine-refused":
      return platformError(state, phase, pauseAfter(state.outage + 1), rules);
    default:
      return assertNever(failure);
  }
}

/** A start that the platform owes: at once, told as any start, and no crash of the app's. heroku.md 2.6, 2.9 */
export function engineBack(state: DynoState, rules: DynoRules): Step {
  return state.phase.kind === "lost" ? launch(state, [changed(state.phase, "starting", rules)]) : stay(state);
}

/** The platform's fault: R99 once, and the crash policy is left as it is. A one-off dyno is not started again. */
function platformError(state: DynoState, phase: Running, pause: Millis, rules: DynoRules): Step {
  const told: readonly Effect[] = state.outage > 0 ? [] : [tell(rules, { kind: "dyno-error", code: "R99" })];
  const effects = [...cancelAll(phase.run), ...told];
  if (rules.kind === "one-off") return complete(state, phase, 1, effects, rules);
  return {
    state: { ...state, phase: { kind: "lost" }, outage: state.outage + 1 },
    effects: [...effects, changed(phase, "crashed", rules), { kind: "await-engine", after: pause }],
  };
}

/**
 * R17: the image is not what the release names, which for an image named by its content means that it is gone. The
 * dyno does not start, and nothing but a release or a restart tries again. heroku.md 2.9
 */
function slugMissing(state: DynoState, phase: Running, rules: DynoRules): Step {
  const effects = [...cancelAll(phase.run), tell(rules, { kind: "dyno-error", code: "R17" })];
  if (rules.kind === "one-off") return complete(state, phase, 1, effects, rules);
  return {
    state: { ...state, phase: { kind: "crashed" }, outage: 0 },
    effects: [...effects, changed(phase, "crashed", rules)],
  };
}

function pauseAfter(failures: number): Millis {
  return millis(Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE));
}
