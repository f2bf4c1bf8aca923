import { expect, it } from "vitest";
import { SleepPolicy } from "../../src/formation/sleep-policy.ts";
import { FrozenClock } from "../../src/kernel/frozen-clock.ts";
import { MovableClock } from "../../src/kernel/movable-clock.ts";
import { instant, minutes } from "../../src/kernel/units.ts";

type Doing = "begin" | "end" | "requestBegan" | "requestEnded" | "wait";

const settled = async (): Promise<void> => {};

it.each<readonly [string, readonly Doing[], number | undefined]>([
  ["nothing has begun", ["requestBegan", "requestEnded"], undefined],
  ["30 minutes from the start", ["begin"], 30],
  ["a request in flight", ["begin", "requestBegan"], undefined],
  ["30 minutes from the end of the last request", ["begin", "requestBegan", "wait", "requestEnded"], 30],
  ["two in flight, one ends", ["begin", "requestBegan", "requestBegan", "requestEnded"], undefined],
  ["it sleeps already", ["begin", "end"], undefined],
  ["it woke, and that request is over", ["begin", "end", "requestBegan", "begin", "requestEnded"], 30],
])("what the clock shows as due when %s", async (_when, doings, due) => {
  const clock = new MovableClock(new FrozenClock(instant(0)));
  let slept = 0;
  using policy = new SleepPolicy(clock, () => (slept += 1));
  for (const doing of doings) {
    if (doing === "wait") await clock.advance(minutes(10), settled);
    else policy[doing]();
  }
  expect(clock.due.map(({ at, label }) => [(at - clock.now()) / 60_000, label?.of, label?.what])).toEqual(
    due === undefined ? [] : [[due, "app", "falls asleep"]],
  );
  await clock.advance(minutes(31), settled);
  expect(slept).toBe(due === undefined ? 0 : 1);
});
