import { expect, it } from "vitest";
import { Deadlines } from "../../src/kernel/deadlines.ts";
import { FrozenClock } from "../../src/kernel/frozen-clock.ts";
import { MovableClock } from "../../src/kernel/movable-clock.ts";
import { instant, millis, seconds } from "../../src/kernel/units.ts";

function rig() {
  const clock = new MovableClock(new FrozenClock(instant(0)));
  const fired: [string, number][] = [];
  return {
    clock,
    deadlines: new Deadlines(clock),
    fired,
    timed: (name: string) => ({ timedOut: () => void fired.push([name, clock.now()]) }),
    settled: async () => {},
  };
}

it("many on one timer, each at its time, in any order", async () => {
  const { clock, deadlines, fired, timed, settled } = rig();
  for (const [name, limit] of [
    ["b", 30],
    ["c", 55],
    ["a", 5],
  ] as const)
    deadlines.open().start(seconds(limit), timed(name));
  await clock.advance(seconds(100), settled);
  expect(fired).toEqual([
    ["a", 5_000],
    ["b", 30_000],
    ["c", 55_000],
  ]);
});

it("never early, and 20 ms late at most where two are near each other", async () => {
  const { clock, deadlines, fired, timed, settled } = rig();
  deadlines.open().start(millis(1_000), timed("one"));
  deadlines.open().start(millis(1_001), timed("other"));
  await clock.advance(seconds(2), settled);
  expect(fired).toEqual([
    ["one", 1_000],
    ["other", 1_020],
  ]);
});

it("a touch begins its time anew, a start replaces it, a stop ends it; it fires once", async () => {
  const { clock, deadlines, fired, timed, settled } = rig();
  const [touched, replaced, stopped] = [deadlines.open(), deadlines.open(), deadlines.open()];
  for (const deadline of [touched, replaced, stopped]) deadline.start(seconds(10), timed("first"));
  await clock.advance(seconds(8), settled);
  touched.touch();
  replaced.start(seconds(1), timed("replaced"));
  stopped.stop();
  await clock.advance(seconds(100), settled);
  expect(fired).toEqual([
    ["replaced", 9_000],
    ["first", 18_000],
  ]);
});

it("a touch after the stop sets nothing, and what is closed stays silent", async () => {
  const { clock, deadlines, fired, timed, settled } = rig();
  const [stopped, closed] = [deadlines.open(), deadlines.open()];
  stopped.start(seconds(1), timed("stopped"));
  stopped.stop();
  stopped.touch();
  closed.start(seconds(1), timed("closed"));
  closed.close();
  await clock.advance(seconds(10), settled);
  expect(fired).toEqual([]);
});

it("one may be set anew in the call of its end", async () => {
  const { clock, deadlines, fired, timed, settled } = rig();
  const deadline = deadlines.open();
  deadline.start(seconds(1), { timedOut: () => deadline.start(seconds(2), timed("again")) });
  await clock.advance(seconds(10), settled);
  expect(fired).toEqual([["again", 3_000]]);
});
