import type { DynoEvent, LogState } from "../heroku/events.ts";
import { assertNever } from "../kernel/assert-never.ts";
import type { Bytes } from "../kernel/units.ts";
import { coolOff } from "./crash-policy.ts";
import { judgeMemory } from "./memory-quota.ts";
import {
  logState,
  type DynoInput,
  type DynoRules,
  type DynoState,
  type Effect,
  type Phase,
  type Run,
  type Step,
} from "./state.ts";

/**
 * The life of a dyno: what it becomes, and what has to be done and told for it, in this order. Pure.
 * An input that no longer fits (a timer of a run that is gone) changes nothing. heroku.md 2.8
 */
export function transition(state: DynoState, input: DynoInput, rules: DynoRules): Step {
  switch (input.kind) {
    case "start":
      return state.phase.kind === "down" ? launch({ ...state, crashes: 0 }, []) : stay(state);
    case "restart":
      return restart(state, input.why, rules);
    case "stop":
      return stop(state, rules);
    case "idle":
      return idle(state, rules);
    case "wake":
      return wake(state, rules);
    case "launched":
      return launched(state, input, rules);
    case "launch-failed":
    case "lost":
      return lost(state, input.run, rules);
    case "bound":
      return bound(state, input.run, rules);
    case "boot-time-over":
      return bootTimeOver(state, input.run, rules);
    case "boot-proved":
      return isUp(state, input.run) ? { state: { ...state, crashes: 0 }, effects: [] } : stay(state);
    case "grace-over":
      return graceOver(state, input.run, rules);
    case "cool-off-over":
      return state.phase.kind === "crashed"
        ? launch(state, [changed(state.phase, "starting", rules)])
        : stay(state);
    case "cycle-due":
      return isUp(state, input.run) ? restart(state, "cycle", rules) : stay(state);
    case "memory":
      return memory(state, input.run, input.used, rules);
    case "child-out-of-memory":
      return childOutOfMemory(state, input.run, rules);
    case "exited":
      return exited(state, input, rules);
    case "client-gone":
      return clientGone(state, input.run, rules);
    default:
      return assertNever(input);
  }
}

function restart(state: DynoState, why: "asked" | "cycle", rules: DynoRules): Step {
  const { phase } = state;
  const first = tell(rules, why === "cycle" ? { kind: "cycling" } : { kind: "restarting" });
  const effects = phase.kind === "starting" ? [first] : [first, changed(phase, "starting", rules)];
  const fresh = { ...state, crashes: 0 };
  switch (phase.kind) {
    case "starting":
    case "up": {
      const left = leave(fresh, phase.run, false, rules);
      return launch(left.state, [...effects, ...left.effects]);
    }
    case "crashed":
      return launch(fresh, [cancel("cool-off", state.runs), ...effects]);
    case "idle":
      return launch(fresh, effects);
    case "down":
    case "complete":
      return stay(state);
    default:
      return assertNever(phase);
  }
}

function stop(state: DynoState, rules: DynoRules): Step {
  const { phase } = state;
  const next: DynoState = { ...state, phase: { kind: "down" }, crashes: 0 };
  switch (phase.kind) {
    case "starting":
    case "up": {
      if (rules.kind === "one-off") return stopOneOff(state, phase.run, rules);
      const left = leave(next, phase.run, false, rules);
      return { state: left.state, effects: [changed(phase, "down", rules), ...left.effects] };
    }
    case "crashed":
      return { state: next, effects: [cancel("cool-off", state.runs), changed(phase, "down", rules)] };
    case "idle":
      return { state: next, effects: [] };
    case "down":
    case "complete":
      return stay(state);
    default:
      return assertNever(phase);
  }
}

/** A one-off dyno ends as it ends by itself, with `complete`. heroku.md 8 */
function stopOneOff(state: DynoState, run: Run, rules: DynoRules): Step {
  return { state, effects: [...terminate(run, rules)] };
}

function idle(state: DynoState, rules: DynoRules): Step {
  const { phase } = state;
  if (phase.kind === "crashed") {
    return {
      state: { ...state, phase: { kind: "idle", stuck: false }, crashes: 0 },
      effects: [
        cancel("cool-off", state.runs),
        tell(rules, { kind: "idling" }),
        changed(phase, "down", rules),
      ],
    };
  }
  if (phase.kind !== "up") return stay(state);
  const left = leave({ ...state, phase: { kind: "idle", stuck: false } }, phase.run, true, rules);
  return {
    state: left.state,
    effects: [tell(rules, { kind: "idling" }), changed(phase, "down", rules), ...left.effects],
  };
}

function wake(state: DynoState, rules: DynoRules): Step {
  if (state.phase.kind !== "idle" || state.phase.stuck) return stay(state);
  return launch(state, [tell(rules, { kind: "unidling" }), changed(state.phase, "starting", rules)]);
}

function launched(state: DynoState, input: Extract<DynoInput, { kind: "launched" }>, rules: DynoRules): Step {
  const started = tell(rules, { kind: "starting-process", command: input.command });
  if (state.phase.kind !== "starting" || state.phase.run !== input.run) return { state, effects: [started] };
  const { run } = input;
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
      state: { ...state, phase: { ...state.phase, launched: true } },
      effects: [started, bootTimer(run, rules, "boot-time-over"), cycle],
    };
  }
  // nothing checks a worker's boot
  const effects = [started, changed(state.phase, "up", rules)];
  if (rules.kind === "worker") effects.push(bootTimer(run, rules, "boot-proved"), cycle);
  return { state: { ...state, phase: { kind: "up", run, killed: false } }, effects };
}

function bound(state: DynoState, run: Run, rules: DynoRules): Step {
  const { phase } = state;
  if (phase.kind !== "starting" || phase.run !== run || phase.killed) return stay(state);
  return {
    state: { ...state, phase: { kind: "up", run, killed: false } },
    effects: [cancel("boot", run), changed(phase, "up", rules), bootTimer(run, rules, "boot-proved")],
  };
}

function bootTimeOver(state: DynoState, run: Run, rules: DynoRules): Step {
  const { phase } = state;
  if (phase.kind !== "starting" || phase.run !== run) return stay(state);
  return {
    state: { ...state, phase: { ...phase, killed: true } },
    effects: [
      tell(rules, { kind: "dyno-error", code: "R10" }),
      tell(rules, { kind: "stopping", how: "sigkill" }),
      signal(run, "SIGKILL"),
    ],
  };
}

function graceOver(state: DynoState, run: Run, rules: DynoRules): Step {
  const leaving = state.leaving.find((one) => one.run === run);
  const current = rules.kind === "one-off" && runOf(state.phase) === run;
  if (leaving === undefined && !current) return stay(state);
  return {
    state: {
      ...state,
      leaving: state.leaving.map((one) => (one.run === run ? { ...one, killed: true } : one)),
    },
    effects: [
      tell(rules, { kind: "dyno-error", code: "R12" }),
      tell(rules, { kind: "stopping", how: "sigkill-rest" }),
      signal(run, "SIGKILL"),
    ],
  };
}

function memory(state: DynoState, run: Run, used: Bytes, rules: DynoRules): Step {
  const { phase } = state;
  const verdict = judgeMemory(used, rules.quota, rules.killAt);
  if (
    verdict === "within" ||
    (phase.kind !== "up" && phase.kind !== "starting") ||
    phase.run !== run ||
    phase.killed
  ) {
    return stay(state);
  }
  const running = tell(rules, { kind: "memory", used, quota: rules.quota });
  if (verdict === "R14")
    return { state, effects: [running, tell(rules, { kind: "dyno-error", code: "R14" })] };
  return {
    state: { ...state, phase: { ...phase, killed: true } },
    effects: [
      running,
      tell(rules, { kind: "dyno-error", code: "R15" }),
      tell(rules, { kind: "stopping", how: "sigkill" }),
      signal(run, "SIGKILL"),
    ],
  };
}

/** The kernel took one process and the command lives on: told, and the dyno stays as it is. engine.md 3 */
function childOutOfMemory(state: DynoState, run: Run, rules: DynoRules): Step {
  if (runOf(state.phase) !== run) return stay(state);
  return {
    state,
    effects: [
      tell(rules, { kind: "memory", used: rules.killAt, quota: rules.quota }),
      tell(rules, { kind: "dyno-error", code: "R15" }),
    ],
  };
}

function exited(state: DynoState, input: Extract<DynoInput, { kind: "exited" }>, rules: DynoRules): Step {
  const { run, status } = input;
  const end = tell(rules, { kind: "process-exited", status });
  const left = state.leaving.find((one) => one.run === run);
  if (left !== undefined) {
    return {
      state: {
        ...state,
        phase: stuckAfter(state.phase, left.toIdle && status === 0, rules),
        leaving: state.leaving.filter((one) => one.run !== run),
      },
      effects: [cancel("grace", run), end],
    };
  }
  const { phase } = state;
  if ((phase.kind !== "starting" && phase.kind !== "up") || phase.run !== run) return stay(state);
  const clear = [cancel("boot", run), cancel("cycle", run), cancel("grace", run)];
  if (rules.kind === "one-off") {
    return {
      state: { ...state, phase: { kind: "complete", status } },
      effects: [...clear, end, changed(phase, "complete", rules)],
    };
  }
  // The kernel was faster than the sampler: the same three lines, with the limit it was killed at as the figure.
  const told = input.outOfMemory && !phase.killed ? killedForMemory(rules) : [];
  return crash(state, phase, [...clear, ...told, end], rules);
}

/** The engine went away, or could not start the dyno: the platform's fault. heroku.md 2.9 */
function lost(state: DynoState, run: Run, rules: DynoRules): Step {
  if (state.leaving.some((one) => one.run === run)) {
    return {
      state: { ...state, leaving: state.leaving.filter((one) => one.run !== run) },
      effects: [cancel("grace", run)],
    };
  }
  const { phase } = state;
  if ((phase.kind !== "starting" && phase.kind !== "up") || phase.run !== run) return stay(state);
  const effects = [
    cancel("boot", run),
    cancel("cycle", run),
    cancel("grace", run),
    tell(rules, { kind: "dyno-error", code: "R99" }),
  ];
  if (rules.kind === "one-off") {
    return {
      state: { ...state, phase: { kind: "complete", status: 1 } },
      effects: [...effects, changed(phase, "complete", rules)],
    };
  }
  return crash(state, phase, effects, rules);
}

/** Any exit that nobody asked for, status 0 included. First time again at once, then after a cool-off. heroku.md 2.6 */
function crash(state: DynoState, phase: Phase, effects: readonly Effect[], rules: DynoRules): Step {
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

function clientGone(state: DynoState, run: Run, rules: DynoRules): Step {
  if (runOf(state.phase) !== run) return stay(state);
  return { state, effects: [tell(rules, { kind: "client-gone" }), signal(run, "SIGHUP")] };
}

function launch(state: DynoState, effects: readonly Effect[]): Step {
  const run = state.runs + 1;
  return {
    state: { ...state, runs: run, phase: { kind: "starting", run, launched: false, killed: false } },
    effects: [...effects, { kind: "launch", run }],
  };
}

function leave(state: DynoState, run: Run, toIdle: boolean, rules: DynoRules): Step {
  return {
    state: { ...state, leaving: [...state.leaving, { run, killed: false, toIdle }] },
    effects: [cancel("boot", run), cancel("cycle", run), ...terminate(run, rules)],
  };
}

function terminate(run: Run, rules: DynoRules): readonly Effect[] {
  return [
    tell(rules, { kind: "stopping", how: "sigterm" }),
    signal(run, "SIGTERM"),
    {
      kind: "timer",
      timer: "grace",
      run,
      clock: "real",
      after: rules.grace,
      input: { kind: "grace-over", run },
    },
  ];
}

function killedForMemory(rules: DynoRules): readonly Effect[] {
  return [
    tell(rules, { kind: "memory", used: rules.killAt, quota: rules.quota }),
    tell(rules, { kind: "dyno-error", code: "R15" }),
    tell(rules, { kind: "stopping", how: "sigkill" }),
  ];
}

function stuckAfter(phase: Phase, cleanIdleExit: boolean, rules: DynoRules): Phase {
  const stuck = cleanIdleExit && rules.kind === "web" && rules.stuckAfterCleanIdleExit;
  return phase.kind === "idle" && stuck ? { kind: "idle", stuck: true } : phase;
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

function stay(state: DynoState): Step {
  return { state, effects: [] };
}

function signal(run: Run, name: "SIGTERM" | "SIGKILL" | "SIGHUP"): Effect {
  return { kind: "signal", run, signal: name };
}

function cancel(timer: Extract<Effect, { kind: "cancel" }>["timer"], run: Run): Effect {
  return { kind: "cancel", timer, run };
}

type Untold = DynoEvent extends infer E ? (E extends DynoEvent ? Omit<E, "dyno"> : never) : never;

function tell(rules: DynoRules, event: Untold): Effect {
  return { kind: "tell", event: { ...event, dyno: rules.name } as DynoEvent };
}

function changed(from: Phase, to: LogState, rules: DynoRules): Effect {
  return tell(rules, { kind: "state-changed", from: logState(from), to });
}

function isUp(state: DynoState, run: Run): boolean {
  return state.phase.kind === "up" && state.phase.run === run;
}

function runOf(phase: Phase): Run | undefined {
  return phase.kind === "starting" || phase.kind === "up" ? phase.run : undefined;
}
