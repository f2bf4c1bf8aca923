import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { DynoName } from "../../src/heroku/names.ts";
import { millis } from "../../src/kernel/units.ts";
import type { PlatformFailure } from "../../src/platform/failure.ts";
import type { SleepRehearsal } from "../../src/platform/platform.ts";
import { hostPuppet, type PuppetHost } from "./puppet-host.ts";

let host: PuppetHost;
let gunicorn: SleepRehearsal;
beforeAll(async () => {
  host = await hostPuppet();
  gunicorn = host.platform.rehearsal;
});
afterAll(() => host[Symbol.asyncDispose]());
beforeEach(() => {
  host.platform.asked.length = 0;
  host.platform.rehearsal = gunicorn;
  host.platform.refusal = undefined;
});

const REHEARSING = "Rehearsing the sleep of ⬢ example...";

describe("rehearse sleep", () => {
  it("tells what was seen, in its order", async () => {
    expect(await host.dynosim(["rehearse", "sleep", "--requests", "12", "--path", "/health"])).toEqual({
      exitCode: 0,
      stderr: `${REHEARSING} done\n`,
      stdout: `=== ⬢ example Sleep

Era:    now
Before: 11 requests, all answered; first byte: fastest 3 ms, median 4 ms, slowest 17 ms

web.1: gone 0.54 s after SIGTERM with exit status 0; lost files: /app/notes.txt (added)
  pid  process                       SIGTERM     left after
  7    gunicorn: master [app:app]    handles it  0.48 s
  9      gunicorn: worker [app:app]  handles it  60 ms

Wake:   10 requests, all answered; first byte: fastest 0.91 s, median 0.94 s, slowest 1.20 s
Back:   yes
`,
    });
    expect(host.platform.asked).toEqual([{ rehearseSleep: { requests: 12, path: "/health" } }]);
  });

  it("ends with 7 when the app does not come back, and says why", async () => {
    const lost = { requests: 10, lost: { H10: 10 }, firstByte: undefined };
    host.platform.rehearsal = {
      ...gunicorn,
      era: "legacy",
      wake: lost,
      isBack: false,
      stuck: "web.1" as DynoName,
    };
    const { exitCode, stdout } = await host.dynosim(["rehearse", "sleep"]);
    expect(exitCode).toBe(7);
    expect(stdout).toContain("\nWake:   10 requests, none answered (10 x H10)\n");
    expect(stdout).toMatch(
      /\nBack: {3}no\. web\.1 answered the idle SIGTERM with exit status 0\. .*ps:restart/,
    );
    const { exitCode: again, stdout: text } = await host.dynosim(["rehearse", "sleep", "--json"]);
    expect(again).toBe(7);
    expect(JSON.parse(text)).toMatchObject({ era: "legacy", is_back: false, wake: { lost: { H10: 10 } } });
  });

  it("tells who was killed, who came late, and what nobody could see", async () => {
    const [stop] = gunicorn.stops;
    const [master, worker] = stop?.processes ?? [];
    if (stop === undefined || master === undefined || worker === undefined) throw new Error("no puppet");
    const processes = [
      { ...master, onSigterm: "ignores" as const, leftAfter: millis(30_080), killed: true },
      { ...worker, onSigterm: "dies" as const, command: "/usr/bin/perl ./puppet wait" },
      { ...worker, pid: 12, onSigterm: undefined, command: "/app/.heroku/python/bin/python /app/bin/x.py" },
      { ...worker, pid: 13, ppid: 9, late: true, command: "y".repeat(80) },
    ];
    const killed = { ...stop, status: 137, lasted: millis(30_100), killed: true, processes, files: [] };
    const wake = { ...gunicorn.wake, requests: 11, lost: { H20: 1 } };
    const unseen = { ...stop, dyno: "worker.1" as DynoName, status: undefined, processes: [], files: [] };
    host.platform.rehearsal = { ...gunicorn, stops: [killed, unseen], wake, wokenByOthers: true };
    const { exitCode, stdout } = await host.dynosim(["rehearse", "sleep"]);
    expect(exitCode).toBe(0);
    expect(stdout.split("\n").slice(5, -1)).toEqual([
      "web.1: gone 30.1 s after SIGTERM with exit status 137, after SIGKILL (R12); no files lost",
      `  pid  process                                                              SIGTERM         left after`,
      `  7    gunicorn: master [app:app]                                           ignores it      30.1 s, killed`,
      `  9      perl ./puppet wait                                                 dies of it      60 ms`,
      `  12     python x.py                                                        not known       60 ms`,
      `  13       ${"y".repeat(60)}...  began after it  60 ms`,
      "",
      "worker.1: gone 0.54 s after SIGTERM and the engine with it; no files lost",
      "",
      "Wake:   11 requests, 10 answered (1 x H20); first byte: fastest 0.91 s, median 0.94 s, slowest 1.20 s; others had woken it before",
      "Back:   yes",
    ]);
  });

  it.each<[PlatformFailure, string]>([
    [
      { kind: "does-not-sleep", size: "Basic" },
      "Error: Basic dynos do not sleep.\n  On Heroku eco dynos do, and free ones did: after 30 minutes without a web request.\n  Choose a dyno type that sleeps: dynosim up --dyno-type eco\n",
    ],
    [
      { kind: "rehearsal-not-serving", code: "H14" },
      "Error: The app does not answer, so its sleep cannot be rehearsed.\n  The first request ended with H14.\n  See why: dynosim ps, dynosim logs\n",
    ],
    [
      { kind: "stuck-asleep", dyno: "web.1" },
      "Error: web.1 is asleep and is not woken by requests, nor by this.\n  It answered the idle SIGTERM with exit status 0. As reported of free dynos in 2020, such an app is not woken again until it is restarted by hand: dynosim ps:restart. An app whose web process dies of SIGTERM (status 143) is woken: gunicorn's master exits with 0, waitress dies with 143.\n  Get it back: dynosim ps:restart. See it woken: dynosim up --era now --switch stuck-after-clean-idle-exit=era\n",
    ],
  ])("is refused for %j", async (failure, words) => {
    host.platform.refusal = failure;
    expect(await host.dynosim(["rehearse", "sleep"])).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `${REHEARSING} !\n${words}`,
    });
  });

  it("knows nothing else to rehearse", async () => {
    const { exitCode, stderr } = await host.dynosim(["rehearse", "death"]);
    expect([exitCode, stderr]).toEqual([
      2,
      "Error: Usage: dynosim rehearse sleep [--requests N] [--path PATH]\n",
    ]);
    expect(await host.dynosim(["rehearse", "sleep", "--requests", "0"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("requests must be a whole number from 1 to 200."),
    });
  });
});
