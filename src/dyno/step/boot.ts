import type { Effect, Step } from "../effect.ts";
import type { Input } from "../input.ts";
import type { DynoRules } from "../rules.ts";
import { running, type DynoState, type Run } from "../state.ts";
import { cancel, changed, signal, stay, tell } from "./effects.ts";

/** The command runs. A web dyno has to bind $PORT yet; nothing checks the boot of others. heroku.md 2.1 */
export function launched(state: DynoState, input: Input<"launched">, rules: DynoRules): Step {
  const { run } = input;
  const started = tell(rules, { kind: "starting-process", command: input.command });
  const phase = running(state, run);
  if (phase?.kind !== "starting") return { state, effects: [started] };
  const known: DynoState = { ...state, outage: 0 };
  const cycle: Effect = {
    kind: "timer",
    timer: "cycle",
    run,
    clock: "platform",
    after: input.cycleAfter,
    input: { kind: "cycle-due", run },
  };
  if (rules.kind === "web") {
    return {
      state: { ...known, phase: { ...phase, launched: true } },
      effects: [started, bootTimer(run, rules, "boot-time-over"), cycle],
    };
  }
  const effects = [started, changed(phase, "up", rules)];
  if (rules.kind === "worker") effects.push(bootTimer(run, rules, "boot-proved"));
  effects.push(cycle);
  return { state: { ...known, phase: { kind: "up", run, sent: phase.sent } }, effects };
}

/** Something listens on $PORT where the router can reach it. heroku.md 2.1 */
export function bound(state: DynoState, run: Run, rules: DynoRules): Step {
  const phase = running(state, run);
  if (phase?.kind !== "starting" || phase.sent !== "nothing") return stay(state);
  return {
    state: { ...state, phase: { kind: "up", run, sent: "nothing" } },
    effects: [cancel("boot", run), changed(phase, "up", rules), bootTimer(run, rules, "boot-proved")],
  };
}

/** R11, in its time: another port than $PORT is the end at once. heroku.md 2.2; a log of 2012 has the SIGKILL. */
export function badBind(state: DynoState, input: Input<"bad-bind">, rules: DynoRules): Step {
  const { run, bound: port, wanted } = input;
  const phase = running(state, run);
  if (!rules.tellsBadBind || phase?.kind !== "starting" || phase.sent !== "nothing") return stay(state);
  return {
    state: { ...state, phase: { ...phase, sent: "SIGKILL" } },
    effects: [
      cancel("boot", run),
      tell(rules, { kind: "bad-bind", bound: port, wanted }),
      tell(rules, { kind: "stopping", how: "sigkill" }),
      signal(run, "SIGKILL"),
    ],
  };
}

/** R10. heroku.md 2.2 */
export function bootTimeOver(state: DynoState, run: Run, rules: DynoRules): Step {
  const phase = running(state, run);
  if (phase?.kind !== "starting" || phase.sent !== "nothing") return stay(state);
  return {
    state: { ...state, phase: { ...phase, sent: "SIGKILL" } },
    effects: [
      tell(rules, { kind: "dyno-error", code: "R10" }),
      tell(rules, { kind: "stopping", how: "sigkill" }),
      signal(run, "SIGKILL"),
    ],
  };
}

export function bootProved(state: DynoState, run: Run): Step {
  return running(state, run)?.kind === "up" ? stay({ ...state, crashes: 0 }) : stay(state);
}

/**
 * A boot counts as successful, and resets the back-off, when the dyno has lived on as long as a web dyno may take to
 * bind: else one that binds and then dies would be started again at once for ever. Inferred; heroku.md 2.6 only says
 * that a successful boot resets.
 */
function bootTimer(run: Run, rules: DynoRules, then: "boot-time-over" | "boot-proved"): Effect {
  return {
    kind: "timer",
    timer: "boot",
    run,
    clock: "real",
    after: rules.bootLimit,
    input: { kind: then, run },
  };
}
