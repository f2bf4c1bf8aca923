import { assertNever } from "../../kernel/assert-never.ts";
import type { Step } from "../effect.ts";
import type { DynoRules } from "../rules.ts";
import { running, type DynoState, type Run } from "../state.ts";
import { awaitClient } from "./client.ts";
import { cancelWaits, changed, stay, tell } from "./effects.ts";
import { launch } from "./launch.ts";
import { leave } from "./leave.ts";
import { beforeSwitch, startBeside } from "./preboot.ts";
import { stopOneOff } from "./stop.ts";

export function start(state: DynoState, rules: DynoRules): Step {
  if (state.phase.kind !== "down") return stay(state);
  const started = launch({ ...state, crashes: 0 }, []);
  return rules.attached ? awaitClient(started, rules) : started;
}

export function restart(state: DynoState, why: "asked" | "cycle", rules: DynoRules): Step {
  return state.former === undefined
    ? restarted(state, why, rules)
    : beforeSwitch(restarted(state, why, rules), rules);
}

/** The new run starts when the old one has been sent SIGTERM, not after it: both live for a while. heroku.md 2.3 */
function restarted(state: DynoState, why: "asked" | "cycle", rules: DynoRules): Step {
  const { phase } = state;
  if (rules.kind === "one-off") return stay(state);
  const first = tell(rules, why === "cycle" ? { kind: "cycling" } : { kind: "restarting" });
  const effects = phase.kind === "starting" ? [first] : [first, changed(phase, "starting", rules)];
  const fresh = { ...state, crashes: 0 };
  switch (phase.kind) {
    case "starting":
    case "up": {
      if (phase.kind === "up" && state.former === undefined && rules.preboot !== undefined)
        return startBeside(fresh, phase.run, effects, rules.preboot);
      const left = leave(fresh, phase.run, false, rules);
      return launch(left.state, [...effects, ...left.effects]);
    }
    case "crashed":
    case "lost":
      return launch(fresh, [...cancelWaits(state), ...effects]);
    case "idle":
      return launch(fresh, effects);
    case "down":
    case "complete":
      return stay(state);
    default:
      return assertNever(phase);
  }
}

/**
 * A one-off dyno ends with its day: 24 h and up to 216 min as of others, since the page of 2025 that says so is newer than
 * the one that gives 24 h. That its line is `Cycling` is inferred. heroku.md 0, 2.5, 11
 */
export function cycleDue(state: DynoState, run: Run, rules: DynoRules): Step {
  const phase = running(state, run);
  if (phase === undefined) return stay(state);
  if (rules.kind !== "one-off") return restart(state, "cycle", rules);
  const ended = stopOneOff(state, phase, rules);
  return phase.sent === "nothing"
    ? { state: ended.state, effects: [tell(rules, { kind: "cycling" }), ...ended.effects] }
    : ended;
}
