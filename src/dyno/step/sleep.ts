import { assertNever } from "../../kernel/assert-never.ts";
import type { Step } from "../effect.ts";
import type { DynoRules } from "../rules.ts";
import type { DynoState, Phase } from "../state.ts";
import { cancelWaits, changed, stay, tell } from "./effects.ts";
import { launch } from "./launch.ts";
import { leave } from "./leave.ts";
import { withoutFormer } from "./preboot.ts";
import { stopOneOff } from "./stop.ts";

/** What boots is not put to sleep: somebody is waiting for it. One-off dynos run on in a sleeping app. heroku.md 1.3 */
export function idle(state: DynoState, rules: DynoRules): Step {
  const { phase } = state;
  if (rules.kind === "one-off") return stay(state);
  switch (phase.kind) {
    case "up":
    case "crashed":
    case "lost":
      return fallAsleep(state, phase, rules);
    case "starting":
    case "down":
    case "idle":
    case "complete":
      return stay(state);
    default:
      return assertNever(phase);
  }
}

/** Only a web request wakes; what was stuck stays so. heroku.md 1.3, design.md 4 */
export function wake(state: DynoState, rules: DynoRules): Step {
  if (state.phase.kind !== "idle" || state.phase.stuck || state.outOfHours) return stay(state);
  return launch(state, [tell(rules, { kind: "unidling" }), changed(state.phase, "starting", rules)]);
}

/**
 * The hour pool is empty: dynos go to sleep as they do without requests, those that boot too, and one-off dynos are
 * stopped. That the lines are those of idling is inferred; heroku.md 1.3 says that all eco dynos sleep.
 */
export function hoursOut(former: DynoState, rules: DynoRules): Step {
  const state: DynoState = { ...former, outOfHours: true };
  const { phase } = state;
  switch (phase.kind) {
    case "starting":
    case "up":
      return rules.kind === "one-off" ? stopOneOff(state, phase, rules) : fallAsleep(state, phase, rules);
    case "crashed":
    case "lost":
      return fallAsleep(state, phase, rules);
    case "down":
    case "idle":
    case "complete":
      return stay(state);
    default:
      return assertNever(phase);
  }
}

/** The next web request wakes it, as any sleeping dyno. heroku.md 1.3 */
export function hoursBack(state: DynoState): Step {
  return stay({ ...state, outOfHours: false });
}

function fallAsleep(
  state: DynoState,
  phase: Extract<Phase, { kind: "starting" | "up" | "crashed" | "lost" }>,
  rules: DynoRules,
): Step {
  const asleep: DynoState = { ...state, phase: { kind: "idle", stuck: false } };
  const told = [tell(rules, { kind: "idling" }), changed(phase, "down", rules)];
  if (phase.kind === "crashed" || phase.kind === "lost")
    return withoutFormer(
      { state: { ...asleep, crashes: 0, outage: 0 }, effects: [...cancelWaits(state), ...told] },
      rules,
    );
  const left = leave(asleep, phase.run, true, rules);
  return withoutFormer({ state: left.state, effects: [...told, ...left.effects] }, rules);
}
