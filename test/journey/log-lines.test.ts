import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Project, RunningApp } from "./rig.ts";
import { stdlibApp } from "./stdlib-app.ts";

const COMMAND = "[ -z $CRASH ] || exit $CRASH; exec python server.py";
const STARTS = `Starting process with command \`${COMMAND}\``;
const CRASHES_AT_BOOT = [STARTS, "Process exited with status 3", "State changed from starting to crashed"];

/** What no other journey has of heroku.md 2.8: an app's creation, its first deploy, a restart, a crash and its back-off. */
describe("the log of an app, from its creation on (heroku.md 2.6, 2.8)", () => {
  let project: Project;
  let app: RunningApp;
  beforeAll(async () => {
    project = stdlibApp(`web: ${COMMAND}`);
    app = await project.up();
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
  });

  /** After the first `from` lines, without who did it. */
  const api = (from = 0): readonly string[] =>
    app.log
      .slice(from)
      .filter((line) => line.startsWith("app[api]: "))
      .map((line) => line.slice("app[api]: ".length).replace(/ by user \S+$/, ""));

  /** Resolves with what the platform told of web.1 after the first `from` lines, when there are `count`. */
  const told = async (from: number, count: number): Promise<readonly string[]> => {
    await expect
      .poll(() => app.platformLog("web.1").slice(from).length, { timeout: 20_000 })
      .toBeGreaterThanOrEqual(count);
    return app.platformLog("web.1").slice(from);
  };

  it("creation and first deploy", () => {
    expect(api()).toEqual([
      "Release v1 created",
      "Initial release",
      "Enable Logplex",
      "Release v2 created",
      "Build started",
      expect.stringMatching(/^Deploy [0-9a-f]{8}$/),
      "Release v3 created",
      "Scaled to web@1:Eco",
      "Build succeeded",
    ]);
    expect(app.platformLog("web.1")).toEqual([STARTS, "State changed from starting to up"]);
  });

  it("a restart: the old dyno goes while the new one comes", async () => {
    const from = app.platformLog("web.1").length;
    await app.dynosim("ps:restart");
    const lines = await told(from, 6);
    expect(lines.slice(0, 3)).toEqual([
      "Restarting",
      "State changed from up to starting",
      "Stopping all processes with SIGTERM",
    ]);
    expect(lines.slice(3).toSorted()).toEqual([
      "Process exited with status 143",
      STARTS,
      "State changed from starting to up",
    ]);
    expect(lines.indexOf(STARTS)).toBeLessThan(lines.indexOf("State changed from starting to up"));
  });

  it("a crash: again at once, then after 20 minutes, then after 40; H10 meanwhile; a release begins anew", async () => {
    const from = app.platformLog("web.1").length;
    await app.dynosim("config:set", "CRASH=3");
    const first = await told(from, 11);
    expect(first.slice(0, 3)).toEqual([
      "Restarting",
      "State changed from up to starting",
      "Stopping all processes with SIGTERM",
    ]);
    // the former dyno's end may come among these
    expect(first.slice(3).filter((line) => line !== "Process exited with status 143")).toEqual([
      ...CRASHES_AT_BOOT,
      "State changed from crashed to starting",
      ...CRASHES_AT_BOOT,
    ]);
    expect((await app.fetch("/")).status).toBe(503);
    await app.logged(/^heroku\[router\]: at=error code=H10 desc="App crashed" method=GET path="\/" /);

    for (const begun of ["1m", "21m"]) {
      const before = app.platformLog("web.1").length;
      await app.dynosim("clock", "advance", begun);
      // keeps the app from falling asleep meanwhile
      await app.fetch("/");
      await app.dynosim("clock", "advance", "18m");
      expect(app.platformLog("web.1").slice(before)).toEqual([]);
      await app.dynosim("clock", "advance", "1m");
      expect(app.platformLog("web.1").slice(before)).toEqual([
        "State changed from crashed to starting",
        ...CRASHES_AT_BOOT,
      ]);
    }

    const before = app.platformLog("web.1").length;
    const unset = app.log.length;
    await app.dynosim("config:unset", "CRASH");
    expect(await told(before, 4)).toEqual([
      "Restarting",
      "State changed from crashed to starting",
      STARTS,
      "State changed from starting to up",
    ]);
    expect(api(unset)).toEqual(["Remove CRASH config vars", "Release v5 created"]);
  });
});
