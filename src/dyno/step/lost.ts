import type { Step } from "../effect.ts";
import type { DynoRules } from "../rules.ts";
import { leaver, running, type DynoState, type Run } from "../state.ts";
import { cancel, cancelAll, stay, tell } from "./effects.ts";
import { complete, crash, without } from "./exit.ts";
import { formerEnded } from "./preboot.ts";

/** The engine went away, or could not start the dyno: the platform's fault. heroku.md 2.9 */
export function lost(state: DynoState, run: Run, rules: DynoRules): Step {
  if (leaver(state, run) !== undefined)
    return { state: without(state, run), effects: [cancel("grace", run)] };
  if (run === state.former) return formerEnded(state, [tell(rules, { kind: "dyno-error", code: "R99" })]);
  const phase = running(state, run);
  if (phase === undefined) return stay(state);
  const effects = [...cancelAll(run), tell(rules, { kind: "dyno-error", code: "R99" })];
  return rules.kind === "one-off"
    ? complete(state, phase, 1, effects, rules)
    : crash(state, phase, effects, rules);
}
