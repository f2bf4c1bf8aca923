import { describe, expect, it } from "vitest";
import { FAMILY, FAMILY_SIZE } from "./family-program.ts";
import type { RunningApp } from "./rig.ts";
import { stdlibApp } from "./stdlib-app.ts";

const CLEANER = `import signal, sys, time
def clean(*_):
    print("cleaner got SIGTERM", flush=True)
    time.sleep(5)
    print("cleaner is done", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, clean)
print("cleaner works", flush=True)
while True:
    time.sleep(1)
`;

/** Numbers in lines such as `12 waits`, whatever honcho writes before them. */
function pids(app: RunningApp, words: string): number[] {
  const found = app.log.flatMap((line) => new RegExp(`(\\d+) ${words}$`).exec(line)?.[1] ?? []);
  return [...new Set(found.map(Number))].toSorted((a, b) => a - b);
}

describe("stopping (heroku.md 2.3)", () => {
  it("every process gets SIGTERM, and a child finishes its 5 s of clean-up before the dyno ends", async () => {
    await using project = stdlibApp("web: sh -c 'python cleaner.py & exec python server.py'", {
      "cleaner.py": CLEANER,
    });
    await using app = await project.up();
    await app.logged("cleaner works");
    const from = app.platformLog("web.1").length;
    const begun = Date.now();
    expect((await app.dynosim("idle")).exitCode).toBe(0);
    expect(Date.now() - begun).toBeGreaterThan(4_900);
    expect(app.platformLog("web.1").slice(from)).toEqual([
      "Idling",
      "State changed from up to down",
      "Stopping all processes with SIGTERM",
      "Process exited with status 143",
    ]);
    // SIGTERM may be delivered more than once, as on Heroku
    const lines = app.log.filter((line) => /\]: cleaner |Process exited/.test(line));
    expect(lines.filter((line, at) => line !== lines[at - 1])).toEqual([
      "app[web.1]: cleaner works",
      "app[web.1]: cleaner got SIGTERM",
      "app[web.1]: cleaner is done",
      "heroku[web.1]: Process exited with status 143",
    ]);
  });

  it("a program that forks five children sees SIGTERM in all six, behind honcho and a shell", async () => {
    await using project = stdlibApp("web: honcho -f Procfile.inner start", {
      "Procfile.inner": "web: sh -c 'python family.py; true'\n",
      "requirements.txt": "honcho==2.0.0\n",
      "family.py": FAMILY,
    });
    await using app = await project.up();
    const family = pids(app, "waits");
    expect(family).toHaveLength(FAMILY_SIZE);
    const from = app.log.length;
    expect((await app.dynosim("idle")).exitCode).toBe(0);
    await app.logged("Process exited with status", from);
    expect(pids(app, "got SIGTERM at \\d+")).toEqual(family);
    expect(app.log.slice(from).join("\n")).not.toContain("R12");
  });

  it("who ignores SIGTERM gets R12, SIGKILL and 137 after 30 s, and is named", async () => {
    await using project = stdlibApp("web: trap '' TERM; python stubborn.py", {
      "stubborn.py": "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nimport server\n",
    });
    await using app = await project.up();
    const from = app.platformLog("web.1").length;
    expect((await app.dynosim("idle")).exitCode).toBe(0);
    expect(app.platformLog("web.1").slice(from)).toEqual([
      "Idling",
      "State changed from up to down",
      "Stopping all processes with SIGTERM",
      "Error R12 (Exit timeout) -> At least one process failed to exit within 30 seconds of SIGTERM",
      "Stopping remaining processes with SIGKILL",
      "Process exited with status 137",
    ]);
    const waited = at(app, "Error R12") - at(app, "Stopping all processes with SIGTERM");
    expect(waited).toBeGreaterThanOrEqual(30_000);
    expect(waited).toBeLessThan(31_000);
    await app.noticed(
      /^web\.1 was killed 3\d s after SIGTERM: python stubborn\.py \(pid \d+\) ignores SIGTERM\. /m,
    );
  });

  it("R10, with the address the app took instead of $PORT", async () => {
    await using project = stdlibApp("web: python -m http.server --bind 127.0.0.1 5000");
    project.environment({ DYNOSIM_BOOT_LIMIT_MS: "2000" });
    const process = project.spawn(["up", "--port", "0"]);
    let [stdout, stderr] = ["", ""];
    const second = new Promise<void>((resolve) => {
      process.stdout?.on("data", (text) => {
        stdout += String(text);
        if ((stdout.match(/Error R10/g) ?? []).length === 2) resolve();
      });
    });
    process.stderr?.on("data", (text) => (stderr += String(text)));
    await second;
    process.kill("SIGTERM");
    await new Promise((resolve) => process.once("close", resolve));
    const story = stdout
      .split("\n")
      .filter((line) => line.includes("heroku[web.1]"))
      .map((line) => line.replace(/^.*?: /, ""));
    expect(story.slice(1, 6)).toEqual([
      "Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch",
      "Stopping process with SIGKILL",
      "Process exited with status 137",
      "State changed from starting to crashed",
      "State changed from crashed to starting",
    ]);
    expect(stderr).toMatch(/web\.1 listened on 127\.0\.0\.1:5000, and the router waited for 0\.0\.0\.0:\d+/);
  });
});

/** When a line of the log was written. */
function at(app: RunningApp, words: string): number {
  const line = app.stdout.split("\n").findLast((one) => one.includes(words)) ?? "";
  return Date.parse(`${line.slice(0, 23)}Z`);
}
