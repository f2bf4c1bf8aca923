import { describe, expect, it } from "vitest";
import type { DynoName } from "../../src/heroku/names.ts";
import { waitingText } from "../../src/platform/explain/waiting.ts";
import type { ClockFacts } from "../../src/platform/platform.ts";
import { hours, millis, minutes, seconds } from "../../src/kernel/units.ts";
import type { Result } from "../../src/kernel/result.ts";
import { PlatformOnFake } from "./platform-on-fake.ts";

async function upAndRunning(): Promise<PlatformOnFake> {
  const app = new PlatformOnFake();
  app.processTypes = { web: "serve" };
  await app.deploy();
  await app.platform.settled();
  return app;
}

/** Lets what was begun go as far as it can without time. */
async function turn(): Promise<void> {
  for (let round = 0; round < 3; round += 1) await new Promise(setImmediate);
}

function now(app: PlatformOnFake): number {
  return app.platform.clock().now;
}

function value<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}

const waits = (facts: ClockFacts): readonly string[] => (facts.moving?.waitingFor ?? []).map(waitingText);

describe("the platform clock", () => {
  it("says what is due, soonest first, with whose it is", async () => {
    await using app = await upAndRunning();
    const { due, paused, offset, moving } = app.platform.clock();
    expect(due.map(({ of, what }) => `${of} ${what}`)).toEqual([
      "app falls asleep",
      "web.1 cycles",
      "app gets a new month of dyno hours",
    ]);
    expect(due[0]!.at - now(app)).toBe(minutes(30));
    expect({ paused, offset, moving }).toEqual({ paused: false, offset: 0, moving: undefined });
  });

  it("moves to what is due next, and lets that alone happen", async () => {
    await using app = await upAndRunning();
    const start = now(app);
    const asleep = value(await app.platform.advanceClockToNext());
    expect(asleep.fired).toMatchObject({ of: "app", what: "falls asleep" });
    expect(now(app) - start).toBe(minutes(30));
    expect(app.platform.dynos().map(({ state }) => state)).toEqual(["idle"]);
    expect(await app.platform.advanceClockToNext()).toEqual({ ok: false, failure: { kind: "nothing-due" } });
  });

  it.each([
    [seconds(-1), "clock-backwards", "-1s"],
    [millis(Number.NaN), "clock-backwards", expect.any(String)],
    [millis(hours(24 * 365) + 1), "clock-too-far", "365d"],
  ])("refuses to move by %d", async (duration, kind, asked) => {
    await using app = await upAndRunning();
    const start = now(app);
    expect(await app.platform.advanceClock(duration)).toEqual({ ok: false, failure: { kind, asked } });
    expect(now(app)).toBe(start);
  });

  it("names what holds it back, with real time, until that is over", async () => {
    await using app = await upAndRunning();
    app.engine.dyno("web.1")!.onSignal = () => {};
    const moved = app.platform.advanceClock(hours(1));
    await turn();
    await app.realClock.advance(seconds(12), turn);
    expect(waits(app.platform.clock())).toEqual(["web.1 is leaving (SIGTERM sent 12 s ago)"]);
    await app.realClock.advance(seconds(18), turn);
    expect(value(await moved).moving).toBeUndefined();
    expect(app.platform.dynos().map(({ state }) => state)).toEqual(["idle"]);
    expect(app.story()).toContain("web.1 Process exited with status 137");
  });

  it("waits for a boot, and for a one-off dyno that starts or leaves, but not for one that runs", async () => {
    await using app = await upAndRunning();
    const launches = Promise.withResolvers<void>();
    app.engine.onLaunch = () => launches.promise;
    const run = app.platform.run({
      command: "bash",
      env: {},
      size: undefined,
      attach: undefined,
      type: undefined,
    });
    await app.platform.restart({ kind: "all" });
    const moved = app.platform.advanceClock(minutes(1));
    await turn();
    await app.realClock.advance(seconds(3), turn);
    const { name } = value(await run);
    expect(waits(app.platform.clock())).toEqual([
      "web.1 is starting (for 3 s)",
      `${name} is starting (for 3 s)`,
    ]);
    launches.resolve();
    await turn();
    expect(waits(app.platform.clock())).toEqual(["web.1 is starting (for 3 s)"]);
    app.engine.dyno("web.1")!.listen();
    await app.realClock.advance(seconds(1), turn);
    await moved;
    app.engine.dyno(name)!.onSignal = () => {};
    await app.platform.stop({ kind: "dyno", dyno: name });
    const again = app.platform.advanceClock(minutes(1));
    await turn();
    expect(waits(app.platform.clock())).toEqual([`${name} is leaving (SIGTERM sent 0 s ago)`]);
    app.engine.dyno(name)!.exit(0);
    await again;
  });

  it.each([
    ["by 31 minutes", (app: PlatformOnFake) => app.platform.advanceClock(minutes(31)), 31],
    ["to what is due next", (app: PlatformOnFake) => app.platform.advanceClockToNext(), 30],
  ])("%s: does not begin to move before what starts already is up", async (_, move, moved) => {
    await using app = await upAndRunning();
    const start = now(app);
    const launches = Promise.withResolvers<void>();
    app.engine.onLaunch = (dyno) => launches.promise.then(() => dyno.listen());
    await app.platform.restart({ kind: "all" });
    const moving = move(app);
    await turn();
    expect(now(app)).toBe(start);
    expect(waits(app.platform.clock())).toEqual(["web.1 is starting (for 0 s)"]);
    launches.resolve();
    const { now: end } = value<ClockFacts>(await moving);
    expect(end - start).toBe(minutes(moved));
    const story = app.story().filter((line) => line.startsWith("web.1 State changed"));
    expect(story.slice(-2)).toEqual([
      "web.1 State changed from starting to up",
      "web.1 State changed from up to down",
    ]);
  });

  it("gives a dyno that has started a moment for its first words, and others none", async () => {
    await using app = await upAndRunning();
    await app.platform.scale([{ type: "web", quantity: "1", size: "basic" }]);
    await app.platform.settled();
    await app.platform.advanceClock(hours(24 * 7));
    const cycles = app.story().filter((line) => line === "web.1 Cycling").length;
    expect(cycles).toBeGreaterThan(5);
    expect(app.breaths).toBe(cycles);
    await app.platform.scale([{ type: "web", quantity: "1", size: "eco" }]);
    await app.platform.settled();
    await app.platform.advanceClock(hours(1));
    expect(app.story().at(-1)).toBe("web.1 Process exited with status 143");
    expect(app.breaths).toBe(cycles);
  });

  it("two moves at once: the second comes after the first", async () => {
    await using app = await upAndRunning();
    const start = now(app);
    app.engine.dyno("web.1")!.onSignal = () => {};
    const first = app.platform.advanceClock(hours(1));
    const second = app.platform.advanceClock(hours(2));
    await turn();
    expect(now(app) - start).toBe(minutes(30));
    app.engine.dyno("web.1")!.exit(0);
    expect(value(await first).now - start).toBe(hours(1));
    expect(value(await second).now - start).toBe(hours(3));
  });

  it("a client that goes away ends its move where that has got to, and the next one begins", async () => {
    await using app = await upAndRunning();
    const start = now(app);
    const client = new AbortController();
    app.engine.dyno("web.1")!.onSignal = () => {};
    const first = app.platform.advanceClock(hours(10), client.signal);
    const second = app.platform.advanceClock(hours(1));
    await turn();
    client.abort();
    expect(value(await first).now - start).toBe(minutes(30));
    await turn();
    expect(waits(app.platform.clock())).toEqual(["web.1 is leaving (SIGTERM sent 0 s ago)"]);
    app.engine.dyno("web.1")!.exit(0);
    expect(value(await second).now - start).toBe(minutes(90));
  });

  it("ends its move when the app is closed", async () => {
    const app = await upAndRunning();
    app.engine.dyno("web.1")!.onSignal = () => {};
    const moved = app.platform.advanceClock(hours(10));
    await turn();
    const closed = app[Symbol.asyncDispose]();
    app.engine.dyno("web.1")!.exit(0);
    expect(await moved).toEqual({ ok: false, failure: { kind: "not-up", app: "app" } });
    await closed;
    expect(app.platform.pauseClock()).toMatchObject({ ok: false, failure: { kind: "not-up" } });
  });

  it("apps have clocks of their own", async () => {
    await using one = await upAndRunning();
    await using other = await upAndRunning();
    const start = now(other);
    await one.platform.advanceClock(hours(1));
    one.platform.pauseClock();
    expect(one.platform.dynos().map(({ state }) => state)).toEqual(["idle"]);
    expect(other.platform.dynos().map(({ state }) => state)).toEqual(["up"]);
    expect(now(other)).toBe(start);
    expect(other.platform.clock().paused).toBe(false);
    await other.platform.advanceClock(minutes(29));
    expect(other.platform.dynos().map(({ state }) => state)).toEqual(["up"]);
  });
});

describe("waitingText", () => {
  it.each([
    ["starting", 12_400, "web.1 is starting (for 12 s)"],
    ["SIGTERM", 500, "web.1 is leaving (SIGTERM sent 1 s ago)"],
    ["SIGKILL", 2000, "web.1 is leaving (SIGKILL sent 2 s ago)"],
  ] as const)("%s", (what, time, text) => {
    expect(waitingText({ dyno: "web.1" as DynoName, what, for: millis(time) })).toBe(text);
  });
});
