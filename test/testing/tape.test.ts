import { describe, expect, it } from "vitest";
import { FrozenClock } from "../../src/kernel/frozen-clock.ts";
import { MovableClock } from "../../src/kernel/movable-clock.ts";
import { instant, seconds } from "../../src/kernel/units.ts";
import { durationOf, Tape } from "../../src/testing/tape.ts";

const blame = (reason: string): Error => new Error(`nothing ${reason}`);

function tape(...entries: readonly string[]): { readonly told: Tape<string>; readonly clock: MovableClock } {
  const clock = new MovableClock(new FrozenClock(instant(0)));
  const told = new Tape<string>(clock);
  for (const entry of entries) told.add(entry);
  return { told, clock };
}

describe("a tape", () => {
  it("is an array, and what comes of it is a plain one", () => {
    const { told } = tape("a", "b");
    expect([...told]).toEqual(["a", "b"]);
    expect(told.map((entry) => entry.toUpperCase()).constructor).toBe(Array);
    expect(told.slice(-1)).toEqual(["b"]);
  });

  it("gives what was told already, from where it is told to look", async () => {
    const { told } = tape("a1", "b", "a2");
    const isA = (entry: string): boolean => entry.startsWith("a");
    expect(await told.next(isA, {}, blame)).toBe("a1");
    expect(await told.next(isA, { from: 1 }, blame)).toBe("a2");
  });

  it("waits for what comes, for each who waits", async () => {
    const { told } = tape("a");
    const waiting = ["b", "c", "c"].map((wanted) => told.next((entry) => entry === wanted, {}, blame));
    told.add("x");
    told.add("c");
    told.add("b");
    expect(await Promise.all(waiting)).toEqual(["b", "c", "c"]);
  });

  it.each([
    [undefined, 30],
    ["2s", 2],
    [1500, 1.5],
  ])("gives up after %s", async (timeout, after) => {
    const { told, clock } = tape("a");
    const waiting = told.next(() => false, timeout === undefined ? {} : { timeout }, blame);
    waiting.catch(() => {});
    let isOver = false;
    void waiting.catch(() => (isOver = true));
    await clock.advance(seconds(after - 0.001), async () => {});
    await Promise.resolve();
    expect(isOver).toBe(false);
    await clock.advance(seconds(0.001), async () => {});
    await expect(waiting).rejects.toThrow(/^nothing within \d/);
  });

  it("gives up when the app has ended, and looks before", async () => {
    const { told } = tape("a");
    const waiting = told.next((entry) => entry === "b", {}, blame);
    told.end();
    await expect(waiting).rejects.toThrow("nothing before the app ended");
    expect(await told.next((entry) => entry === "a", {}, blame)).toBe("a");
  });

  it("a condition that throws ends the waiting with it", async () => {
    const { told } = tape();
    const waiting = told.next(
      () => {
        throw new Error("a mistake in the test");
      },
      {},
      blame,
    );
    told.add("a");
    await expect(waiting).rejects.toThrow("a mistake in the test");
  });
});

describe("a duration", () => {
  it.each([
    ["31m", 1_860_000],
    ["2h30m", 9_000_000],
    [250, 250],
    [0, 0],
  ])("%j is %d ms", (given, expected) => expect(durationOf(given)).toBe(expected));

  it.each(["soon", "", "-1s", -1, Number.NaN])("%j is none", (given) => {
    expect(() => durationOf(given)).toThrow(TypeError);
  });
});
