import { assertNever } from "../../kernel/assert-never.ts";
import type { Step } from "../effect.ts";
import type { DynoRules } from "../rules.ts";
import type { DynoState, Phase } from "../state.ts";
import { cancelWaits, changed, stay, tell } from "./effects.ts";
import { launch } from "./launch.ts";
import { leave } from "./leave.ts";
import { withoutFormer } from "./preboot.ts";
import { stop } from "./stop.ts";

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

/** The hour pool is empty. What that means for it is in `withinHours`. */
export function hoursOut(state: DynoState): Step {
  return stay({ ...state, outOfHours: true });
}

/** The next web request wakes it, as any sleeping dyno. heroku.md 1.3 */
export function hoursBack(state: DynoState): Step {
  return stay({ ...state, outOfHours: false });
}

/**
 * Without hours nobody stays up: a dyno that runs falls asleep, one that boots does so when it is up, also after a
 * deploy or a restart; a one-off dyno is stopped. heroku.md 1.3; logs of free dynos, Dec 2019 to Jan 2022
 */
export function withinHours({ state, effects }: Step, rules: DynoRules): Step {
  const { phase } = state;
  if (!state.outOfHours || phase.kind === "starting") return { state, effects };
  const rest = rules.kind === "one-off" ? stop(state, rules) : idle(state, rules);
  return { state: rest.state, effects: [...effects, ...rest.effects] };
}

function fallAsleep(
  state: DynoState,
  phase: Extract<Phase, { kind: "up" | "crashed" | "lost" }>,
  rules: DynoRules,
): Step {
  const asleep: DynoState = { ...state, phase: { kind: "idle", stuck: false }, outage: 0 };
  const told = [tell(rules, { kind: "idling" }), changed(phase, "down", rules)];
  if (state.outOfHours) told.push(tell(rules, { kind: "no-hours" }));
  if (phase.kind === "crashed" || phase.kind === "lost")
    return withoutFormer(
      { state: { ...asleep, crashes: 0 }, effects: [...cancelWaits(state), ...told] },
      rules,
    );
  // that who idles for want of hours could get stuck is not in the field report, and next month it can run again
  const left = leave(asleep, phase.run, !state.outOfHours, rules);
  return withoutFormer({ state: left.state, effects: [...told, ...left.effects] }, rules);
}
