import { assert, array, integer, property, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import {
  emptyAt,
  hoursAt,
  monthAfter,
  monthOf,
  noHours,
  withRunning,
  type DynoHours,
} from "../../src/formation/dyno-hours.ts";
import { HoursMeter } from "../../src/formation/hours-meter.ts";
import { HOUR_POOLS } from "../../src/heroku/hour-pools.ts";
import { FrozenClock } from "../../src/kernel/frozen-clock.ts";
import { MovableClock } from "../../src/kernel/movable-clock.ts";
import { after, hours, instant, millis, minutes, type Instant, type Millis } from "../../src/kernel/units.ts";

const JULY = instant(Date.UTC(2020, 6, 1));
const AUGUST = instant(Date.UTC(2020, 7, 1));
const MONTH = AUGUST - JULY;

describe("the account of dyno hours", () => {
  it("is the sum of all dynos' time within the month, whatever the order they start and stop in", () => {
    const interval = tuple(integer({ min: -5, max: 5 }), integer({ min: 1, max: 20 }));
    assert(
      property(array(interval), integer({ min: 0, max: 30 }), (intervals, end) => {
        const day = (number: number): Instant => instant(JULY + number * 12_345_678);
        const changes = intervals
          .map(([start, length]) => [day(start), day(start + length)] as const)
          .flatMap(([start, stop]) => [
            { at: start, by: 1 },
            { at: stop, by: -1 },
          ])
          .filter(({ at }) => at <= day(end))
          .toSorted((a, b) => a.at - b.at);
        let account: DynoHours = noHours(day(-5));
        for (const { at, by } of changes) account = withRunning(account, account.running + by, at);
        const used = intervals.reduce((sum, [start, length]) => {
          const from = Math.max(day(start), JULY);
          const to = Math.min(day(start + length), day(end));
          return sum + Math.max(0, to - from);
        }, 0);
        expect(hoursAt(account, day(end))).toMatchObject({ month: JULY, used });
      }),
    );
  });

  it("is the same whether it is looked at on the way or not", () => {
    assert(
      property(array(integer({ min: 0, max: 40 * 24 * 3_600_000 })), (looks) => {
        const start = withRunning(noHours(JULY), 2, after(JULY, hours(7)));
        const end = instant(AUGUST + MONTH);
        const stops = looks.map((look) => instant(JULY + hours(7) + look)).toSorted((a, b) => a - b);
        expect(hoursAt(stops.reduce(hoursAt, start), end)).toEqual(hoursAt(start, end));
      }),
    );
  });

  it.each([
    ["the last millisecond of a month", Date.UTC(2020, 6, 31, 23, 59, 59, 999), "2020-07-01"],
    ["the first of the next", Date.UTC(2020, 7, 1), "2020-08-01"],
    ["a leap day", Date.UTC(2020, 1, 29, 12), "2020-02-01"],
    ["the end of a year", Date.UTC(2020, 11, 31, 23), "2020-12-01"],
  ])("counts %s (UTC) to its month", (_, at, month) => {
    const start = monthOf(instant(at));
    expect(new Date(start).toISOString().slice(0, 10)).toBe(month);
    expect(monthOf(monthAfter(start))).toBe(monthAfter(start));
    expect(monthAfter(start)).toBeGreaterThan(at);
  });

  it("begins each month with nothing: what was left over does not roll over", () => {
    const account = withRunning(noHours(JULY), 1, after(JULY, hours(700)));
    expect(hoursAt(account, after(AUGUST, hours(3)))).toMatchObject({ month: AUGUST, used: hours(3) });
  });

  it.each([
    ["1000 h, one dyno: never in 31 days (744 h)", 1000, 1, undefined],
    ["1000 h, web and worker: on day 21", 1000, 2, 21],
    ["550 h, one dyno: on day 23", 550, 1, 23],
  ])("%s", (_, pool, running, day) => {
    const at = emptyAt(withRunning(noHours(JULY), running, JULY), hours(pool));
    expect(at === undefined ? undefined : new Date(at).getUTCDate()).toBe(day);
  });
});

describe("the meter", () => {
  function metered(
    pool: Millis,
    start: Instant = JULY,
  ): { clock: MovableClock; meter: HoursMeter; told: string[] } {
    const clock = new MovableClock(new FrozenClock(start));
    const told: string[] = [];
    const note = (what: string) => (): void =>
      void told.push(`${what} ${new Date(clock.now()).toISOString()}`);
    const meter = new HoursMeter(clock, pool, noHours(start), {
      empty: note("empty"),
      refilled: note("refilled"),
    });
    return { clock, meter, told };
  }
  const settled = async (): Promise<void> => {};

  it("tells once when the pool is empty, and again on the 1st", async () => {
    const { clock, meter, told } = metered(HOUR_POOLS.free.perMonth);
    meter.count(1);
    await clock.advance(millis(MONTH + hours(24)), settled);
    expect(told).toEqual(["empty 2020-07-23T22:00:00.001Z", "refilled 2020-08-01T00:00:00.000Z"]);
    expect(meter.read()).toMatchObject({ month: AUGUST, used: hours(24) });
  });

  it("does not hurry a pool on over the month's end", async () => {
    const { clock, meter, told } = metered(hours(1000), after(JULY, hours(30 * 24)));
    meter.count(2);
    await clock.advance(hours(24 + 499), settled);
    expect(told).toEqual([]);
    await clock.advance(hours(2), settled);
    expect(told).toEqual(["empty 2020-08-21T20:00:00.001Z"]);
  });

  it("has nothing due while no dyno uses hours", async () => {
    const { clock, meter } = metered(hours(1000));
    meter.count(1);
    expect(clock.nextDue).toBe(AUGUST);
    meter.count(0);
    expect(clock.nextDue).toBeUndefined();
    expect(meter.emptyAt).toBeUndefined();
  });

  it("takes other figures at once: an empty pool, and hours again", () => {
    const { meter, told } = metered(hours(1000));
    meter.count(1);
    meter.set({ pool: undefined, used: hours(1000) });
    expect([meter.isEmpty, told.length]).toEqual([true, 1]);
    meter.set({ pool: hours(1001), used: undefined });
    expect([meter.isEmpty, told.length]).toEqual([false, 2]);
    expect(meter.emptyAt).toBe(after(JULY, millis(hours(1) + 1)));
  });

  it("comes to rest whatever figures it is given: no timer that fires again and again without end", async () => {
    for (const running of [1, 2, 3, 7]) {
      const { clock, meter, told } = metered(millis(1000 / 3 + 0.1));
      meter.count(running);
      await clock.advance(minutes(1), settled);
      expect(told.length).toBe(1);
    }
  });
});
