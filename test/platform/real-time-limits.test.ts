import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formatDuration } from "../../src/kernel/duration.ts";
import { explain } from "../../src/platform/explain.ts";
import { REAL_TIME_LIMITS, realTimeLimits } from "../../src/platform/real-time-limits.ts";

const HEROKU = realTimeLimits({});
const ROWS = Object.values(REAL_TIME_LIMITS);

describe("limits on real time", () => {
  it("are Heroku's when nothing is set", () => {
    expect(HEROKU).toMatchObject({
      ok: true,
      value: {
        dyno: { boot: 60_000, grace: 30_000, memorySample: 20_000 },
        router: { firstByte: 30_000, idle: 55_000 },
        bootWait: 75_000,
        build: 900_000,
        releasePhase: 3_600_000,
      },
    });
  });

  it.each(ROWS.map(({ variable }) => variable))("%s makes one of them shorter, and only that", (variable) => {
    const shortened = realTimeLimits({ [variable]: "7" });
    expect(figures(shortened).filter((figure) => figure === 7)).toHaveLength(1);
    expect(figures(shortened).filter((figure) => figure !== 7)).toHaveLength(figures(HEROKU).length - 1);
  });

  it.each(["0", "-5", "soon", "2s", "1.5", "30001", "1e3"])("refuses %s", (text) => {
    const refused = realTimeLimits({ DYNOSIM_GRACE_MS: text });
    expect(refused).toEqual({
      ok: false,
      failure: { kind: "bad-limit", variable: "DYNOSIM_GRACE_MS", text, most: 30_000 },
    });
    expect(!refused.ok && explain(refused.failure)).toEqual({
      title: `DYNOSIM_GRACE_MS is "${text}".`,
      body: "It makes one of Heroku's limits shorter, for tests: a whole number of milliseconds from 1 to 30000.",
      next: "Correct it, or leave Heroku's own: unset DYNOSIM_GRACE_MS",
      exitCode: 2,
    });
  });

  it("are all in docs/settings.md, with their usual values, and nothing else is", () => {
    const page = readFileSync(new URL("../../docs/settings.md", import.meta.url), "utf8");
    const told = [...page.matchAll(/^\| `(\w+)` +\| (\S+) +\| (.+?) +\|$/gm)].map(([, ...cells]) => cells);
    expect(told).toEqual(ROWS.map(({ variable, usual, what }) => [variable, formatDuration(usual), what]));
  });
});

function figures(limits: ReturnType<typeof realTimeLimits>): readonly unknown[] {
  if (!limits.ok) throw new Error("refused");
  const { dyno, router, ...others } = limits.value;
  return [...Object.values(dyno), ...Object.values(router), ...Object.values(others)];
}
