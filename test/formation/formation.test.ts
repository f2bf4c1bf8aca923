import { describe, expect, it } from "vitest";
import { CYCLE_AFTER, CYCLE_SPREAD } from "../../src/heroku/limits.ts";
import { minutes, seconds } from "../../src/kernel/units.ts";
import { AppOnFake } from "./app-on-fake.ts";

const WEB = { web: { quantity: 1, size: "eco" } };
const WEB_AND_WORKER = { ...WEB, worker: { quantity: 1, size: "eco" } };

async function upAndRunning(
  types: Record<string, string> = { web: "serve $PORT" },
  stored = WEB,
): Promise<AppOnFake> {
  const app = new AppOnFake();
  app.roll(types, stored);
  await app.settle();
  app.story();
  return app;
}

describe("the formation", () => {
  it("starts what is wanted and nothing else, the release phase's type never", async () => {
    const app = new AppOnFake();
    app.roll(
      { web: "serve", worker: "work", release: "migrate" },
      { ...WEB, release: { quantity: 1, size: "eco" } },
    );
    await app.settle();
    expect(app.formation.entries().map(({ type, quantity }) => `${type}=${quantity}`)).toEqual([
      "web=1",
      "worker=0",
      "release=0",
    ]);
    expect(app.formation.dynos().map((dyno) => `${dyno.name} ${dyno.phase.kind}`)).toEqual(["web.1 up"]);
    expect(app.engine.dyno("web.1")?.spec.env).toMatchObject({ DYNO: "web.1", HOME: "/app", GREETING: "v3" });
  });

  it("shows $PORT filled in on the start line, and every other variable as written", async () => {
    const app = new AppOnFake();
    app.roll({ web: "serve --port=$PORT --also ${PORT} --threads=${WEB_CONCURRENCY:-2} $PORTS" }, WEB);
    await app.settle();
    const { port } = app.engine.dyno("web.1")!.spec;
    expect(app.story()[0]).toBe(
      `web.1 Starting process with command \`serve --port=${port} --also ${port} --threads=\${WEB_CONCURRENCY:-2} $PORTS\``,
    );
  });

  it("gives $PORT to web only", async () => {
    const app = await upAndRunning({ web: "serve", worker: "work" }, WEB_AND_WORKER);
    expect(app.engine.dyno("web.1")?.spec.port).toBeGreaterThanOrEqual(3000);
    expect(app.engine.dyno("worker.1")?.spec.port).toBeUndefined();
  });

  it("a new release restarts running dynos with it and stops what the Procfile lost", async () => {
    const app = await upAndRunning({ web: "serve", worker: "work" }, WEB_AND_WORKER);
    app.roll({ web: "serve better" }, WEB_AND_WORKER);
    await app.settle();
    expect(app.formation.dynos().map((dyno) => dyno.name)).toEqual(["web.1"]);
    expect(app.engine.dyno("web.1")?.spec).toMatchObject({
      command: "serve better",
      env: { GREETING: "v4" },
    });
    expect(app.engine.dyno("worker.1")?.signals).toEqual(["SIGTERM"]);
  });

  it("scaling down stops the highest numbers; scaling up starts the missing ones", async () => {
    const app = await upAndRunning({ web: "serve" }, { web: { quantity: 3, size: "standard-1x" } });
    expect(app.formation.scale([{ type: "web", quantity: "-1", size: undefined }]).ok).toBe(true);
    await app.settle();
    expect(app.formation.dynos().map((dyno) => dyno.name)).toEqual(["web.1", "web.2"]);
    expect(app.story()).toEqual([
      "web.3 State changed from up to down",
      "web.3 Stopping all processes with SIGTERM",
      "web.3 Process exited with status 143",
    ]);
    app.formation.scale([{ type: "web", quantity: "3", size: undefined }]);
    await app.settle();
    expect(app.formation.dynos().map((dyno) => dyno.name)).toEqual(["web.1", "web.2", "web.3"]);
  });

  it.each([
    [
      { web: { quantity: 1, size: "eco" } },
      "web",
      "2",
      undefined,
      { kind: "scaling-limit", scope: "type", limit: 1 },
    ],
    [{ web: { quantity: 1, size: "eco" } }, "web", "1", "giga", { kind: "unknown-dyno-type", size: "giga" }],
    [
      { web: { quantity: 1, size: "eco" } },
      "wbe",
      "1",
      undefined,
      { kind: "unknown-process-type", known: ["web"] },
    ],
    [{ web: { quantity: 1, size: "eco" } }, "web", "lots", undefined, { kind: "bad-quantity" }],
    [
      { web: { quantity: 1, size: "standard-1x" } },
      "web",
      "101",
      undefined,
      { kind: "scaling-limit", scope: "app" },
    ],
    [
      { web: { quantity: 1, size: "performance-m" } },
      "web",
      "11",
      undefined,
      { kind: "scaling-limit", limit: 10 },
    ],
  ])("%j refuses %s=%s:%s (heroku.md 1.2)", async (stored, type, quantity, size, failure) => {
    const app = await upAndRunning({ web: "serve" }, stored);
    expect(app.formation.scale([{ type, quantity, size }])).toMatchObject({ ok: false, failure });
    expect(app.formation.dynos().length).toBe(1);
  });

  it("changing the dyno type restarts with its limits", async () => {
    const app = await upAndRunning();
    app.formation.scale([{ type: "web", quantity: undefined, size: "Standard-2X" }]);
    await app.settle();
    expect(app.engine.dyno("web.1")?.spec).toMatchObject({
      quota: 1024 * 2 ** 20,
      killAt: 2048 * 2 ** 20,
      processes: 512,
    });
  });

  it("cycles each dyno 24 h and a random part of 216 min after its start (heroku.md 2.5)", async () => {
    const app = await upAndRunning({ web: "serve" }, { web: { quantity: 1, size: "basic" } });
    const due = app.platformClock.nextDue! - app.platformClock.now();
    expect(due).toBeGreaterThanOrEqual(CYCLE_AFTER);
    expect(due).toBeLessThanOrEqual(CYCLE_AFTER + CYCLE_SPREAD);
    await app.advance(24 * 60 + 217);
    expect(app.story().slice(0, 2)).toEqual(["web.1 Cycling", "web.1 State changed from up to starting"]);
    expect(app.engine.dynos.length).toBe(2);
  });

  it("samples memory every 20 s of real time", async () => {
    const app = await upAndRunning();
    app.engine.dyno("web.1")!.useMemory({ rss: (600 * 2 ** 20) as never });
    for (let sample = 0; sample < 2; sample += 1)
      await app.realClock.advance(seconds(20), () => app.settle());
    expect(app.story()).toEqual([
      "web.1 Process running mem=600M(117.2%)",
      "web.1 Error R14 (Memory quota exceeded)",
      "web.1 Process running mem=600M(117.2%)",
      "web.1 Error R14 (Memory quota exceeded)",
    ]);
  });

  it("a reading of memory that fails is no end of the sampling", async () => {
    const app = new AppOnFake();
    app.engine.onLaunch = (dyno) => {
      dyno.useMemory({ rss: (600 * 2 ** 20) as never });
      const memory = dyno.launched.memory.bind(dyno.launched);
      let readings = 0;
      Object.assign(dyno.launched, { memory: async () => ((readings += 1) === 1 ? undefined : memory()) });
      dyno.listen();
    };
    app.roll({ web: "serve" }, WEB);
    await app.settle();
    app.story();
    for (let sample = 0; sample < 2; sample += 1)
      await app.realClock.advance(seconds(20), () => app.settle());
    expect(app.story()).toEqual([
      "web.1 Process running mem=600M(117.2%)",
      "web.1 Error R14 (Memory quota exceeded)",
    ]);
  });

  it("waits 60 s of real time for the bind, and says where the app listened instead", async () => {
    const app = new AppOnFake();
    app.engine.onLaunch = (dyno) => dyno.listen("127.0.0.1", 5000 as never);
    app.roll({ web: "serve" }, WEB);
    await new Promise((resolve) => setImmediate(resolve));
    await app.realClock.advance(seconds(59), async () => {});
    expect(app.formation.webDynos()[0]?.phase.kind).toBe("starting");
    await app.realClock.advance(seconds(1), () => new Promise((resolve) => setImmediate(resolve)));
    expect(app.story()).toContain(
      "web.1 Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch",
    );
    expect(app.observations[0]).toMatchObject({
      kind: "boot-timeout",
      listeners: [{ host: "127.0.0.1", port: 5000 }],
    });
  });

  it("shutdown leaves nothing in the engine", async () => {
    const app = await upAndRunning({ web: "serve", worker: "work" }, WEB_AND_WORKER);
    await app.formation.shutdown();
    expect(app.engine.dynos.every((dyno) => dyno.disposed)).toBe(true);
  });
});

describe("sleep (heroku.md 1.3)", () => {
  it("comes 30 minutes after the last web request, for workers too, and ends with a request", async () => {
    const app = await upAndRunning({ web: "serve", worker: "work" }, WEB_AND_WORKER);
    await app.advance(29);
    expect(await app.serve()).toBe("web.1");
    await app.advance(29);
    expect(app.story()).toEqual([]);
    await app.advance(1);
    expect(app.story().filter((line) => line.endsWith("Idling"))).toEqual([
      "web.1 Idling",
      "worker.1 Idling",
    ]);
    expect(await app.serve()).toBe("web.1");
    await app.settle();
    expect(app.story().filter((line) => line.endsWith("Unidling"))).toEqual([
      "web.1 Unidling",
      "worker.1 Unidling",
    ]);
    await app.advance(31);
    expect(app.story()).toContain("web.1 Idling");
  });

  it("does not come while a request is in flight", async () => {
    const app = await upAndRunning();
    const checkout = await app.request();
    await app.advance(120);
    expect(app.story()).toEqual([]);
    if (checkout.kind === "leased") app.backends.checkin(checkout.lease, "served");
    await app.advance(31);
    expect(app.story()).toContain("web.1 Idling");
  });

  it.each([
    ["basic dynos", { web: "serve" }, { web: { quantity: 1, size: "basic" } }],
    ["an app with workers only", { worker: "work" }, { worker: { quantity: 1, size: "eco" } }],
  ])("never comes for %s", async (_, types, stored) => {
    const app = await upAndRunning(types, stored as never);
    await app.advance(600);
    expect(app.story()).toEqual([]);
  });

  it("100 requests to a sleeping app wake it once and are all served", async () => {
    const app = await upAndRunning();
    app.formation.idle();
    await app.settle();
    app.story();
    const served = await Promise.all(Array.from({ length: 100 }, () => app.serve()));
    expect(new Set(served)).toEqual(new Set(["web.1"]));
    expect(app.story()).toEqual([
      "web.1 Unidling",
      "web.1 State changed from down to starting",
      expect.stringContaining("web.1 Starting process with command"),
      "web.1 State changed from starting to up",
    ]);
  });

  it("falls asleep with its workers also while its web dyno waits after a crash at boot", async () => {
    const app = new AppOnFake();
    app.engine.onLaunch = (dyno) => (dyno.spec.dyno === "web.1" ? dyno.exit(1) : undefined);
    const eco = { quantity: 1, size: "eco" };
    app.roll({ web: "serve", worker: "work" }, { web: eco, worker: eco });
    await app.settle();
    await app.advance(19);
    expect(await app.serve()).toBe("crashed");
    app.story();
    // the cool-off of 20 minutes ends meanwhile, in another crash, and with that boot the 30 minutes begin anew
    await app.advance(30);
    expect(app.formation.dynos().map(({ phase }) => phase.kind)).toEqual(["crashed", "up"]);
    await app.advance(1);
    expect(app.formation.dynos().map(({ phase }) => phase.kind)).toEqual(["idle", "idle"]);
    expect(app.story().slice(-6)).toEqual([
      "web.1 Idling",
      "web.1 State changed from crashed to down",
      "worker.1 Idling",
      "worker.1 State changed from up to down",
      "worker.1 Stopping all processes with SIGTERM",
      "worker.1 Process exited with status 143",
    ]);
  });

  it("does not fall asleep while its web dyno boots, workers neither; the 30 minutes begin when that is over", async () => {
    const app = await upAndRunning({ web: "serve", worker: "work" }, WEB_AND_WORKER);
    const launches = Promise.withResolvers<void>();
    app.engine.onLaunch = (dyno) => launches.promise.then(() => dyno.listen());
    app.formation.restart({ kind: "dyno", dyno: "web.1" });
    await app.platformClock.advance(minutes(31), async () => {});
    expect(app.formation.dynos().map(({ phase }) => phase.kind)).toEqual(["starting", "up"]);
    launches.resolve();
    await app.settle();
    await app.advance(29);
    expect(app.formation.dynos().map(({ phase }) => phase.kind)).toEqual(["up", "up"]);
    await app.advance(1);
    expect(app.formation.dynos().map(({ phase }) => phase.kind)).toEqual(["idle", "idle"]);
  });

  it("a worker that is started in a sleeping app sleeps 30 minutes later, and goes on once no web dyno is left", async () => {
    const app = await upAndRunning({ web: "serve", worker: "work" });
    app.formation.idle();
    await app.settle();
    app.formation.scale([{ type: "worker", quantity: "1", size: undefined }]);
    await app.settle();
    expect(app.formation.dynos().map(({ phase }) => phase.kind)).toEqual(["idle", "up"]);
    await app.advance(30);
    expect(app.formation.dynos().map(({ phase }) => phase.kind)).toEqual(["idle", "idle"]);
    app.story();
    app.formation.scale([{ type: "web", quantity: "0", size: undefined }]);
    await app.settle();
    expect(app.formation.dynos().map(({ phase }) => phase.kind)).toEqual(["up"]);
    expect(app.story()).toEqual([
      "worker.1 Unidling",
      "worker.1 State changed from down to starting",
      "worker.1 Starting process with command `work`",
      "worker.1 State changed from starting to up",
    ]);
  });

  it("era legacy: after a clean idle exit requests are refused as crashed until a restart", async () => {
    const app = new AppOnFake("legacy");
    app.engine.onLaunch = (dyno) => {
      dyno.onSignal = () => dyno.exit(0);
      dyno.listen();
    };
    app.roll({ web: "serve" }, { web: { quantity: 1, size: "free" } });
    await app.settle();
    app.formation.idle();
    await app.settle();
    expect(await app.serve()).toBe("crashed");
    app.formation.restart({ kind: "all" });
    await app.settle();
    expect(await app.serve()).toBe("web.1");
  });

  it("era legacy: nobody is woken in an app whose web dyno is stuck, its worker neither", async () => {
    const app = new AppOnFake("legacy");
    app.engine.onLaunch = (dyno) => {
      dyno.onSignal = () => dyno.exit(dyno.spec.dyno === "web.1" ? 0 : 143);
      dyno.listen();
    };
    const free = { quantity: 1, size: "free" };
    app.roll({ web: "serve", worker: "work" }, { web: free, worker: free });
    await app.settle();
    app.formation.idle();
    await app.settle();
    expect(app.formation.stuckAsleep).toBe("web.1");
    app.story();
    expect([await app.serve(), await app.serve()]).toEqual(["crashed", "crashed"]);
    expect(app.story()).toEqual([]);
  });
});

describe("what the router is told (heroku.md 3.9)", () => {
  it("blank app before the first slug", async () => {
    expect(await new AppOnFake().serve()).toBe("blank-app");
  });

  it("no web dynos when scaled to 0", async () => {
    const app = await upAndRunning({ web: "serve" }, { web: { quantity: 0, size: "eco" } });
    expect(await app.serve()).toBe("no-web-dynos");
  });

  it("crashed once the immediate restart has failed too, served again after the cool-off", async () => {
    const app = new AppOnFake();
    let healthy = false;
    app.engine.onLaunch = (dyno) => (healthy ? dyno.listen() : dyno.exit(1));
    app.roll({ web: "serve" }, WEB);
    await app.settle();
    expect(await app.serve()).toBe("crashed");
    healthy = true;
    await app.advance(20);
    expect(await app.serve()).toBe("web.1");
  });

  it("waits for a booting dyno, 75 s at most", async () => {
    const app = new AppOnFake();
    app.engine.onLaunch = () => {};
    app.roll({ web: "serve" }, WEB);
    const early = app.request();
    await new Promise((resolve) => setImmediate(resolve));
    app.engine.dyno("web.1")!.listen();
    await app.realClock.advance(seconds(1), () => new Promise((resolve) => setImmediate(resolve)));
    expect(await early).toMatchObject({ kind: "leased", lease: { dyno: "web.1" } });
  });

  it("gives up on a booting dyno after 75 s", async () => {
    const app = new AppOnFake();
    app.engine.onLaunch = () => {};
    app.roll({ web: "serve" }, WEB);
    await new Promise((resolve) => setImmediate(resolve));
    const late = app.request();
    // the boot limit strikes at 60 s and the dyno is started again at once: it still boots at 75 s
    await app.realClock.advance(seconds(75), () => new Promise((resolve) => setImmediate(resolve)));
    expect(await late).toEqual({ kind: "refused", reason: "boot-timeout" });
  });

  it("stops waiting when the client is gone", async () => {
    const app = new AppOnFake();
    app.engine.onLaunch = () => {};
    app.roll({ web: "serve" }, WEB);
    const client = new AbortController();
    const waiting = app.request([], client.signal);
    client.abort();
    expect(await waiting).toMatchObject({ kind: "refused" });
  });

  it("chooses at random, each of three dynos in turn", async () => {
    const app = await upAndRunning({ web: "serve" }, { web: { quantity: 3, size: "standard-1x" } });
    const served = await Promise.all(Array.from({ length: 300 }, () => app.serve()));
    for (const name of ["web.1", "web.2", "web.3"]) {
      expect(served.filter((dyno) => dyno === name).length).toBeGreaterThan(60);
    }
  });

  it("keeps to real time: moving the platform clock ends no wait", async () => {
    const app = new AppOnFake();
    app.engine.onLaunch = () => {};
    app.roll({ web: "serve" }, WEB);
    const waiting = app.request();
    await app.platformClock.advance(minutes(10), async () => {});
    app.engine.dyno("web.1")!.listen();
    await app.realClock.advance(seconds(1), () => new Promise((resolve) => setImmediate(resolve)));
    expect(await waiting).toMatchObject({ kind: "leased" });
  });
});
