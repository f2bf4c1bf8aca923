import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { FakeDyno } from "../../src/engine/fake/fake-dyno.ts";
import { RELEASE_PHASE_LIMIT } from "../../src/heroku/limits.ts";
import { PlatformOnFake } from "./platform-on-fake.ts";

/** An app with `postdeploy`; `play` is what the script does. */
function setUp(play: (dyno: FakeDyno) => void, more: Record<string, unknown> = {}): PlatformOnFake {
  const app = new PlatformOnFake({
    "app.json": JSON.stringify({ scripts: { postdeploy: "flask init-db --seed 'x'" }, ...more }),
  });
  app.engine.onLaunch = (dyno) => {
    if (!dyno.spec.dyno.startsWith("run.")) return dyno.listen();
    play(dyno);
  };
  return app;
}

const again = String.raw`It runs once only; to run it again: dynosim run 'flask init-db --seed '\''x'\'''`;

describe("scripts.postdeploy of app.json", () => {
  it("runs once, in a one-off dyno with the config vars, before the app's dynos start", async () => {
    await using app = setUp(
      (dyno) => {
        dyno.print("seeded");
        dyno.exit(0);
      },
      { env: { COLOUR: "red" } },
    );
    expect(await app.deploy()).toMatchObject({ ok: true });
    await expect.poll(() => app.engine.dynos.length).toBe(2);
    expect(app.engine.dynos.map(({ spec }) => spec.dyno)).toEqual([
      expect.stringMatching(/^run\.\d{4}$/),
      "web.1",
    ]);
    expect(app.engine.dynos[0]?.spec).toMatchObject({
      command: "flask init-db --seed 'x'",
      env: { COLOUR: "red" },
      attach: undefined,
    });
    const at = app.lines.indexOf("-----> Running scripts.postdeploy of app.json...");
    expect(app.lines.slice(at - 2)).toEqual(["       Released v1", "", app.lines[at], "       seeded"]);
    expect(app.story()).toContain(
      "api Starting process with command `flask init-db --seed 'x'` by user me@example.com",
    );
    app.lines.length = 0;
    expect(await app.deploy()).toMatchObject({ ok: true, value: { release: { version: 2 } } });
    expect(app.lines.join("\n")).not.toContain("postdeploy");
  });

  it("that fails leaves the release in force and the dynos up", async () => {
    await using app = setUp((dyno) => dyno.exit(3));
    expect(await app.deploy()).toMatchObject({ ok: true, value: { release: { status: "succeeded" } } });
    expect(app.lines.slice(-2)).toEqual([
      " !     postdeploy exit code was not 0",
      ` !     It was 3. On Heroku this setup counts as failed; the app is there and runs. ${again}`,
    ]);
    await expect.poll(() => app.platform.dynos().map(({ name }) => name)).toContain("web.1");
  });

  it("that does not end is stopped", async () => {
    await using app = setUp((dyno) => (dyno.onSignal = () => dyno.exit(0)));
    const launched = app.engine.nextLaunch();
    const deploying = app.deploy();
    await launched;
    await expect.poll(() => app.platform.dynos()[0]?.state).toBe("up");
    await app.realClock.advance(RELEASE_PHASE_LIMIT, async () => {});
    expect(await deploying).toMatchObject({ ok: true });
    expect(app.lines.at(-1)).toBe(` !     postdeploy was stopped, as its time was over. ${again}`);
  });

  it("that somebody stops has not ended", async () => {
    await using app = setUp((dyno) => (dyno.onSignal = () => dyno.exit(0)));
    const launched = app.engine.nextLaunch();
    const deploying = app.deploy();
    await launched;
    await expect.poll(() => app.platform.dynos()[0]?.state).toBe("up");
    await app.platform.stop({ kind: "type", type: "run" });
    expect(await deploying).toMatchObject({ ok: true });
    expect(app.lines.at(-1)).toBe(` !     postdeploy was stopped before it had ended. ${again}`);
  });
});

describe("the rest of app.json", () => {
  it("is told once: add-ons, environments, another stack", async () => {
    await using app = new PlatformOnFake({
      "app.json": JSON.stringify({
        addons: ["heroku-postgresql:mini", { plan: "heroku-redis" }],
        environments: { test: {}, review: {} },
        stack: "heroku-18",
      }),
    });
    expect(await app.deploy()).toMatchObject({
      value: {
        notices: [
          "app.json asks for add-ons, of which dynosim has none: heroku-postgresql:mini, heroku-redis. Start what the app needs yourself, and set the variables that the add-on would: dynosim config:set NAME=VALUE",
          "app.json's environments (test, review) are for Heroku CI and review apps, and this is neither: they change nothing here.",
          "app.json asks for the stack heroku-18; dynosim builds and runs on heroku-24.",
        ],
      },
    });
    expect(await app.deploy()).toMatchObject({ value: { notices: [] } });
  });

  it("when it is broken, stops the first deploy and no later one", async () => {
    await using app = new PlatformOnFake({ "app.json": "{" });
    const failure = { kind: "bad-json", file: "app.json", line: 1, column: 2 };
    expect(await app.deploy()).toMatchObject({ ok: false, failure });
    rmSync(join(app.folder, "app.json"));
    expect(await app.deploy()).toMatchObject({ ok: true });
    writeFileSync(join(app.folder, "app.json"), "{");
    expect(await app.deploy()).toMatchObject({
      ok: true,
      value: {
        notices: [
          "app.json is not JSON: line 1, column 2. It is read when an app is created, so this one does without.",
        ],
      },
    });
  });
});

describe("a submodule that Heroku refuses", () => {
  it("ends a deploy with the words of its git server", async () => {
    const { execFileSync } = await import("node:child_process");
    await using app = new PlatformOnFake({
      ".gitmodules": '[submodule "lib"]\n\tpath = lib\n\turl = git@example.com:me/lib.git\n',
    });
    const git = (...args: string[]): unknown =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@localhost", ...args], {
        cwd: app.folder,
      });
    git("init", "-q");
    git("add", "Procfile", ".gitmodules");
    git("update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},lib`);
    git("commit", "-q", "-m", "x");
    expect(await app.deploy({ source: { kind: "ref", ref: "HEAD" } })).toMatchObject({
      failure: { kind: "submodule-refused", path: "lib", barrier: "ssh" },
    });
    expect([app.lines[0], ...app.lines.slice(-4)]).toEqual([
      "Git submodules detected, installing:",
      "fatal: clone of 'git@example.com:me/lib.git' into submodule path 'lib' failed",
      "",
      " !\tPush rejected, submodule install failed",
      "",
    ]);
  });
});
