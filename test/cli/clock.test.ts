import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { execa } from "execa";
import type { DynoName } from "../../src/heroku/names.ts";
import { instant, seconds } from "../../src/kernel/units.ts";
import { PUPPET_NOW, PuppetPlatform } from "../api/puppet-platform.ts";
import { hostPuppet, type PuppetHost } from "./puppet-host.ts";

let host: PuppetHost;
beforeAll(async () => {
  host = await hostPuppet();
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
});
beforeEach(() => {
  const { platform } = host;
  const fresh = new PuppetPlatform(host.folder);
  platform.dueList = fresh.dueList;
  platform.clockPaused = false;
  platform.clockMoving = undefined;
  platform.onClockMove = fresh.onClockMove;
  platform.resetClock();
});

const USAGE =
  "Error: Usage: dynosim clock [advance DURATION | advance-to-next | pause | resume]\n" +
  "  For example: dynosim clock advance 31m\n";

function noDuration(text: string): string {
  return (
    `Error: "${text}" is no duration.\n` +
    "  A duration is a number with a unit, or several of them: 90s, 31m, 2h30m, 1d.\n" +
    "  For example: dynosim clock advance 31m\n"
  );
}

function backwards(text: string): string {
  return (
    `Error: The platform clock does not move by ${text}: it never goes back.\n` +
    "  The log, the releases and the hours used say when things happened, and that is not undone.\n" +
    "  Move it forward (dynosim clock advance 31m), or let it stand still: dynosim clock pause\n"
  );
}

function tooFar(text: string): string {
  return (
    `Error: The platform clock does not move by ${text} at once.\n` +
    "  Everything that falls due on the way really happens, dyno by dyno; the most is 365 days.\n" +
    "  Move it in steps, for example: dynosim clock advance 30d\n"
  );
}

describe("clock", () => {
  it.each<readonly [line: string, out: string, err: string]>([
    [
      "clock",
      [
        "=== ⬢ example Clock",
        "",
        "Now:      2026/11/20 09:16:30 +0000",
        "Ahead by: 0s",
        "State:    running",
        "",
        "=== Due next",
        "",
        "app    falls asleep  2026/11/20 09:46:30 +0000 (in 30m)",
        "web.1  cycles        2026/11/21 09:16:30 +0000 (in 1d)",
        "",
      ].join("\n"),
      "",
    ],
    [
      "clock advance 31m",
      "",
      "Moving the clock of ⬢ example forward by 31m... done, now 2026/11/20 09:47:30 +0000\n",
    ],
    [
      "clock advance-to-next",
      "",
      "Moving the clock of ⬢ example to what is due next... done, now 2026/11/20 09:46:30 +0000: app falls asleep\n",
    ],
    ["clock pause", "", "Pausing the clock of ⬢ example... done, it stands at 2026/11/20 09:16:30 +0000\n"],
    [
      "clock resume",
      "",
      "Resuming the clock of ⬢ example... done, it goes on from 2026/11/20 09:16:30 +0000\n",
    ],
  ])("%s", async (line, stdout, stderr) => {
    expect(await host.dynosim(line.split(" "))).toEqual({ stdout, stderr, exitCode: 0 });
  });

  it.each<readonly [text: string, err: string]>([
    ["soon", noDuration("soon")],
    ["31", noDuration("31")],
    ["--far", noDuration("--far")],
    ["-5m", backwards("-5m")],
    ["-1d12h", backwards("-1d12h")],
    ["10y", tooFar("10y")],
    ["366d", tooFar("366d")],
    ["9".repeat(30) + "d", tooFar("9".repeat(30) + "d")],
  ])("advance %s is refused", async (text, stderr) => {
    expect(await host.dynosim(["clock", "advance", text])).toEqual({ stdout: "", stderr, exitCode: 2 });
    expect(host.platform.clock().offset).toBe(0);
  });

  it.each(["clock back 1d", "clock advance", "clock pause now"])("%s is no usage", async (line) => {
    expect(await host.dynosim(line.split(" "))).toEqual({ stdout: "", stderr: USAGE, exitCode: 2 });
  });

  it("shows a clock that stands, stood, and has nothing due", async () => {
    host.platform.clockPaused = true;
    host.platform.dueList = [];
    host.platform.resetClock(-90_000);
    expect((await host.dynosim(["clock"])).stdout).toBe(
      [
        "=== ⬢ example Clock",
        "",
        "Now:       2026/11/20 09:15:00 +0000",
        "Behind by: 1m30s",
        "State:     paused",
        "",
        "=== Due next",
        "",
        "nothing",
        "",
      ].join("\n"),
    );
    expect(await host.dynosim(["clock", "advance-to-next"])).toEqual({
      stdout: "",
      stderr:
        "Moving the clock of ⬢ example to what is due next... !\n" +
        "Error: Nothing is due on the platform clock.\n" +
        "  No dyno waits to be cycled, to fall asleep or to be started again.\n" +
        "  Move it by a time instead: dynosim clock advance 31m\n",
      exitCode: 1,
    });
  });

  it("lists ten timers, and counts the others", async () => {
    host.platform.dueList = Array.from({ length: 12 }, (_, n) => ({ in: n, of: `web.${n}`, what: "cycles" }));
    const { stdout } = await host.dynosim(["clock"]);
    expect(stdout.match(/cycles/g)).toHaveLength(10);
    expect(stdout).toContain("\nand 2 more\n");
  });

  it("gives everything as JSON", async () => {
    host.platform.clockMoving = WAITS;
    expect(JSON.parse((await host.dynosim(["clock", "--json"])).stdout)).toEqual({
      now: "2026-11-20T09:16:30.000Z",
      offset_ms: 0,
      state: "running",
      next_due: "2026-11-20T09:46:30.000Z",
      due: [
        { at: "2026-11-20T09:46:30.000Z", of: "app", what: "falls asleep" },
        { at: "2026-11-21T09:16:30.000Z", of: "web.1", what: "cycles" },
      ],
      moving: true,
      moving_to: "2026-11-21T09:16:30.000Z",
      waiting_for: [
        { dyno: "web.1", what: "SIGTERM", for_ms: 12_000, text: "web.1 is leaving (SIGTERM sent 12 s ago)" },
        { dyno: "web.2", what: "starting", for_ms: 3000, text: "web.2 is starting (for 3 s)" },
      ],
    });
    expect((await host.dynosim(["clock"])).stdout).toContain(
      "State:    running, being moved to 2026/11/21 09:16:30 +0000; waits: web.1 is leaving (SIGTERM sent 12 s ago), web.2 is starting (for 3 s)\n",
    );
    host.platform.clockMoving = undefined;
    const { stdout } = await host.dynosim(["clock", "advance-to-next", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      now: "2026-11-20T09:46:30.000Z",
      fired: { at: "2026-11-20T09:46:30.000Z", of: "app", what: "falls asleep" },
    });
  });

  it("names what holds it back while it waits, and says so when another move comes first", async () => {
    const release = Promise.withResolvers<void>();
    host.platform.onClockMove = () => release.promise;
    host.platform.clockMoving = WAITS;
    const { told, ended } = spawn("clock", "advance", "1d");
    const begun = Date.now();
    await expect.poll(told, { interval: 50 }).toContain("web.1 is leaving");
    expect(Date.now() - begun).toBeLessThan(5000);
    host.platform.clockMoving = undefined;
    release.resolve();
    expect((await ended).exitCode).toBe(0);
    expect(told()).toBe(
      "The clock of ⬢ example is being moved already; this comes after it.\n" +
        "Moving the clock of ⬢ example forward by 1d...\n" +
        "  waits at 2026/11/20 09:16:30 +0000: web.1 is leaving (SIGTERM sent 12 s ago), web.2 is starting (for 3 s)\n" +
        "Moving the clock of ⬢ example forward by 1d... done, now 2026/11/21 09:16:30 +0000\n",
    );
  });

  it("Ctrl-C ends the move where it has got to", async () => {
    const begun = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    host.platform.onClockMove = async (given) => {
      given?.addEventListener("abort", () => left.resolve());
      begun.resolve();
      await left.promise;
    };
    const { child, told, ended } = spawn("clock", "advance", "1d");
    await begun.promise;
    child.kill("SIGINT");
    await left.promise;
    expect((await ended).exitCode).toBe(130);
    expect(told()).toMatch(
      /^Moving the clock of ⬢ example forward by 1d\.\.\. stopped at 2026\/11\/2\d 09:16:30 \+0000\n$/,
    );
  });
});

const WAITS: PuppetPlatform["clockMoving"] = {
  to: instant(PUPPET_NOW + 86_400_000),
  waitingFor: [
    { dyno: "web.1" as DynoName, what: "SIGTERM", for: seconds(12) },
    { dyno: "web.2" as DynoName, what: "starting", for: seconds(3) },
  ],
};

function spawn(...args: string[]): {
  child: { kill: (signal: NodeJS.Signals) => boolean };
  told: () => string;
  ended: Promise<{ exitCode: number | undefined }>;
} {
  let text = "";
  const bin = new URL("../../bin/dynosim.js", import.meta.url).pathname;
  const child = execa(process.execPath, [bin, ...args], {
    cwd: host.folder,
    env: { ...host.environment },
    extendEnv: false,
    reject: false,
  });
  child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return {
    child,
    told: () => text,
    ended: child.then(({ exitCode }) => ({ exitCode })),
  };
}
