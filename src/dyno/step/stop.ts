import { assertNever } from "../../kernel/assert-never.ts";
import type { Effect, Step } from "../effect.ts";
import type { DynoRules } from "../rules.ts";
import { leaver, running, type DynoState, type Run, type Running } from "../state.ts";
import { cancelWaits, changed, signal, stay, tell } from "./effects.ts";
import { leave, terminate } from "./leave.ts";
import { withoutFormer } from "./preboot.ts";

export function stop(state: DynoState, rules: DynoRules): Step {
  return withoutFormer(stopped(state, rules), rules);
}

function stopped(state: DynoState, rules: DynoRules): Step {
  const { phase } = state;
  const next: DynoState = { ...state, phase: { kind: "down" }, crashes: 0, outage: 0 };
  switch (phase.kind) {
    case "starting":
    case "up": {
      if (rules.kind === "one-off") return stopOneOff(state, phase, rules);
      const left = leave(next, phase.run, false, rules);
      return { state: left.state, effects: [changed(phase, "down", rules), ...left.effects] };
    }
    case "crashed":
    case "lost":
      return { state: next, effects: [...cancelWaits(state), changed(phase, "down", rules)] };
    case "idle":
      return stay(next);
    case "down":
    case "complete":
      return stay(state);
    default:
      return assertNever(phase);
  }
}

/** A one-off dyno ends as it ends by itself, with `complete`; asked twice, its 30 s do not begin anew. heroku.md 8 */
export function stopOneOff(state: DynoState, phase: Running, rules: DynoRules): Step {
  if (phase.sent !== "nothing") return stay(state);
  return { state: { ...state, phase: { ...phase, sent: "SIGTERM" } }, effects: terminate(phase.run, rules) };
}

/** R12: what is left after 30 s. heroku.md 2.3 */
export function graceOver(state: DynoState, run: Run, rules: DynoRules): Step {
  const effects: readonly Effect[] = [
    tell(rules, { kind: "dyno-error", code: "R12" }),
    tell(rules, { kind: "stopping", how: "sigkill-rest" }),
    signal(run, "SIGKILL"),
  ];
  const phase = running(state, run);
  if (phase?.sent === "SIGTERM")
    return { state: { ...state, phase: { ...phase, sent: "SIGKILL" } }, effects };
  if (leaver(state, run) === undefined) return stay(state);
  const leaving = state.leaving.map((one) => (one.run === run ? { ...one, killed: true } : one));
  return { state: { ...state, leaving }, effects };
}
