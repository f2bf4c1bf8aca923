import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { started } from "./in-engine.ts";
import { Project, type RunningApp } from "./rig.ts";

/** Its web tells when it finds what an earlier life left behind; its worker does not heed SIGTERM. */
const FILES = {
  Procfile: [
    "web: if [ -e left ]; then echo found what was left; fi; touch left; exec python -m http.server $PORT",
    "worker: trap '' TERM; while :; do sleep 1; done",
    "",
  ].join("\n"),
  "requirements.txt": "",
  ".python-version": "3.13\n",
};
const HOUR = 3_600_000;

interface Line {
  readonly at: number;
  readonly text: string;
}

interface Clock {
  readonly now: string;
  readonly state: string;
  readonly due: readonly { readonly of: string; readonly what: string }[];
}

describe("the platform clock of a running app", () => {
  let project: Project;
  let app: RunningApp;
  beforeAll(async () => {
    project = Project.of(FILES).environment({ DYNOSIM_GRACE_MS: "6000" });
    app = await project.up("--dyno-type", "basic");
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
  });

  const clock = async (): Promise<Clock> =>
    JSON.parse((await app.dynosim("clock", "--json")).stdout) as Clock;

  /** What the platform told of one of its processes, after the first `from` lines. */
  function told(name: string, from = 0): readonly Line[] {
    const lines = app.stdout.matchAll(/^(\S+)\+00:00 heroku\[([^\]]+)\]: (.*)$/gm);
    return [...lines]
      .filter(([, , process]) => process === name)
      .map(([, at, , text]) => ({ at: Date.parse(`${at}Z`), text: text ?? "" }))
      .slice(from);
  }

  it("a month of a basic dyno is 27 to 30 cycles, each at its own time and in a container or a room of its own", async () => {
    const before = told("web.1").length;
    using rooms = started(project.instance);
    expect((await app.dynosim("clock", "advance", "30d")).exitCode).toBe(0);

    const cycles = chunks(told("web.1", before));
    expect(cycles.length).toBeGreaterThanOrEqual(27);
    expect(cycles.length).toBeLessThanOrEqual(30);
    for (const lines of cycles) {
      const texts = lines.map(({ text }) => text);
      // the old dyno goes while the new one comes
      expect(texts.slice(0, 3)).toEqual([
        "Cycling",
        "State changed from up to starting",
        "Stopping all processes with SIGTERM",
      ]);
      expect(texts.slice(3).toSorted()).toEqual([
        "Process exited with status 143",
        expect.stringMatching(/^Starting process with command `if .* \d+`$/),
        "State changed from starting to up",
      ]);
      expect(lines.at(-1)!.at - lines[0]!.at).toBeLessThan(HOUR / 60);
    }
    const gaps = cycles.slice(1).map((lines, index) => lines[0]!.at - cycles[index]![0]!.at);
    for (const gap of gaps) {
      expect(gap).toBeGreaterThan(24 * HOUR);
      expect(gap).toBeLessThan((24 + 3.6) * HOUR + HOUR / 60);
    }
    expect(rooms.ids.size).toBeGreaterThanOrEqual(cycles.length);
    expect(app.log).not.toContain("app[web.1]: found what was left");
    expect((await app.fetch("/")).status).toBe(200);
  });

  it("paused, it stands still for the log too, and goes on from the time it showed", async () => {
    expect((await app.dynosim("clock", "pause")).exitCode).toBe(0);
    const { now, state } = await clock();
    expect(state).toBe("paused");
    const from = told("router").length;
    await app.fetch("/");
    await app.fetch("/");
    expect((await clock()).now).toBe(now);
    expect(told("router", from).map(({ at }) => new Date(at).toISOString())).toEqual([now, now]);
    await app.dynosim("clock", "resume");
    const gone = Date.parse((await clock()).now) - Date.parse(now);
    expect(gone).toBeGreaterThan(0);
    expect(gone).toBeLessThan(HOUR / 60);
  });

  it("moves to what is due next, and names the dyno that holds it back", async () => {
    await app.dynosim("ps:scale", "worker=1");
    await app.logged("heroku[worker.1]: State changed from starting to up");
    // the web dyno is due first: it has run for longer
    const web = await app.dynosim("clock", "advance-to-next");
    expect(web.stderr).toMatch(
      /^Moving the clock of ⬢ \S+ to what is due next\.\.\. done, now .*: web\.1 cycles\n?$/,
    );
    const worker = await app.dynosim("clock", "advance-to-next");
    expect(worker.stderr).toMatch(/\n {2}waits at .*: worker\.1 is leaving \(SIGTERM sent [2-5] s ago\)\n/);
    expect(worker.stderr).toMatch(/\.\.\. done, now .*: worker\.1 cycles\n?$/);
    expect(told("worker.1").map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^Error R12 \(Exit timeout\)/),
    );
    await app.dynosim("ps:scale", "worker=0");
  });

  it("an idle eco app falls asleep once in a month", async () => {
    await app.dynosim("ps:scale", "web=1:eco");
    expect((await app.dynosim("clock", "advance", "1m")).exitCode).toBe(0);
    const before = told("web.1").length;
    expect((await app.dynosim("clock", "advance", "30d")).exitCode).toBe(0);
    expect(told("web.1", before).map(({ text }) => text)).toEqual([
      "Idling",
      "State changed from up to down",
      "Stopping all processes with SIGTERM",
      "Process exited with status 143",
    ]);
  });
});

/** One for each `Cycling`. */
function chunks(lines: readonly Line[]): readonly (readonly Line[])[] {
  const starts = lines.flatMap(({ text }, index) => (text === "Cycling" ? [index] : []));
  return starts.map((start, index) => lines.slice(start, starts[index + 1]));
}
