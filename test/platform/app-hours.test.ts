import { rmSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { hours, instant, millis, minutes, seconds, type Instant } from "../../src/kernel/units.ts";
import { explain } from "../../src/platform/explain.ts";
import type { OneOffSpec } from "../../src/platform/platform.ts";
import type { State } from "../../src/platform/state.ts";
import { PlatformOnFake } from "./platform-on-fake.ts";

const OCTOBER = instant(Date.UTC(2020, 9, 1));
const NOVEMBER = instant(Date.UTC(2020, 10, 1));
const ECO = { quantity: 1, size: "eco" };
const NO_MORE = [
  "Idling",
  "State changed from up to down",
  "Idling because quota is exhausted",
  "Stopping all processes with SIGTERM",
  "Process exited with status 143",
];

/** Up since midnight of the 1st of October (31 days). */
async function upSince(formation: State["formation"], state: Partial<State> = {}): Promise<PlatformOnFake> {
  const app = new PlatformOnFake({}, { formation, ...state });
  await moveTo(app, OCTOBER);
  await app.deploy();
  await app.platform.settled();
  return app;
}

async function moveTo(app: PlatformOnFake, at: Instant): Promise<void> {
  const moved = await app.platform.advanceClock(millis(at - app.platform.clock().now));
  expect(moved.ok).toBe(true);
}

/** Somebody asks every 20 minutes until a request is refused or the time is over; why, and when. */
async function pinged(app: PlatformOnFake, until: Instant): Promise<string> {
  while (app.platform.clock().now < until) {
    await app.platform.advanceClock(minutes(20));
    const served = await app.serve();
    if (!served.startsWith("web.")) return `${served} on ${new Date(app.platform.clock().now).toISOString()}`;
  }
  return "served";
}

function linesOf(app: PlatformOnFake, process: string, count: number): readonly string[] {
  return app
    .story()
    .filter((line) => line.startsWith(`${process} `))
    .map((line) => line.slice(process.length + 1))
    .slice(-count);
}

function oneOff(command: string): OneOffSpec {
  return { command, env: {}, size: undefined, attach: undefined, type: undefined };
}

describe("a pool of hours (heroku.md 1.3)", () => {
  it("of 550 h, and a request every 20 minutes: free dynos get H82 on day 23, and run again next month", async () => {
    const free = { quantity: 1, size: "free" };
    await using app = await upSince({ web: free, worker: { ...free, quantity: 0 } }, { era: "legacy" });
    expect(await pinged(app, NOVEMBER)).toBe("hours-exhausted on 2020-10-23T22:20:00.000Z");
    expect(linesOf(app, "web.1", 5)).toEqual(NO_MORE);
    expect(app.platform.hours()).toMatchObject({
      type: "free",
      pool: hours(550),
      used: hours(550),
      running: 0,
    });
    await moveTo(app, NOVEMBER);
    expect(app.platform.dynos()).toMatchObject([{ name: "web.1", state: "idle" }]);
    expect(await app.serve()).toBe("web.1");
    await app.platform.settled();
    expect(linesOf(app, "web.1", 4)).toEqual([
      "Unidling",
      "State changed from down to starting",
      expect.stringMatching(/^Starting process/),
      "State changed from starting to up",
    ]);
    expect(app.platform.hours()).toMatchObject({ used: 0, running: 1, month: NOVEMBER });
  });

  it("of 1000 h keeps one eco dyno up for 31 days: 744 h", async () => {
    await using app = await upSince({ web: ECO });
    expect(await pinged(app, NOVEMBER)).toBe("served");
    expect(app.story().join("\n")).not.toContain("quota is exhausted");
    expect(app.platform.hours()).toMatchObject({ used: 0, month: NOVEMBER });
  });

  it("of 1000 h lasts web and worker until day 21", async () => {
    await using app = await upSince({ web: ECO, worker: ECO });
    expect(await pinged(app, NOVEMBER)).toBe("hours-exhausted on 2020-10-21T20:20:00.000Z");
    expect(linesOf(app, "worker.1", 5)).toEqual(NO_MORE);
  });

  it("is not used asleep, nor by dynos of other types", async () => {
    await using app = await upSince({ web: ECO, worker: ECO });
    await app.platform.advanceClock(hours(240));
    expect(app.platform.hours()).toMatchObject({ used: hours(1), running: 0, emptyAt: undefined });
    await app.platform.scale(["web", "worker"].map((type) => ({ type, quantity: undefined, size: "basic" })));
    await app.platform.advanceClock(hours(24));
    expect(app.platform.hours()).toMatchObject({ used: hours(1), running: 0 });
    expect(app.platform.app().processTier).toBe("basic");
  });

  it("is used by a dyno that waits after a crash: it is scaled, and does not sleep", async () => {
    await using app = await upSince({ web: ECO });
    app.engine.onLaunch = (dyno) => dyno.exit(1);
    app.engine.dyno("web.1")?.exit(1);
    await vi.waitFor(() => expect(app.platform.dynos()[0]?.state).toBe("crashed"));
    await app.platform.advanceClock(minutes(15));
    expect(app.platform.hours()).toMatchObject({ used: minutes(15), running: 1 });
  });

  it("is not used by a dyno that the platform has lost", async () => {
    await using app = await upSince({ web: ECO });
    app.engine.lose();
    await vi.waitFor(() => expect(app.platform.dynos()[0]?.state).toBe("lost"));
    await app.platform.advanceClock(minutes(15));
    expect(app.platform.hours()).toMatchObject({ used: 0, running: 0 });
    app.engine.comeBack();
    await vi.waitFor(() => expect(app.platform.dynos()[0]?.state).toBe("up"));
    await app.platform.advanceClock(minutes(10));
    expect(app.platform.hours()).toMatchObject({ used: minutes(10), running: 1 });
  });

  it("empty: a workers' app sleeps as well, and goes on by itself on the 1st", async () => {
    await using app = await upSince({ web: { ...ECO, quantity: 0 }, worker: ECO });
    app.platform.setHours({ pool: undefined, used: millis(hours(1000) - minutes(1)) });
    await app.platform.advanceClock(hours(1));
    expect(linesOf(app, "worker.1", 5)).toEqual(NO_MORE);
    await moveTo(app, NOVEMBER);
    expect(linesOf(app, "worker.1", 1)).toEqual(["State changed from starting to up"]);
  });

  it("empty: a deploy boots the dynos, and they sleep as soon as they are up", async () => {
    await using app = await upSince({ web: ECO, worker: ECO });
    app.platform.setHours({ pool: undefined, used: hours(1000) });
    await app.platform.settled();
    expect(await app.serve()).toBe("hours-exhausted");
    await app.deploy();
    const waiting = app.serve();
    await app.platform.settled();
    expect(await waiting).toBe("hours-exhausted");
    for (const dyno of ["web.1", "worker.1"])
      expect(linesOf(app, dyno, 6)).toEqual(["State changed from starting to up", ...NO_MORE]);
  });

  it("with hours again, a request wakes at once", async () => {
    await using app = await upSince({ web: ECO });
    app.platform.setHours({ pool: hours(1), used: hours(1) });
    await app.platform.settled();
    expect(await app.serve()).toBe("hours-exhausted");
    app.platform.setHours({ pool: hours(2), used: undefined });
    expect(app.platform.dynos()[0]?.state).toBe("idle");
    expect(await app.serve()).toBe("web.1");
  });

  it("empty: the command does not wake either", async () => {
    await using app = await upSince({ web: ECO });
    app.platform.setHours({ pool: hours(1), used: hours(1) });
    await app.platform.settled();
    const refusal = { kind: "hours-exhausted", size: "Eco" } as const;
    expect(await app.platform.wake()).toEqual({ ok: false, failure: refusal });
    expect(explain(refusal).title).toBe("No Eco dyno hours are left this month.");
  });

  it.each([
    [{ web: { quantity: 1, size: "basic" } }, "Basic dynos do not sleep."],
    [{ web: { ...ECO, quantity: 0 }, worker: ECO }, "An app without web dynos never sleeps."],
  ] as const)("%j is not put to sleep by command: %s", async (formation, title) => {
    await using app = await upSince(formation);
    const idled = await app.platform.idle();
    expect(!idled.ok && explain(idled.failure).title).toBe(title);
    expect(app.platform.dynos().map(({ state }) => state)).toEqual(["up"]);
  });

  it("empty: dynos that are given a type without a pool run", async () => {
    await using app = await upSince({ web: ECO });
    app.platform.setHours({ pool: undefined, used: hours(1000) });
    await app.platform.settled();
    await app.platform.scale([{ type: "web", quantity: undefined, size: "basic" }]);
    expect(await app.serve()).toBe("web.1");
  });
});

describe("one-off dynos", () => {
  it("use hours from start to end, on a sleeping app too, and do not wake it", async () => {
    await using app = await upSince({ web: ECO });
    await app.platform.idle();
    const before = app.platform.hours().used;
    const started = await app.platform.run(oneOff("sleep 1h"));
    await vi.waitFor(() => expect(app.engine.dynos.at(-1)?.spec.command).toBe("sleep 1h"));
    expect(app.platform.hours().running).toBe(1);
    await app.platform.advanceClock(hours(1));
    app.engine.dynos.at(-1)?.exit(0);
    if (started.ok) await started.value.exit;
    expect(app.platform.hours()).toMatchObject({ used: before + hours(1), running: 0 });
    expect(app.platform.dynos()[0]).toMatchObject({ name: "web.1", state: "idle" });
  });

  it("are stopped when the pool is empty, and refused until there are hours again", async () => {
    await using app = await upSince({ web: ECO });
    const started = await app.platform.run(oneOff("sleep 1h"));
    await vi.waitFor(() => expect(app.engine.dynos.at(-1)?.spec.command).toBe("sleep 1h"));
    app.platform.setHours({ pool: undefined, used: hours(1000) });
    expect(started.ok && (await started.value.exit)).toBe(143);
    const refusal = { ok: false, failure: { kind: "hours-exhausted", size: "Eco" } };
    expect(await app.platform.run(oneOff("ls"))).toMatchObject(refusal);
    app.platform.setHours({ pool: undefined, used: hours(0) });
    expect((await app.platform.run(oneOff("ls"))).ok).toBe(true);
  });
});

describe("what is kept", () => {
  it("is there after a restart in the same month, the pool in any month", async () => {
    const first = await upSince({ web: ECO });
    first.platform.setHours({ pool: hours(600), used: undefined });
    await first.platform.advanceClock(minutes(20));
    const kept = first.saved();
    await first[Symbol.asyncDispose]();
    expect(kept.hours).toEqual({ month: OCTOBER, used: minutes(20), pool: hours(600) });

    await using second = new PlatformOnFake({}, kept);
    expect(second.platform.hours()).toMatchObject({ pool: hours(600), used: 0 });
    await moveTo(second, OCTOBER);
    await using third = new PlatformOnFake(
      {},
      { ...kept, hours: { ...kept.hours!, month: instant(Date.UTC(2020, 8, 1)) } },
    );
    expect(third.platform.hours()).toMatchObject({ pool: hours(600), used: minutes(20) });
  });

  it("an empty pool is empty after a restart", async () => {
    await using app = new PlatformOnFake(
      {},
      { hours: { month: instant(Date.UTC(2020, 8, 1)), used: hours(1000), pool: undefined } },
    );
    await app.deploy();
    await app.platform.settled();
    expect(await app.serve()).toBe("hours-exhausted");
  });

  it("is saved when a dyno starts or stops, every minute while one runs, and after the clock was moved", async () => {
    await using app = await upSince({ web: ECO });
    const used = (): number | undefined => app.saved().hours?.used;
    await app.platform.advanceClock(minutes(10));
    expect(used()).toBe(minutes(10));
    // time that goes by, without anybody moving the clock by command
    await app.clock.advance(minutes(5), async () => {});
    expect(used()).toBe(minutes(10));
    await app.realClock.advance(minutes(1), async () => {});
    expect(used()).toBe(minutes(15));
    await app.clock.advance(minutes(5), async () => {});
    await app.realClock.advance(seconds(2), async () => {});
    await app.platform.idle();
    expect(used()).toBe(minutes(20));
  });

  it("that the disk does not take is no end of the app: the account goes on", async () => {
    await using app = await upSince({ web: ECO });
    rmSync(app.store.folder, { recursive: true });
    await app.clock.advance(minutes(5), async () => {});
    await app.realClock.advance(minutes(1), async () => {});
    await app.platform.idle();
    expect(app.platform.hours()).toMatchObject({ used: minutes(5), running: 0 });
    app.store.prepare();
    await app.platform.advanceClock(minutes(1));
    expect(app.saved().hours?.used).toBe(minutes(5));
  });

  it("costs no write to the disk for each of many naps", async () => {
    await using app = await upSince({ web: ECO });
    const naps = 150;
    for (let nap = 1; nap <= naps; nap += 1) {
      app.clock.after(hours(nap), () => void app.platform.idle());
      app.clock.after(millis(hours(nap) + minutes(20)), () => void app.serve());
    }
    const saves = vi.spyOn(app.store, "save");
    await app.platform.advanceClock(hours(naps + 1));
    expect(app.story().filter((line) => line === "web.1 Unidling").length).toBeGreaterThanOrEqual(naps);
    expect(saves.mock.calls.length).toBe(1);
  });
});
