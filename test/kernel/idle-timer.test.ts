import { expect, it } from "vitest";
import { FrozenClock } from "../../src/kernel/frozen-clock.ts";
import { MovableClock } from "../../src/kernel/movable-clock.ts";
import { instant, seconds } from "../../src/kernel/units.ts";
import { IdleTimer } from "../../src/kernel/idle-timer.ts";

function rig() {
  const clock = new MovableClock(new FrozenClock(instant(0)));
  const timer = new IdleTimer(clock);
  const fired: number[] = [];
  return { clock, timer, fired, fire: () => void fired.push(clock.now()), settled: async () => {} };
}

it("fires once, at the limit, when never touched", async () => {
  const { clock, timer, fired, fire, settled } = rig();
  timer.start(seconds(30), fire);
  await clock.advance(seconds(200), settled);
  expect(fired).toEqual([30_000]);
});

it("a touch moves the end, without a timer of its own", async () => {
  const { clock, timer, fired, fire, settled } = rig();
  timer.start(seconds(55), fire);
  for (let count = 0; count < 4; count++) {
    await clock.advance(seconds(20), settled);
    timer.touch();
  }
  await clock.advance(seconds(54), settled);
  expect(fired).toEqual([]);
  await clock.advance(seconds(1), settled);
  expect(fired).toEqual([135_000]);
});

it("a new start replaces the old one; stop ends it", async () => {
  const { clock, timer, fired, fire, settled } = rig();
  timer.start(seconds(30), () => fired.push(-1));
  timer.start(seconds(55), fire);
  await clock.advance(seconds(60), settled);
  expect(fired).toEqual([55_000]);
  timer.start(seconds(1), fire);
  timer.stop();
  await clock.advance(seconds(60), settled);
  expect(fired).toEqual([55_000]);
});
