import type { Effect } from "../../src/dyno/effect.ts";
import type { DynoInput } from "../../src/dyno/input.ts";
import type { DynoRules } from "../../src/dyno/rules.ts";
import { NEW_DYNO, type DynoState, type Run } from "../../src/dyno/state.ts";
import { transition } from "../../src/dyno/transition.ts";
import type { EngineFailure } from "../../src/engine/failure.ts";
import { mebibytes, port } from "../../src/kernel/units.ts";
import { exited, launched } from "./story.ts";

/** A dyno with the engine and the clocks that its effects act on: what can happen next follows from what was done. */
export interface Stage {
  readonly state: DynoState;
  readonly launching: ReadonlySet<Run>;
  readonly running: ReadonlySet<Run>;
  /** Sent SIGKILL: it can only exit with 137, or be lost. */
  readonly killed: ReadonlySet<Run>;
  /** By name and run. */
  readonly timers: ReadonlyMap<string, DynoInput>;
  readonly awaitsEngine: boolean;
}

export const EMPTY_STAGE: Stage = {
  state: NEW_DYNO,
  launching: new Set(),
  running: new Set(),
  killed: new Set(),
  timers: new Map(),
  awaitsEngine: false,
};

const FAILURES: readonly EngineFailure[] = [
  { kind: "engine-unreachable", tried: [] },
  { kind: "engine-error", during: "start web.1", reason: "no" },
  { kind: "image-missing", image: "sha256:1" },
];

const ASKED: readonly DynoInput[] = [
  { kind: "start" },
  { kind: "restart", why: "asked" },
  { kind: "stop" },
  { kind: "idle" },
  { kind: "wake" },
  { kind: "hours-out" },
  { kind: "hours-back" },
];

/** All that can happen now: the formation may ask for anything at any time, the engine only tells what can be. */
export function possible(stage: Stage, rules: DynoRules): readonly DynoInput[] {
  const { launching, running, timers, awaitsEngine } = stage;
  return [
    ...ASKED,
    ...[...launching].flatMap((run) => [
      launched(run),
      ...FAILURES.map((failure): DynoInput => ({ kind: "launch-failed", run, failure })),
      ...clientOf(run, rules),
    ]),
    ...[...running].flatMap((run) => [...newsOf(run, stage, rules), ...clientOf(run, rules)]),
    ...timers.values(),
    ...(awaitsEngine ? [{ kind: "engine-back" } as const] : []),
  ];
}

function newsOf(run: Run, { killed }: Stage, rules: DynoRules): readonly DynoInput[] {
  const lost: DynoInput = { kind: "lost", run };
  if (killed.has(run)) return [exited(run, 137), lost];
  const ports: readonly DynoInput[] = [
    { kind: "bound", run },
    { kind: "bad-bind", run, bound: port(8000), wanted: port(10472) },
  ];
  return [
    lost,
    exited(run, 0),
    exited(run, 1),
    exited(run, 143),
    exited(run, 137, true),
    ...[mebibytes(600), mebibytes(2000)].map((used): DynoInput => ({
      kind: "memory",
      run,
      use: { total: used, hard: used },
    })),
    { kind: "child-out-of-memory", run },
    ...(rules.kind === "web" ? ports : []),
  ];
}

function clientOf(run: Run, { attached }: DynoRules): readonly DynoInput[] {
  return attached
    ? [
        { kind: "client-came", run },
        { kind: "client-gone", run },
      ]
    : [];
}

export interface Played {
  readonly stage: Stage;
  readonly effects: readonly Effect[];
}

/** What comes of one input, in the dyno and around it. */
export function playOn(stage: Stage, input: DynoInput, rules: DynoRules): Played {
  const launching = new Set(stage.launching);
  const running = new Set(stage.running);
  const killed = new Set(stage.killed);
  const timers = new Map([...stage.timers].filter(([, due]) => due !== input));
  let awaitsEngine = stage.awaitsEngine && input.kind !== "engine-back";
  if (input.kind === "launched") {
    launching.delete(input.run);
    running.add(input.run);
  } else if (input.kind === "launch-failed" || input.kind === "exited" || input.kind === "lost") {
    launching.delete(input.run);
    running.delete(input.run);
  }
  const { state, effects } = transition(stage.state, input, rules);
  for (const effect of effects) {
    if (effect.kind === "launch") launching.add(effect.run);
    else if (effect.kind === "signal" && effect.signal === "SIGKILL") killed.add(effect.run);
    else if (effect.kind === "timer") timers.set(`${effect.timer} ${effect.run}`, effect.input);
    else if (effect.kind === "cancel") timers.delete(`${effect.timer} ${effect.run}`);
    else if (effect.kind === "await-engine") awaitsEngine = true;
  }
  return { stage: { state, launching, running, killed, timers, awaitsEngine }, effects };
}

/** Runs with a process, or with one that is about to be there. */
export function alive({ launching, running }: Stage): ReadonlySet<Run> {
  return new Set([...launching, ...running]);
}
