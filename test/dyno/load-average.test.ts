import { describe, expect, it } from "vitest";
import { LoadAverage } from "../../src/dyno/load-average.ts";
import type { LoadAverages } from "../../src/heroku/runtime-metrics.ts";
import { seconds } from "../../src/kernel/units.ts";

/** Looks every 20 s for so many minutes, with so many runnable tasks. */
function after(minutes: number, tasks: number, average: LoadAverage = new LoadAverage()): LoadAverages {
  let last: LoadAverages | undefined;
  for (let look = 0; look < minutes * 3; look++) last = average.add(tasks, seconds(20));
  if (last === undefined) throw new Error("no look");
  return last;
}

describe("LoadAverage", () => {
  it("is damped exponentially: 1 - 1/e of the load after each span", () => {
    const reached = 1 - 1 / Math.E;
    expect(after(1, 4).oneMinute).toBeCloseTo(4 * reached);
    expect(after(5, 4).fiveMinutes).toBeCloseTo(4 * reached);
    expect(after(15, 4).fifteenMinutes).toBeCloseTo(4 * reached);
  });

  it("does not depend on how often one looks", () => {
    const often = new LoadAverage();
    for (let look = 0; look < 60; look++) often.add(2, seconds(1));
    expect(often.add(2, seconds(0)).oneMinute).toBeCloseTo(after(1, 2).oneMinute);
  });

  it("falls again", () => {
    const average = new LoadAverage();
    after(10, 3, average);
    expect(after(10, 0, average).oneMinute).toBeLessThan(0.001);
  });

  it("has no average over a time that the dyno has not lived", () => {
    expect(after(1, 1)).toMatchObject({ fiveMinutes: undefined, fifteenMinutes: undefined });
    expect(after(5, 1).fiveMinutes).toBeDefined();
    expect(after(14, 1).fifteenMinutes).toBeUndefined();
  });
});
