import { describe, expect, it } from "vitest";
import { cycleAfter } from "../../src/dyno/cycle.ts";
import { dynoName, WEB as WEB_TYPE } from "../../src/heroku/names.ts";
import { port, seconds } from "../../src/kernel/units.ts";
import { AppOnFake } from "../formation/app-on-fake.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

it("each life of a dyno has an id of its own", async () => {
  const app = new AppOnFake();
  app.roll(
    { web: "serve", worker: "work" },
    {
      web: { quantity: 1, size: "basic" },
      worker: { quantity: 1, size: "basic" },
    },
  );
  await app.settle();
  const ids = (): string[] => app.formation.dynos().map((dyno) => dyno.id);
  const first = ids();
  app.formation.restart({ kind: "dyno", dyno: "web.1" });
  await app.settle();
  const second = ids();
  for (const id of [...first, ...second]) expect(id).toMatch(UUID);
  expect(second[1]).toBe(first[1]);
  expect(new Set([...first, ...second]).size).toBe(3);
});

describe("an engine that goes away", () => {
  const WEB = { web: { quantity: 1, size: "basic" } };

  async function up(): Promise<AppOnFake> {
    const app = new AppOnFake();
    app.roll({ web: "serve" }, WEB);
    await app.settle();
    app.story();
    return app;
  }

  it("loses its dynos: R99 once, H99 meanwhile, and a start as soon as it is back", async () => {
    const app = await up();
    app.engine.lose();
    await app.settle();
    expect(app.formation.dynos().map(({ phase }) => phase.kind)).toEqual(["lost"]);
    expect(await app.serve()).toBe("platform-error");
    expect(app.observations).toEqual([
      { kind: "lost-files", dyno: "web.1", files: [] },
      { kind: "lost", dyno: "web.1" },
    ]);
    app.engine.comeBack();
    await app.settle();
    expect(app.story()).toEqual([
      "web.1 Error R99 (Platform error)",
      "web.1 State changed from up to crashed",
      "web.1 State changed from crashed to starting",
      expect.stringMatching(/^web\.1 Starting process with command/),
      "web.1 State changed from starting to up",
    ]);
    expect(await app.serve()).toBe("web.1");
  });

  it("does not use up the crash policy: the first crash after it is still followed by a start at once", async () => {
    const app = await up();
    for (const _ of [1, 2, 3]) {
      app.engine.lose();
      await app.settle();
      app.engine.comeBack();
      await app.settle();
    }
    app.engine.dyno("web.1")?.exit(1);
    await app.settle();
    expect(app.formation.dynos().map(({ phase }) => phase.kind)).toEqual(["up"]);
  });

  it("is waited for by a dyno that is started while it is away", async () => {
    const app = new AppOnFake();
    app.engine.lose();
    app.roll({ web: "serve" }, WEB);
    await app.settle();
    expect(app.story()).toEqual([
      "web.1 Error R99 (Platform error)",
      "web.1 State changed from starting to crashed",
    ]);
    app.engine.comeBack();
    await app.realClock.advance(seconds(1), () => app.settle());
    expect(app.formation.dynos().map(({ phase }) => phase.kind)).toEqual(["up"]);
    expect(app.observations.filter((one) => one.kind === "not-launched")).toHaveLength(1);
  });

  it("is not waited for by a dyno that is stopped meanwhile", async () => {
    const app = await up();
    app.engine.lose();
    await app.settle();
    const down = app.formation.shutdown();
    await down;
    app.engine.comeBack();
    await app.settle();
    expect(app.engine.dynos).toHaveLength(1);
  });
});

it("a dyno whose image is gone: R17, and the next release starts it", async () => {
  const app = new AppOnFake();
  app.engine.failNext({ kind: "image-missing", image: "sha256:1" });
  app.roll({ web: "serve" }, { web: { quantity: 1, size: "basic" } });
  await app.settle();
  await app.advance(24 * 60);
  expect(app.story()).toEqual([
    "web.1 Error R17 (Checksum error)",
    "web.1 State changed from starting to crashed",
  ]);
  expect(await app.serve()).toBe("crashed");
  app.roll({ web: "serve" }, { web: { quantity: 1, size: "basic" } });
  await app.settle();
  expect(await app.serve()).toBe("web.1");
});

it("R11, switched on by itself: told of what listens, through the engine's eyes (heroku.md 2.2)", async () => {
  const app = new AppOnFake("legacy", { tellsBadBind: true });
  app.engine.onLaunch = (dyno) => dyno.listen("127.0.0.1", port(8000));
  app.roll({ web: "serve" }, { web: { quantity: 1, size: "hobby" } });
  await expect.poll(() => app.formation.dynos()[0]?.phase.kind).toBe("crashed");
  const wanted = app.engine.dynos[0]?.spec.port;
  expect(app.story().slice(1, 5)).toEqual([
    `web.1 Error R11 (Bad bind) -> Process bound to port 8000, should be ${wanted} (see environment variable PORT)`,
    "web.1 Stopping process with SIGKILL",
    "web.1 Process exited with status 137",
    "web.1 State changed from starting to crashed",
  ]);
});

it("cycles after 24 h and up to 216 min, at a time of its own that the seed gives (heroku.md 2.5)", () => {
  const day = 24 * 3600;
  const lives = Array.from(
    { length: 1000 },
    (_, at) => cycleAfter("seed", dynoName(WEB_TYPE, 1), at + 1) / 1000,
  );
  expect(Math.min(...lives)).toBeGreaterThanOrEqual(day);
  expect(Math.min(...lives)).toBeLessThan(day + 5 * 60);
  expect(Math.max(...lives)).toBeLessThanOrEqual(day + 216 * 60);
  expect(Math.max(...lives)).toBeGreaterThan(day + 211 * 60);
  expect(cycleAfter("seed", dynoName(WEB_TYPE, 1), 1)).toBe(lives[0]! * 1000);
  expect(cycleAfter("other", dynoName(WEB_TYPE, 1), 1)).not.toBe(lives[0]! * 1000);
  expect(cycleAfter("seed", dynoName(WEB_TYPE, 2), 1)).not.toBe(lives[0]! * 1000);
});
