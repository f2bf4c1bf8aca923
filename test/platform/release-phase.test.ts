import { describe, expect, it } from "vitest";
import type { FakeDyno } from "../../src/engine/fake/fake-dyno.ts";
import { DYNO_TYPES } from "../../src/heroku/dyno-types.ts";
import { RELEASE_PHASE_LIMIT } from "../../src/heroku/limits.ts";
import { explain } from "../../src/platform/explain.ts";
import { PlatformOnFake } from "./platform-on-fake.ts";

const RELEASE = { web: "serve", release: "migrate" };

/** Every release command prints a line and ends so, at once or when it is told. */
function releasing(play: (dyno: FakeDyno) => void): PlatformOnFake {
  const app = new PlatformOnFake();
  app.processTypes = RELEASE;
  app.engine.onLaunch = (dyno) => {
    if (!dyno.spec.dyno.startsWith("release.")) return dyno.listen();
    dyno.print("migrating");
    play(dyno);
  };
  return app;
}

async function outputOf(app: PlatformOnFake, version: number): Promise<string | undefined> {
  const release = app.platform.releases().find((one) => one.version === version);
  const output = release && app.platform.releaseOutput(release);
  if (output === undefined) return undefined;
  let text = "";
  for await (const piece of output) text += piece;
  return text;
}

const statuses = (app: PlatformOnFake): unknown[] =>
  app.platform.releases().map(({ version, status }) => [version, status]);

describe("the release phase", () => {
  it("keeps what the command wrote with its release, and runs it without a terminal", async () => {
    await using app = releasing((dyno) => dyno.exit(0));
    await app.deploy();
    expect(await outputOf(app, 1)).toBe("migrating\n");
    expect(app.engine.dynos[0]?.spec).toMatchObject({ command: "migrate", attach: undefined });
  });

  it("has its dyno type from the formation, where it stands at 0 and stays there", async () => {
    await using app = releasing((dyno) => dyno.exit(0));
    await app.deploy();
    expect(await app.platform.scale([{ type: "release", quantity: "1", size: undefined }])).toEqual({
      ok: false,
      failure: { kind: "release-runs-once" },
    });
    const sized = await app.platform.scale([
      { type: "web", quantity: undefined, size: "standard-1x" },
      { type: "release", quantity: "0", size: "performance-m" },
    ]);
    expect(sized.ok).toBe(true);
    expect(app.story().findLast((line) => line.includes("Scaled to"))).toMatch(
      /^api Scaled to release@0:Performance-M web@1:Standard-1X by user /,
    );
    await app.platform.setConfigVars({ A: "1" });
    const release = app.engine.dynos.filter((dyno) => dyno.spec.dyno.startsWith("release.")).at(-1);
    expect(release?.spec.quota).toBe(DYNO_TYPES["performance-m"].memory);
  });

  it.each([
    [
      "its hour is over",
      "time-limit",
      (app: PlatformOnFake) => app.realClock.advance(RELEASE_PHASE_LIMIT, async () => {}),
    ],
    [
      "somebody stops it",
      "asked",
      (app: PlatformOnFake) => app.platform.stop({ kind: "type", type: "release" }),
    ],
  ] as const)("fails when %s, even if the command then ends with 0", async (_what, why, stop) => {
    await using app = releasing((dyno) => (dyno.onSignal = () => dyno.exit(0)));
    const launched = app.engine.nextLaunch();
    const deploying = app.deploy();
    await launched;
    await expect.poll(() => app.platform.dynos()[0]?.state).toBe("up");
    await stop(app);
    const deployed = await deploying;
    expect(deployed).toEqual({ ok: false, failure: { kind: "release-phase-stopped", version: 1, why } });
    expect(statuses(app)).toEqual([[1, "failed"]]);
    expect(!deployed.ok && explain(deployed.failure).exitCode).toBe(5);
  });

  it("fails when the dyno cannot be started, and no release stays pending", async () => {
    await using app = releasing((dyno) => dyno.exit(0));
    app.onCompile = async () => {
      const compiled = await app.compiled();
      app.engine.failNext({ kind: "engine-error", during: "start release.1", reason: "no" });
      return compiled;
    };
    expect(await app.deploy()).toMatchObject({
      ok: false,
      failure: { kind: "release-phase-failed", status: 1 },
    });
    expect(statuses(app)).toEqual([[1, "failed"]]);
  });
});

describe("releases:retry", () => {
  it("copies the newest release and runs the command again; it comes into force when that succeeds", async () => {
    let status = 1;
    await using app = releasing((dyno) => dyno.exit(status));
    expect((await app.deploy()).ok).toBe(false);
    status = 0;
    const retried = await app.platform.retryRelease(undefined);
    expect(retried).toMatchObject({ ok: true, value: { version: 2, status: "pending" } });
    expect(await outputOf(app, 2)).toBe("migrating\n");
    await expect
      .poll(() => statuses(app))
      .toEqual([
        [1, "failed"],
        [2, "succeeded"],
      ]);
    await expect.poll(() => app.platform.dynos().map(({ name }) => name)).toEqual(["web.1"]);
    const told = app.story().filter((line) => line.startsWith("api Re"));
    expect(told).toEqual([
      "api Retry of v1: Deploy 01234567 by user me@example.com",
      "api Release v2 created by user me@example.com",
    ]);
  });

  it("takes the config vars of now", async () => {
    await using app = releasing((dyno) => dyno.exit(0));
    await app.deploy();
    await app.platform.setConfigVars({ A: "1" });
    await app.platform.retryRelease(1);
    await expect
      .poll(() => app.platform.releases().at(-1))
      .toMatchObject({ version: 3, configVars: { A: "1" } });
  });

  it("shows as pending while it runs, and other releases wait for it", async () => {
    await using app = releasing((dyno) => app.platform.releases().length < 2 && dyno.exit(0));
    await app.deploy();
    await app.platform.retryRelease(undefined);
    const setting = app.platform.setConfigVars({ A: "1" });
    await expect.poll(() => app.engine.dynos.at(-1)?.spec.dyno).toMatch(/^release\./);
    expect(statuses(app)).toEqual([
      [1, "succeeded"],
      [2, "pending"],
    ]);
    app.engine.dynos.at(-1)?.exit(0);
    await expect.poll(() => statuses(app).length).toBe(3);
    app.engine.dynos.findLast(({ spec }) => spec.dyno.startsWith("release."))?.exit(0);
    expect((await setting).ok).toBe(true);
  });

  it("is refused without a release command, for a release that is not there, and when its image is gone", async () => {
    await using app = new PlatformOnFake();
    expect(await app.platform.retryRelease(undefined)).toMatchObject({
      failure: { kind: "no-release-phase", version: undefined },
    });
    await app.deploy();
    expect(await app.platform.retryRelease(undefined)).toMatchObject({
      failure: { kind: "no-release-phase", version: 1 },
    });
    expect(await app.platform.retryRelease(9)).toMatchObject({ failure: { kind: "unknown-release" } });
    app.processTypes = RELEASE;
    app.engine.onLaunch = (dyno) => (dyno.spec.port === undefined ? dyno.exit(0) : dyno.listen());
    await app.deploy();
    app.engine.images.clear();
    expect(await app.platform.retryRelease(undefined)).toMatchObject({ failure: { kind: "image-missing" } });
  });
});
