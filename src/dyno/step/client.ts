import type { Step } from "../effect.ts";
import type { DynoRules } from "../rules.ts";
import { running, type DynoState, type Run } from "../state.ts";
import { signal, stay, tell } from "./effects.ts";

/** The client of an attached one-off dyno went away. heroku.md 8 */
export function clientGone(state: DynoState, run: Run, rules: DynoRules): Step {
  if (running(state, run) === undefined) return stay(state);
  return { state, effects: [tell(rules, { kind: "client-gone" }), signal(run, "SIGHUP")] };
}
