import type { DynoInput } from "../../../src/dyno/input.ts";
import { NEW_DYNO } from "../../../src/dyno/state.ts";
import { transition } from "../../../src/dyno/transition.ts";
import { mebibytes } from "../../../src/kernel/units.ts";
import { exited, launched, WEB_RULES } from "../../dyno/story.ts";
import type { Case } from "../bench.ts";

const LIVES = 100_000;
const WARM_UP_LIVES = 10_000;

/** A life with something of everything: start, memory over the quota, restart, sleep, wake, two crashes, stop. */
const LIFE: readonly DynoInput[] = [
  { kind: "start" },
  launched(1),
  { kind: "bound", run: 1 },
  { kind: "boot-proved", run: 1 },
  memory(1, 400),
  memory(1, 600),
  { kind: "restart", why: "asked" },
  launched(2),
  exited(1, 143),
  { kind: "bound", run: 2 },
  { kind: "idle" },
  exited(2, 143),
  { kind: "wake" },
  launched(3),
  exited(3, 1),
  launched(4),
  exited(4, 1),
  { kind: "cool-off-over" },
  launched(5),
  { kind: "stop" },
  exited(5, 143),
];

/** The pure state machine, alone: whole lives one after another. */
export const transitions: Case = async ({ runs }) => {
  play(WARM_UP_LIVES);
  const ours = Array.from({ length: runs }, () => {
    const begun = performance.now();
    play(LIVES);
    return (LIVES * LIFE.length * 1000) / (performance.now() - begun);
  });
  return [
    {
      name: "state machine of a dyno",
      unit: "transitions/s",
      ours,
      peer: undefined,
      wanted: { kind: "at-least", least: 500_000 },
    },
  ];
};

function play(lives: number): void {
  for (let life = 0; life < lives; life++) {
    let state = NEW_DYNO;
    for (const input of LIFE) state = transition(state, input, WEB_RULES).state;
    if (state.phase.kind !== "down" || state.runs !== 5) throw new Error("that was another life");
  }
}

function memory(run: number, used: number): DynoInput {
  return { kind: "memory", run, use: { total: mebibytes(used), hard: mebibytes(used) } };
}
