import type Docker from "dockerode";
import { describe, expect, it } from "vitest";
import type { ContainerEvent, EngineEvents } from "../../../src/engine/docker/engine-events.ts";
import { Life } from "../../../src/engine/docker/life.ts";
import type { Clock } from "../../../src/kernel/clock.ts";
import { instant } from "../../../src/kernel/units.ts";

/** Every wait is over on the next turn. */
const HASTY: Clock = {
  now: () => instant(0),
  after: (_delay, fire) => {
    const handle = setImmediate(fire);
    return { cancel: () => clearImmediate(handle) };
  },
};

const gone = Object.assign(new Error("connect ENOENT"), { code: "ENOENT" });
const removed = Object.assign(new Error("no such container"), { statusCode: 404 });

type Answer = { readonly State: Readonly<Record<string, unknown>> } | Error;

function exited(ExitCode: number, OOMKilled = false): Answer {
  return { State: { Status: "exited", Running: false, ExitCode, OOMKilled } };
}

/** A container whose `wait` and `inspect` give these answers in turn, the last one for ever. */
function life(
  waits: readonly (Error | "over" | "never")[],
  states: readonly Answer[],
): { life: Life; tell: (event: ContainerEvent) => void } {
  const left = { waits: [...waits], states: [...states] };
  const next = <T>(queue: T[]): T | undefined => (queue.length > 1 ? queue.shift() : queue[0]);
  const container = {
    id: "c1",
    wait: async () => {
      const answer = next(left.waits);
      if (answer instanceof Error) throw answer;
      if (answer === "never") await new Promise(() => {});
    },
    inspect: async () => {
      const answer = next(left.states);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  let tell: (event: ContainerEvent) => void = () => {};
  const events = {
    watch: (_id: string, listener: typeof tell) => {
      tell = listener;
      return { [Symbol.dispose]: () => {} };
    },
  };
  const made = new Life(container as unknown as Docker.Container, HASTY, events as unknown as EngineEvents);
  return { life: made, tell };
}

describe("the end of a life", () => {
  it.each([
    ["the answer to wait", ["over"] as const, [exited(3)], { status: 3, lost: false }],
    [
      "a wait that broke off, of a dyno that goes on",
      [gone, "over"] as const,
      [{ State: { Running: true } }, exited(4)],
      { status: 4, lost: false },
    ],
    [
      "an engine that comes back, of a dyno that goes on",
      [gone, "over"] as const,
      [gone, gone, { State: { Running: true } }, exited(5)],
      { status: 5, lost: false },
    ],
    [
      "an engine that comes back and has ended it",
      [gone] as const,
      [gone, gone, exited(143)],
      { lost: true },
    ],
    ["an engine that does not", [gone] as const, [gone], { lost: true }],
    ["a container that somebody removed", ["over"] as const, [removed], { lost: true }],
    ["one that is being removed", ["over"] as const, [{ State: { Status: "removing" } }], { lost: true }],
  ])("is known from %s", async (_what, waits, states, expected) => {
    expect(await life(waits, states).life.ended).toMatchObject({ outOfMemory: false, ...expected });
  });

  it("is known from the event, where wait misses it", async () => {
    const { life: one, tell } = life(["never"], [exited(6)]);
    tell({ kind: "die", status: 6 });
    expect(await one.ended).toMatchObject({ status: 6 });
  });

  it("was the kernel's doing, told before or after", async () => {
    const before = life(["over"], [exited(137)]);
    before.tell({ kind: "oom" });
    const flagged = life(["over"], [exited(137, true)]);
    expect(await before.life.ended).toMatchObject({ status: 137, outOfMemory: true });
    expect(await flagged.life.ended).toMatchObject({ status: 137, outOfMemory: true });
  });

  it.each([
    ["another status", exited(1, true), false],
    ["a SIGKILL of our own", exited(137, true), true],
    ["no memory kill", exited(137), false],
  ])("was not the kernel's doing: %s", async (_what, state, ours) => {
    const { life: one } = life(["over"], [state]);
    if (ours) one.killing();
    expect(await one.ended).toMatchObject({ outOfMemory: false });
  });
});
