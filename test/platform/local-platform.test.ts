import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { RELEASE_PHASE_LIMIT } from "../../src/heroku/limits.ts";
import { fail, ok } from "../../src/kernel/result.ts";
import { millis } from "../../src/kernel/units.ts";
import { PlatformOnFake } from "./platform-on-fake.ts";

const RELEASE = { web: "serve", release: "migrate" };

describe("a deploy", () => {
  it("saves the release before it is told, and starts web=1 with its config vars", async () => {
    await using app = new PlatformOnFake();
    await app.platform.setConfigVars({ A: "1" });
    expect(await app.deploy()).toMatchObject({
      ok: true,
      value: { compiled: true, release: { version: 2 } },
    });
    expect(app.saved()).toMatchObject({
      configVars: { A: "1" },
      formation: { web: { quantity: 1, size: "eco" }, worker: { quantity: 0 } },
      releases: [{ version: 1 }, { version: 2, status: "succeeded", configVars: { A: "1" } }],
    });
    expect(app.engine.dynos.map(({ spec }) => [spec.dyno, spec.env["A"]])).toEqual([["web.1", "1"]]);
  });

  it("takes the config vars that were set while it compiled: none is lost", async () => {
    await using app = new PlatformOnFake({ "app.json": '{"env":{"SEED":"x","MINE":"x"}}' });
    app.onCompile = async () => {
      expect((await app.platform.setConfigVars({ A: "1", MINE: "me" })).ok).toBe(true);
      return app.compiled();
    };
    const deployed = await app.deploy();
    const all = { A: "1", MINE: "me", SEED: "x" };
    expect(deployed).toMatchObject({ ok: true, value: { release: { configVars: all } } });
    expect(app.saved().configVars).toEqual(all);
    expect(app.engine.dyno("web.1")?.spec.env).toMatchObject(all);
  });

  it("with the former slug runs what is in force by then", async () => {
    await using app = new PlatformOnFake();
    const first = await app.compiled();
    app.onCompile = async () => first;
    await app.deploy();
    app.onCompile = async () => {
      await app.platform.setConfigVars({ A: "2" });
      return first.ok ? ok({ ...first.value, isNew: false }) : first;
    };
    expect(await app.deploy()).toMatchObject({
      ok: true,
      value: { compiled: false, release: { version: 2 } },
    });
    expect(app.engine.dyno("web.1")?.spec.env).toMatchObject({ A: "2" });
  });

  it("takes formation and sizes from app.json the first time only (heroku.md 6.6)", async () => {
    await using app = new PlatformOnFake({
      "app.json":
        '{"env":{"SEED":"x"},"formation":{"web":{"size":"Basic"},"worker":{"quantity":2,"size":"Standard-1X"}}}',
    });
    const formation = (): readonly string[] =>
      app.platform.formation().map(({ type, quantity, size }) => `${type}=${quantity}:${size.label}`);
    await app.deploy();
    expect(formation()).toEqual(["web=1:Basic", "worker=2:Standard-1X"]);
    await app.platform.scale([{ type: "worker", quantity: "0", size: undefined }]);
    await app.platform.setConfigVars({ SEED: null });
    await app.deploy();
    expect(formation()).toEqual(["web=1:Basic", "worker=0:Standard-1X"]);
    expect(app.platform.configVars()).toEqual({});
  });

  it.each([
    ['{"worker":{"quantity":1,"size":"hobby"}}', { kind: "mixed-dyno-types", sizes: ["Eco", "Hobby"] }],
    ['{"web":{"quantity":2}}', { kind: "scaling-limit", scope: "type", limit: 1 }],
    ['{"web":{"size":"Hobbit"}}', { kind: "unknown-dyno-type", size: "Hobbit" }],
  ])("is refused when app.json's formation %s passes Heroku's limits", async (formation, failure) => {
    await using app = new PlatformOnFake({ "app.json": `{"formation":${formation}}` });
    expect(await app.deploy()).toMatchObject({ ok: false, failure });
    expect(app.engine.dynos).toEqual([]);
  });

  it.each([
    ["all", ["web.1", "worker.1"]],
    [["worker"], ["worker.1"]],
    ["stored", ["web.1"]],
  ] as const)("up %s runs %j", async (formation, names) => {
    await using app = new PlatformOnFake();
    expect((await app.deploy({ formation })).ok).toBe(true);
    expect(app.platform.dynos().map(({ name }) => name)).toEqual(names);
  });

  it("refuses a type that the Procfile does not have, before a release is made", async () => {
    await using app = new PlatformOnFake();
    expect(await app.deploy({ formation: ["wbe"] })).toMatchObject({
      ok: false,
      failure: { kind: "unknown-process-type", type: "wbe" },
    });
    expect([app.platform.releases(), app.engine.dynos]).toEqual([[], []]);
  });

  it.each([{ formation: "all" as const }, { formation: ["web", "clock"] }])(
    "starts a type that the Procfile has only now, and forgets one that is gone ($formation)",
    async ({ formation }) => {
      await using app = new PlatformOnFake();
      await app.deploy({ formation: "all" });
      app.processTypes = { web: "serve", clock: "tick" };
      expect((await app.deploy({ formation })).ok).toBe(true);
      expect(app.platform.formation().map(({ type, quantity }) => [type, quantity])).toEqual([
        ["web", 1],
        ["clock", 1],
      ]);
      expect(await app.deploy({ formation: ["worker"] })).toMatchObject({
        failure: { kind: "unknown-process-type", known: ["web", "clock"] },
      });
    },
  );

  it("that fails changes nothing", async () => {
    await using app = new PlatformOnFake();
    await app.deploy();
    const before = app.saved();
    app.onCompile = async () => fail({ kind: "build-aborted" });
    expect(await app.deploy()).toMatchObject({ ok: false, failure: { kind: "build-aborted" } });
    expect(app.saved()).toEqual(before);
    expect(app.engine.dynos.length).toBe(1);
  });
});

describe("a release phase", () => {
  it.each([
    [0, "succeeded", "web: v2"],
    [1, "failed", "web: v1"],
  ] as const)("that ends with %d: %s", async (status, outcome, running) => {
    await using app = new PlatformOnFake();
    await app.deploy();
    app.processTypes = RELEASE;
    app.engine.onLaunch = (dyno) => (dyno.spec.port === undefined ? dyno.exit(status) : dyno.listen());
    const deployed = await app.deploy();
    expect(deployed.ok).toBe(status === 0);
    expect(app.saved().releases.map((release) => release.status)).toEqual(["succeeded", outcome]);
    const [web] = app.platform.dynos();
    expect(`${web?.type}: v${web?.releaseVersion}`).toBe(running);
  });

  it("holds the next release back until it is over", async () => {
    await using app = new PlatformOnFake();
    app.processTypes = RELEASE;
    const migrating = app.engine.nextLaunch();
    const deploying = app.deploy();
    const migration = await migrating;
    const setting = app.platform.setConfigVars({ A: "1" });
    await setImmediate();
    expect(app.saved().releases.map(({ version, status }) => [version, status])).toEqual([[1, "pending"]]);
    const next = app.engine.nextLaunch();
    migration.exit(0);
    expect(await deploying).toMatchObject({ ok: true });
    // web.1 of v1, then the release command of v2
    await next;
    await expect.poll(() => app.engine.dynos.at(-1)?.spec.command).toBe("migrate");
    app.engine.dynos.at(-1)?.exit(0);
    expect(await setting).toEqual({ ok: true, value: { A: "1" } });
    expect(app.saved().releases.map(({ status }) => status)).toEqual(["succeeded", "succeeded"]);
  });
});

it("a release command that goes on for an hour is stopped (heroku.md 6.5)", async () => {
  await using app = new PlatformOnFake();
  app.processTypes = RELEASE;
  const migrating = app.engine.nextLaunch();
  const deploying = app.deploy();
  const migration = await migrating;
  await app.realClock.advance(millis(RELEASE_PHASE_LIMIT - 1), async () => {});
  expect(migration.signals).toEqual([]);
  await app.realClock.advance(millis(1), () => setImmediate());
  expect(migration.signals).toEqual(["SIGTERM"]);
  expect((await deploying).ok).toBe(false);
});

describe("config vars and rollback", () => {
  it("setting makes one release for all, tells names and no value, and restarts with them", async () => {
    await using app = new PlatformOnFake();
    await app.deploy();
    await app.platform.setConfigVars({ SECRET: "hunter2", B: "2" });
    expect(app.saved().releases.map(({ description }) => description)).toEqual([
      "Deploy 01234567",
      "Set SECRET, B config vars",
    ]);
    expect(app.story().join("\n")).toContain("api Set SECRET, B config vars by user me@example.com");
    expect(app.story().join("\n")).not.toContain("hunter2");
    await expect.poll(() => app.engine.dyno("web.1")?.spec.env["SECRET"]).toBe("hunter2");
  });

  it.each([{}, { "NO-NAME": "x" }, { HEROKU_X: "1" }])("%j makes no release", async (patch) => {
    await using app = new PlatformOnFake();
    await app.deploy();
    const before = app.saved();
    expect((await app.platform.setConfigVars(patch)).ok).toBe(Object.keys(patch).length === 0);
    expect(app.saved()).toEqual(before);
  });

  it("rollback brings slug and config vars of then, as a new release; without its image it is refused", async () => {
    await using app = new PlatformOnFake();
    await app.deploy();
    await app.platform.setConfigVars({ A: "1" });
    expect(await app.platform.rollback(undefined)).toMatchObject({
      ok: true,
      value: { version: 3, description: "Rollback to v1", configVars: {} },
    });
    expect(app.saved().configVars).toEqual({});
    app.engine.images.clear();
    expect(await app.platform.rollback(2)).toMatchObject({ ok: false, failure: { kind: "image-missing" } });
    expect(app.saved().releases.length).toBe(3);
  });
});

describe("builds", () => {
  const BUILD = { source: { kind: "working-tree" }, strict: false, extraEnv: {}, onLine: () => {} } as const;

  it("keep no image and make no release", async () => {
    await using app = new PlatformOnFake();
    const asked: unknown[] = [];
    app.onCompile = async (...[, , , { isKept }]) => {
      asked.push(isKept);
      return app.compiled();
    };
    for (const slugFile of [undefined, "slug.tgz"]) {
      const built = await app.platform.build({ ...BUILD, slugFile, signal: undefined });
      expect(built).toMatchObject({ ok: true, value: { compiled: true } });
      expect(app.engine.images.size).toBe(0);
    }
    // an archive is read from an image
    expect(asked).toEqual([false, true]);
    expect(app.platform.releases()).toEqual([]);
  });

  it("are one at a time: they share the app's cache", async () => {
    await using app = new PlatformOnFake();
    const first = Promise.withResolvers<void>();
    let compiling = 0;
    app.onCompile = async () => {
      compiling += 1;
      expect(compiling).toBe(1);
      await first.promise;
      compiling -= 1;
      return app.compiled();
    };
    const both = [app.deploy(), app.platform.build({ ...BUILD, slugFile: undefined, signal: undefined })];
    await expect.poll(() => compiling).toBe(1);
    await setImmediate();
    first.resolve();
    expect((await Promise.all(both)).map((result) => result.ok)).toEqual([true, true]);
  });
});

describe("a slug that comes to no release", () => {
  it("is removed, and only that", async () => {
    await using app = new PlatformOnFake({ "app.json": '{"formation": {"web": {"size": "huge"}}}' });
    expect(await app.deploy()).toMatchObject({ ok: false, failure: { kind: "unknown-dyno-type" } });
    expect([...app.engine.images.keys()]).toEqual([]);
    expect(app.app.history.current?.slug).toBeUndefined();
  });

  it("stays where the release was made and its command failed", async () => {
    await using app = new PlatformOnFake();
    app.processTypes = RELEASE;
    app.engine.onLaunch = (dyno) => dyno.exit(1);
    expect(await app.deploy()).toMatchObject({ ok: false, failure: { kind: "release-phase-failed" } });
    expect([...app.engine.images.keys()]).toEqual([app.app.history.releases.at(-1)?.slug?.image]);
  });
});

describe("the end", () => {
  it("aborts a compilation, and nothing starts any more", async () => {
    const app = new PlatformOnFake();
    let aborted: AbortSignal | undefined;
    app.onCompile = (_source, _vars, _former, { signal }) =>
      new Promise((resolve) => {
        aborted = signal;
        signal?.addEventListener("abort", () => resolve(app.compiled()));
      });
    const deploying = app.deploy();
    await expect.poll(() => aborted).toBeDefined();
    await app[Symbol.asyncDispose]();
    expect(await deploying).toMatchObject({ ok: false, failure: { kind: "build-aborted" } });
    expect(app.engine.dynos).toEqual([]);
    expect([...app.engine.images.keys()]).toEqual([]);
  });

  it("aborts the making of stack images, and waits until they are cleared away", async () => {
    const app = new PlatformOnFake();
    let cleared = false;
    Object.assign(app.engine.stack, {
      build: async (_minor: string, _onProgress: unknown, signal: AbortSignal) => {
        await once(signal, "abort");
        await setImmediate();
        cleared = true;
        return ok();
      },
    });
    const building = app.platform.stack.build("3.13", () => {});
    await app[Symbol.asyncDispose]();
    expect(cleared).toBe(true);
    await building;
  });

  it("ends a release command with SIGTERM, as any dyno", async () => {
    const app = new PlatformOnFake();
    app.processTypes = RELEASE;
    const migrating = app.engine.nextLaunch();
    const deploying = app.deploy();
    const migration = await migrating;
    await app[Symbol.asyncDispose]();
    expect(migration.signals).toEqual(["SIGTERM"]);
    expect(await deploying).toMatchObject({
      ok: false,
      failure: { kind: "release-phase-stopped", why: "asked" },
    });
    expect(app.engine.dynos).toEqual([migration]);
  });

  it("refuses what comes while the dynos have their grace", async () => {
    const app = new PlatformOnFake();
    await app.deploy();
    const web = app.engine.dyno("web.1");
    if (web) web.onSignal = () => {};
    const ending = app[Symbol.asyncDispose]();
    const refusal = { ok: false, failure: { kind: "not-up" } };
    expect(await app.platform.scale([{ type: "web", quantity: "2", size: undefined }])).toMatchObject(
      refusal,
    );
    expect(await app.platform.restart({ kind: "all" })).toMatchObject(refusal);
    const spec = { command: "ls", env: {}, size: undefined, attach: undefined, type: undefined };
    expect(await app.platform.run(spec)).toMatchObject(refusal);
    expect(await app.platform.killNow()).toEqual(["web.1"]);
    await ending;
    expect(app.engine.dynos.every(({ disposed }) => disposed)).toBe(true);
  });
});
