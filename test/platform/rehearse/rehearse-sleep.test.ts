import { describe, expect, it } from "vitest";
import type { FakeDyno } from "../../../src/engine/fake/fake-dyno.ts";
import type { EraName } from "../../../src/heroku/eras.ts";
import { millis } from "../../../src/kernel/units.ts";
import { whyNotBack } from "../../../src/platform/explain/rehearsal.ts";
import { rehearseSleep } from "../../../src/platform/rehearse/rehearse-sleep.ts";
import type { SleepRehearsal } from "../../../src/platform/rehearse/sleep-rehearsal.ts";
import type { Visit, Visitor } from "../../../src/platform/rehearse/visit.ts";
import { AppOnFake } from "../../formation/app-on-fake.ts";

const CODES: Readonly<Record<string, string>> = { crashed: "H10", "no-web-dynos": "H14" };

interface Setting {
  readonly era?: EraName;
  readonly size?: string;
  /** How web and workers end on SIGTERM. */
  readonly status?: number;
  readonly types?: Readonly<Record<string, string>>;
  readonly onLaunch?: (dyno: FakeDyno, life: number, app: AppOnFake) => void;
  /** In place of a visit that is served at once. */
  readonly visit?: (app: AppOnFake, count: number) => Promise<Visit>;
}

async function rehearsed(
  setting: Setting = {},
  requests = 10,
): Promise<{ app: AppOnFake; result: Awaited<ReturnType<typeof rehearseSleep>> }> {
  const {
    era = "now",
    size = era === "now" ? "eco" : "free",
    status = 143,
    types = { web: "serve" },
  } = setting;
  const app = new AppOnFake(era);
  let lives = 0;
  app.engine.onLaunch = (dyno) => {
    lives += 1;
    dyno.onSignal = () => dyno.exit(status);
    if (setting.onLaunch === undefined) dyno.listen();
    else setting.onLaunch(dyno, lives, app);
  };
  const stored = Object.fromEntries(Object.keys(types).map((type) => [type, { quantity: 1, size }]));
  app.roll(types, stored);
  await app.settle();
  app.story();
  let count = 0;
  const visit: Visitor = async () => (setting.visit ?? served)(app, (count += 1));
  const { formation, onlookers, realClock: clock } = app;
  const result = await rehearseSleep({ requests, path: "/" }, { formation, onlookers, visit, clock, era });
  return { app, result };
}

async function served(app: AppOnFake): Promise<Visit> {
  const outcome = await app.serve();
  return { firstByte: millis(5), lost: CODES[outcome] };
}

async function seen(setting: Setting = {}, requests?: number): Promise<SleepRehearsal> {
  const { result } = await rehearsed(setting, requests);
  if (!result.ok) throw new Error(result.failure.kind);
  return result.value;
}

describe("the four sleep stories, rehearsed (design.md 4)", () => {
  it.each<[EraName, number]>([
    ["now", 0],
    ["now", 143],
    ["legacy", 143],
  ])("era %s, status %d: back, and no request lost", async (era, status) => {
    const { app, result } = await rehearsed({ era, status });
    expect(result).toMatchObject({
      ok: true,
      value: {
        era,
        path: "/",
        before: { requests: 11, lost: {} },
        stops: [
          {
            dyno: "web.1",
            status,
            killed: false,
            processes: [{ pid: 7, command: "serve", onSigterm: "dies", killed: false }],
            files: [],
          },
        ],
        wake: { requests: 10, lost: {}, firstByte: { first: 5, median: 5, last: 5 } },
        wokenByOthers: false,
        isBack: true,
        stuck: undefined,
      },
    });
    expect(app.story().filter((line) => /Idling|Unidling/.test(line))).toEqual([
      "web.1 Idling",
      "web.1 Unidling",
    ]);
  });

  it("era legacy, status 0: not back, and why", async () => {
    const rehearsal = await seen({ era: "legacy", status: 0 });
    expect(rehearsal).toMatchObject({
      wake: { requests: 10, lost: { H10: 10 }, firstByte: undefined },
      isBack: false,
      stuck: "web.1",
    });
    expect(whyNotBack(rehearsal)).toMatch(
      /^web\.1 answered the idle SIGTERM with exit status 0\. .*dynosim ps:restart\. /,
    );
  });
});

describe("rehearse sleep", () => {
  it("tells of workers too, and of lost files", async () => {
    const rehearsal = await seen({
      types: { web: "serve", worker: "work" },
      onLaunch: (dyno) => {
        dyno.lostFiles = dyno.spec.dyno === "web.1" ? [{ path: "/app/db.sqlite3", change: "added" }] : [];
        dyno.listen();
      },
    });
    expect(rehearsal.stops.map(({ dyno, files }) => [dyno, files.map(({ path }) => path)])).toEqual([
      ["web.1", ["/app/db.sqlite3"]],
      ["worker.1", []],
    ]);
  });

  it("wakes an app that is asleep first", async () => {
    const app = new AppOnFake();
    app.roll({ web: "serve" }, { web: { quantity: 1, size: "eco" } });
    await app.settle();
    app.formation.idle();
    await app.settle();
    const { formation, onlookers, realClock: clock } = app;
    const tools = { formation, onlookers, clock, visit: () => served(app), era: "now" as const };
    expect(await rehearseSleep({ requests: 1, path: "/" }, tools)).toMatchObject({
      ok: true,
      value: { isBack: true },
    });
  });

  it("counts a request in flight that the stop has cut off, and sends none that would wake the app", async () => {
    const cut = Promise.withResolvers<Visit>();
    const rehearsal = seen({
      visit: async (app, count) => {
        // the last two of the small load take their time
        if (count !== 10 && count !== 11) return served(app);
        if (count === 11) await app.realClock.advance(millis(1500), () => app.settle());
        return cut.promise;
      },
      onLaunch: (dyno, life) => {
        dyno.listen();
        dyno.onSignal = () => {
          if (life === 1) cut.resolve({ firstByte: millis(300), lost: "H13" });
          dyno.exit(143);
        };
      },
    });
    expect(await rehearsal).toMatchObject({
      before: { requests: 11, lost: { H13: 2 } },
      wokenByOthers: false,
      isBack: true,
    });
  });

  it("says when somebody else's request was first, and works all the same", async () => {
    const rehearsal = await seen({
      onLaunch: (dyno, life, app) => {
        dyno.listen();
        dyno.onSignal = () => {
          if (life === 1) void app.serve().then(() => dyno.exit(143));
        };
      },
    });
    expect(rehearsal).toMatchObject({
      wokenByOthers: true,
      isBack: true,
      stops: [{ dyno: "web.1", status: 143 }],
    });
  });

  it("tells an app that does not boot again as what it is", async () => {
    const rehearsal = await seen({
      onLaunch: (dyno, life) => (life === 1 ? dyno.listen() : dyno.exit(3)),
    });
    expect(rehearsal).toMatchObject({ isBack: false, stuck: undefined, wake: { lost: { H10: 10 } } });
    expect(whyNotBack(rehearsal)).toBe(
      "web.1 was woken and ended with status 3. What it said: dynosim logs -d web.1",
    );
  });

  it("tells codes when that is all there is to tell", async () => {
    const rehearsal = await seen({
      visit: async (app, count) => (count > 11 ? { firstByte: millis(30_000), lost: "H12" } : served(app)),
    });
    expect(whyNotBack(rehearsal)).toBe("None of 10 requests was answered by the app: 10 x H12.");
  });

  it.each<[string, Setting, object]>([
    ["dynos that do not sleep", { size: "basic" }, { kind: "does-not-sleep", size: "Basic" }],
    ["an app without web", { types: { worker: "work" } }, { kind: "rehearsal-not-serving", code: "H14" }],
    [
      "an app that does not answer",
      { visit: async () => ({ firstByte: millis(1), lost: "H13" }) },
      { kind: "rehearsal-not-serving", code: "H13" },
    ],
  ])("is refused for %s", async (_what, setting, failure) => {
    expect((await rehearsed(setting)).result).toEqual({ ok: false, failure });
  });

  it("is refused for an app that is stuck asleep already", async () => {
    const { app } = await rehearsed({ era: "legacy", status: 0 });
    const { formation, onlookers, realClock: clock } = app;
    const tools = { formation, onlookers, clock, visit: () => served(app), era: "legacy" as const };
    expect(await rehearseSleep({ requests: 1, path: "/" }, tools)).toEqual({
      ok: false,
      failure: { kind: "stuck-asleep", dyno: "web.1" },
    });
  });
});
