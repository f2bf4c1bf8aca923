import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { DynoRules } from "../../src/dyno/rules.ts";
import type { Phase } from "../../src/dyno/state.ts";
import { minutes } from "../../src/kernel/units.ts";
import { EMPTY_STAGE, playOn, possible, type Stage } from "./model.ts";
import { ATTACHED_RULES, ONE_OFF_RULES, WEB_RULES, WORKER_RULES } from "./story.ts";

const SOURCE = readFileSync(new URL("../../src/dyno/transition.ts", import.meta.url), "utf8");
const HEADS = { formation: "Web and worker dynos:", oneOff: "One-off and release dynos:" };

/** `up ── exited, lost ──▶ complete`, each way apart: `up exited complete`. */
function drawn(head: string): ReadonlySet<string> {
  const ways = new Set<string>();
  const lines = SOURCE.slice(SOURCE.indexOf(head) + head.length).split("\n");
  for (const line of lines.slice(2)) {
    const way = /^ \* {5}(\w+) +── ([a-z, -]+) ──▶ ([a-z, ]+?)(?: {2}.*)?$/.exec(line);
    if (way === null) break;
    const [, from = "", inputs = "", to = ""] = way;
    for (const input of inputs.split(", "))
      for (const end of to.split(", ")) ways.add(`${from} ${input} ${end}`);
  }
  return ways;
}

/** Every way that there is from a new dyno on, found by trying all that can happen, a new stage at a time. */
function found(all: readonly DynoRules[]): ReadonlySet<string> {
  const ways = new Set<string>();
  for (const rules of all) {
    const known = new Set<string>();
    let edge: readonly Stage[] = [EMPTY_STAGE];
    for (let depth = 0; edge.length > 0 && depth < DEPTH; depth += 1) {
      const next: Stage[] = [];
      for (const stage of edge)
        for (const input of possible(stage, rules)) {
          const { stage: after } = playOn(stage, input, rules);
          if (isMove(stage, after))
            ways.add(`${stage.state.phase.kind} ${input.kind} ${after.state.phase.kind}`);
          const look = outlook(after);
          if (known.has(look)) continue;
          known.add(look);
          next.push(after);
        }
      edge = next;
    }
  }
  return ways;
}

/** Enough for two crashes in a row, and what may follow them. */
const DEPTH = 9;

function isMove(before: Stage, after: Stage): boolean {
  const run = (phase: Phase): number | undefined => ("run" in phase ? phase.run : undefined);
  const [from, to] = [before.state.phase, after.state.phase];
  return from.kind !== to.kind || run(from) !== run(to);
}

/** All that decides on what can come, with runs counted from the newest and nobody who is only leaving. */
function outlook({ state, killed, timers, launching }: Stage): string {
  const { phase, former, crashes, outage, outOfHours, client, runs } = state;
  const run = "run" in phase ? phase.run : runs;
  return JSON.stringify([
    "run" in phase ? { ...phase, run: runs - run } : phase,
    former === undefined ? undefined : runs - former,
    Math.min(crashes, 2),
    Math.min(outage, 1),
    outOfHours,
    client,
    killed.has(run),
    launching.has(run),
    [...timers.keys()].filter((key) => key.endsWith(` ${runs}`)),
  ]);
}

it.each([
  [
    "formation",
    [WEB_RULES, WORKER_RULES, { ...WEB_RULES, preboot: minutes(3), stuckAfterCleanIdleExit: true }],
  ],
  ["oneOff", [ONE_OFF_RULES, ATTACHED_RULES]],
] as const)("the ways that are drawn above the function are those that it goes: %s", (kind, rules) => {
  expect([...found(rules)].toSorted()).toEqual([...drawn(HEADS[kind])].toSorted());
});

it("a way that is not drawn, or not gone, would be found", () => {
  const ways = drawn(HEADS.oneOff);
  expect(ways.size).toBe(5);
  expect([...found([WORKER_RULES])]).not.toContain("starting bound up");
});
