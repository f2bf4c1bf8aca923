import { describe, expect, it } from "vitest";
import { SystemClock } from "../../src/kernel/system-clock.ts";
import { instant } from "../../src/kernel/units.ts";
import type { LogSource } from "../../src/heroku/log-line.ts";
import type { DynoName } from "../../src/heroku/names.ts";
import { deployOptions, type AppOptions } from "../../src/testing/app-options.ts";
import { DynosimError } from "../../src/testing/dynosim-error.ts";
import { HostedApp } from "../../src/testing/hosted-app.ts";
import { LoggedLine } from "../../src/testing/logged-line.ts";
import { Told } from "../../src/testing/told.ts";
import { PUPPET_NOW, PuppetPlatform } from "../api/puppet-platform.ts";

interface Rig {
  readonly app: HostedApp;
  readonly platform: PuppetPlatform;
  readonly told: Told;
  readonly guards: string[];
}

function rig(): Rig {
  const platform = new PuppetPlatform();
  const clock = new SystemClock();
  const told = new Told(clock);
  const guards: string[] = [];
  const app = new HostedApp(platform, told, clock, () => {
    guards.push("set");
    return { [Symbol.dispose]: () => guards.push("given back") };
  });
  return { app, platform, told, guards };
}

function line(text: string, process = "web.1", source: LogSource = "heroku"): LoggedLine {
  return new LoggedLine({ at: instant(PUPPET_NOW), source, process, text });
}

const start = (app: HostedApp, build: string[], options: Partial<AppOptions> = {}): Promise<void> =>
  app.start(
    { ...deployOptions({ folder: "x", ...options }), onLine: (text) => build.push(text) },
    { untilUp: true },
  );

describe("an app for tests", () => {
  it.each<[string, (app: HostedApp) => Promise<unknown>, unknown]>([
    ["idle", (app) => app.idle(), "idle"],
    ["wake", (app) => app.wake(), "wake"],
    ["restart", (app) => app.restart(), { restart: { kind: "all" } }],
    ["restart of a type", (app) => app.restart("web"), { restart: { kind: "type", type: "web" } }],
    ["restart of a dyno", (app) => app.restart("web.1"), { restart: { kind: "dyno", dyno: "web.1" } }],
    ["stop", (app) => app.stop("worker.1"), { stop: { kind: "dyno", dyno: "worker.1" } }],
    [
      "scale",
      (app) => app.scale({ web: 2, worker: { size: "basic" } }),
      {
        scale: [
          { type: "web", quantity: "2", size: undefined },
          { type: "worker", quantity: undefined, size: "basic" },
        ],
      },
    ],
    ["config.set", (app) => app.config.set({ A: "1", B: null }), { setConfigVars: { A: "1", B: null } }],
  ])("%s is asked of the platform, and rejects with its words", async (_, act, asked) => {
    const { app, platform } = rig();
    await act(app);
    expect(platform.asked).toEqual([asked]);
    platform.refusal = { kind: "not-up", app: "example" };
    const error = await act(app).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DynosimError);
    expect(error).toMatchObject({ kind: "not-up", message: expect.stringMatching(/^example is not up\.\n/) });
  });

  it("tells what there is", async () => {
    const { app } = rig();
    expect([app.name, app.url, app.clock.now]).toEqual(["example", "http://localhost:5000", PUPPET_NOW]);
    expect(app.config.get("SECRET_KEY")).toBe("a b");
    expect(app.config.all).toEqual({ LANG: "en_US.UTF-8", SECRET_KEY: "a b" });
    expect(app.dynos[1]).toEqual({
      name: "web.1",
      type: "web",
      state: "up",
      command: "gunicorn app:server",
      releaseVersion: 4,
      size: "eco",
    });
    await app.clock.advance("31m");
    expect(app.clock.now).toBe(PUPPET_NOW + 31 * 60_000);
    await expect(app.clock.advance("a while")).rejects.toThrow('"a while" is no duration');
  });

  it("runs a command to its end, and keeps its two outputs apart", async () => {
    const { app, platform } = rig();
    expect(await app.run("exit 3", { env: { A: "1" }, size: "basic" })).toEqual({
      status: 3,
      stdout: "hello from exit 3\n",
      stderr: "bye\n",
    });
    expect(platform.oneOffs[0]?.spec).toMatchObject({
      env: { A: "1" },
      size: "basic",
      attach: { kind: "pipe" },
    });
    expect(await app.run("cat", { input: "abc" })).toEqual({
      status: 0,
      stdout: "hello from cat\nABC",
      stderr: "",
    });
  });

  it("ends once, gives its guard back, and lets nobody wait for ever", async () => {
    const { app, platform, guards } = rig();
    const waiting = app.logs.waitFor("never");
    await Promise.all([
      app.close(),
      app[Symbol.asyncDispose](),
      expect(waiting).rejects.toThrow("before the app ended"),
    ]);
    expect(platform.disposed).toBe(true);
    expect(guards).toEqual(["set", "given back"]);
  });

  it("ends at once when its process has to", async () => {
    const { app, platform, guards } = rig();
    platform.isStubborn = true;
    await app.closeNow();
    expect(platform.asked).toEqual(["kill"]);
    expect(guards).toEqual(["set", "given back"]);
  });
});

describe.each<[string, (app: HostedApp) => Promise<void>]>([
  ["idle", (app) => app.idle()],
  ["clock.advance", (app) => app.clock.advance("31m")],
])("%s and a request", (_, act) => {
  it("whose answer is just being told of: waits for it, as it would keep the app awake", async () => {
    const { app, platform } = rig();
    platform.requestsUnderWay = 1;
    const acting = act(app);
    await new Promise(setImmediate);
    expect([platform.asked, app.clock.now]).toEqual([[], PUPPET_NOW]);
    platform.requestsUnderWay = 0;
    await acting;
    expect(platform.asked.length > 0 || app.clock.now > PUPPET_NOW).toBe(true);
  });

  it("that takes long: it is what it is", async () => {
    const { app, platform } = rig();
    platform.requestsUnderWay = 1;
    await act(app);
    expect(platform.asked.length > 0 || app.clock.now > PUPPET_NOW).toBe(true);
  });
});

describe("the start", () => {
  it("asks for what the test wants", async () => {
    const { app, platform, told } = rig();
    await start(app, told.build, { formation: ["web", "worker"], ref: "main" });
    expect(platform.asked).toEqual([
      { deploy: { formation: ["web", "worker"], source: { kind: "ref", ref: "main" }, strict: false } },
    ]);
    expect(app.build).toEqual(["-----> Building on the Heroku-24 stack"]);
    expect(app.notices[0]).toMatch(/^Left out, .*notes\.txt/);
    expect(() => deployOptions({ folder: "x", ref: "main", workingTree: true })).toThrow(TypeError);
  });

  it("rejects with the end of the build and what to do", async () => {
    const { app, platform, told } = rig();
    platform.refusal = {
      kind: "compile-failed",
      language: "Python",
      status: 1,
      identifier: undefined,
      report: {},
    };
    for (let number = 1; number < 40; number += 1) told.build.push(`       line ${number}\u001B[0m`);
    const error = (await start(app, told.build).catch((thrown: unknown) => thrown)) as DynosimError;
    expect(error.kind).toBe("compile-failed");
    const [first, , , title, ...lines] = error.message.split("\n");
    expect(first).toBe("The Python app could not be compiled.");
    expect(title).toBe("The last lines of the build:");
    expect(lines).toHaveLength(30);
    expect(lines.slice(-2)).toEqual(["         line 39", "  -----> Building on the Heroku-24 stack"]);
  });

  it("rejects with the end of the log when a dyno has crashed", async () => {
    const { app, platform, told } = rig();
    platform.isReady = false;
    platform.dynoList = platform.dynoList.slice(1, 2).map((dyno) => ({ ...dyno, state: "crashed" }));
    told.logs.add(line("Process exited with status 1"));
    const error = (await start(app, told.build).catch((thrown: unknown) => thrown)) as DynosimError;
    expect(error.kind).toBe("crashed");
    expect(error.message.split("\n")).toEqual([
      "example did not come up: web.1 is crashed.",
      expect.stringMatching(/^Left out/),
      "The lines of the log:",
      "  2026-11-20T09:16:30.000000+00:00 heroku[web.1]: Process exited with status 1",
    ]);
  });

  it.each(["busy", "already-up"] as const)("a folder that is %s is named, and who has it", async (kind) => {
    const { app, platform, told } = rig();
    const facts = { folder: "/work/example", pid: process.pid };
    platform.refusal = kind === "busy" ? { kind, ...facts } : { kind, ...facts, url: undefined };
    await expect(start(app, told.build)).rejects.toThrow(
      "A test has /work/example open already.\nOne createDynosim at a time works on a folder, and this process itself does.\n",
    );
  });
});

describe("what is waited for", () => {
  it.each<[string, Parameters<HostedApp["logs"]["waitFor"]>[0], number]>([
    ["a part of the line", "heroku[web.1]: Idling", 1],
    ["a pattern, with a memory or not", /web\.1\]: Process exited with status \d+$/g, 3],
    ["a condition", ({ source }) => source === "app", 2],
  ])("a log line by %s", async (_, wanted, index) => {
    const { app, told } = rig();
    told.logs.add(line("State changed from starting to up"));
    told.logs.add(line("Idling"));
    told.logs.add(line("bye", "web.1", "app"));
    told.logs.add(line("Process exited with status 143"));
    expect(await app.logs.waitFor(wanted)).toBe(app.logs[index]);
    expect(await app.logs.waitFor(wanted)).toBe(app.logs[index]);
    expect(app.logs.map(String)[2]).toBe("app[web.1]: bye");
  });

  it("an event by its kind, with its own facts, or by a condition", async () => {
    const { app, told } = rig();
    const dyno = "web.1" as DynoName;
    told.events.add({ kind: "process-exited", dyno, status: 7, at: instant(1) });
    told.events.add({ kind: "process-exited", dyno, status: 8, at: instant(2) });
    expect((await app.events.waitFor("process-exited")).status).toBe(7);
    expect((await app.events.waitFor("process-exited", { from: 1 })).status).toBe(8);
    expect((await app.events.waitFor(({ at }) => at > 1)).at).toBe(2);
  });

  it("in vain: the Error shows what there was instead", async () => {
    const { app, told } = rig();
    const soon = { timeout: 5 };
    await expect(app.logs.waitFor("Idling", soon)).rejects.toThrow(
      'No line of the log matched "Idling" within 5ms.\nThe log is empty.',
    );
    for (let number = 1; number <= 25; number += 1) told.logs.add(line(`line ${number}`));
    const error = (await app.logs.waitFor(/Idl/, soon).catch((thrown: unknown) => thrown)) as DynosimError;
    expect(error.kind).toBe("not-found-in-time");
    const [first, second, third, ...rest] = error.message.split("\n");
    expect(first).toBe("No line of the log matched /Idl/ within 5ms.");
    expect(second).toBe("The last 20 of 25 lines of the log:");
    expect(third).toMatch(/^ {2}2026-11-20T09:16:30\S+ heroku\[web\.1\]: line 6$/);
    expect(rest).toHaveLength(19);
    await expect(app.events.waitFor("idling", soon)).rejects.toThrow(
      'No event matched "idling" within 5ms.\nThe last',
    );
    await expect(app.notices.waitFor("lost", soon)).rejects.toThrow(
      'No notice matched "lost" within 5ms.\nThere was none.',
    );
    told.notices.add("web.1 is fine");
    await expect(app.notices.waitFor(/lost/, soon)).rejects.toThrow("There was:\n  web.1 is fine");
    expect(await app.notices.waitFor("fine")).toBe("web.1 is fine");
  });
});
