import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RehearsalBody } from "../../src/api/resources/rehearsal.ts";
import { Project, type RunningApp } from "./rig.ts";

/** heroku.md 2.8: the platform's own lines, in this order; the app's lines between them come as they come. */
const TO_SLEEP = ["Idling", "State changed from up to down", "Stopping all processes with SIGTERM"];
const AWAKE = ["Unidling", "State changed from down to starting"];

interface Server {
  readonly example: string;
  readonly status: number;
  /** Only $PORT is filled in. */
  readonly command: RegExp;
  /** What the server itself says between SIGTERM and its end. */
  readonly farewell: readonly RegExp[];
  /** What `rehearse sleep` shows of its processes. */
  readonly processes: readonly string[];
  readonly wakesInLegacy: boolean;
}

const SERVERS: readonly Server[] = [
  {
    example: "sleepy-gunicorn",
    status: 0,
    command: /^Starting process with command `gunicorn app:app`$/,
    farewell: [/Handling signal: term/, /Worker exiting \(pid: \d+\)/, /Shutting down: Master/],
    processes: ["gunicorn app:app", "gunicorn app:app", "gunicorn app:app"],
    wakesInLegacy: false,
  },
  {
    example: "sleepy-waitress",
    status: 143,
    command:
      /^Starting process with command `waitress-serve --port=\d+ --threads=\$\{WEB_CONCURRENCY:-2\} app:app`$/,
    farewell: [],
    processes: ["waitress-serve --port=$PORT --threads=2 app:app"],
    wakesInLegacy: true,
  },
];

describe.each(SERVERS)("$example", (server) => {
  const { status, command } = server;
  let project: Project;
  beforeAll(() => void (project = Project.example(server.example)));
  afterAll(() => project[Symbol.asyncDispose]());

  describe("in era now", () => {
    let app: RunningApp;
    beforeAll(async () => void (app = await project.up()));
    afterAll(() => app[Symbol.asyncDispose]());

    it("idles, takes SIGTERM, and wakes with a request", async () => {
      expect((await app.fetch("/")).status).toBe(200);
      await app.logged("at=info method=GET");
      const before = app.log.length;

      expect((await app.dynosim("idle")).exitCode).toBe(0);
      expect((await app.dynosim("ps")).stdout).toMatch(/^web\.1: idle /m);
      const woken = await app.fetch("/");
      expect(woken.status).toBe(200);
      expect(await woken.text()).toMatch(/^web\.1, awake for 0\.\d s/);
      await app.logged("at=info method=GET", before);

      const story = app.log.slice(before);
      expect(platformLines(story)).toEqual([
        ...TO_SLEEP,
        `Process exited with status ${status}`,
        ...AWAKE,
        expect.stringMatching(command),
        "State changed from starting to up",
        expect.stringMatching(/^at=info method=GET path="\/" .* status=200 /),
      ]);
      expectFarewell(story, server);
      // the wait for the dyno shows as connect time. heroku.md 2.2
      const access = platformLines(story).at(-1) ?? "";
      expect(Number(/connect=(\d+)ms/.exec(access)?.[1])).toBeGreaterThan(20);
      expect(/answered the idle SIGTERM with exit status 0; its next request wakes it/.test(app.stderr)).toBe(
        status === 0,
      );
    });

    it("is rehearsed: back, and no request lost", async () => {
      const { exitCode, stdout } = await app.dynosim("rehearse", "sleep", "--requests", "12");
      expect(exitCode).toBe(0);
      expectStop(stdout, server);
      expect(stdout).toMatch(/^Wake: {3}12 requests, all answered; first byte: fastest \d/m);
      expect(stdout).toMatch(/^Back: {3}yes$/m);
    });

    it("sleeps when the platform clock has moved on for 31 minutes without a request", async () => {
      const moved = await app.dynosim("clock", "advance", "31m");
      expect(moved.exitCode).toBe(0);
      expect(app.platformLog("web.1").slice(-4)).toEqual([
        ...TO_SLEEP,
        `Process exited with status ${status}`,
      ]);
      const stamp = Date.parse(
        app.stdout
          .split("\n")
          .findLast((line) => line.includes("Idling"))
          ?.slice(0, 26) + "Z",
      );
      expect(stamp - Date.now()).toBeGreaterThan(28 * 60_000);
    });
  });

  describe("in era legacy, type free (design.md 4)", () => {
    let app: RunningApp;
    beforeAll(async () => void (app = await project.up("--era", "legacy", "--dyno-type", "free")));
    afterAll(() => app[Symbol.asyncDispose]());

    it("is woken after status 143, and after status 0 not until it is restarted by hand", async () => {
      expect((await app.fetch("/")).status).toBe(200);
      await app.logged("at=info method=GET");
      const before = app.log.length;
      expect((await app.dynosim("idle")).exitCode).toBe(0);
      const answers = [await fetched(app, "/"), await fetched(app, "/again")];
      await app.logged('path="/again"', before);
      const story = app.log.slice(before);
      const asleep = [...TO_SLEEP, `Process exited with status ${status}`];
      expectFarewell(story, server);
      if (server.wakesInLegacy) {
        expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
        expect(platformLines(story)).toEqual([
          ...asleep,
          ...AWAKE,
          expect.stringMatching(command),
          "State changed from starting to up",
          expect.stringMatching(/^at=info method=GET path="\/" .* status=200 /),
          expect.stringMatching(/^at=info method=GET path="\/again" .* status=200 /),
        ]);
        return;
      }
      expect(answers.map((answer) => answer.status)).toEqual([503, 503]);
      expect(platformLines(story)).toEqual([
        ...asleep,
        expect.stringMatching(
          /^at=error code=H10 desc="App crashed" method=GET path="\/" .* dyno= .* status=503 /,
        ),
        expect.stringMatching(
          /^at=error code=H10 desc="App crashed" method=GET path="\/again" .* status=503 /,
        ),
      ]);
      await app.noticed(/^web\.1 answered the idle SIGTERM with exit status 0\. .* dynosim ps:restart\./m);
      expect((await app.dynosim("wake")).exitCode).toBe(1);

      const stuck = app.log.length;
      expect((await app.dynosim("ps:restart")).exitCode).toBe(0);
      await app.logged("State changed from starting to up", stuck);
      expect((await app.fetch("/")).status).toBe(200);
    });

    it("is rehearsed: back, or not back (exit 7) and why", async () => {
      const { exitCode, stdout } = await app.dynosim("rehearse", "sleep", "--json");
      const seen = JSON.parse(stdout) as RehearsalBody;
      expect(seen).toMatchObject({
        era: "legacy",
        before: { requests: 11, lost: {} },
        stops: [{ dyno: "web.1", status, killed: false }],
        wake: { requests: 10, lost: server.wakesInLegacy ? {} : { H10: 10 } },
        is_back: server.wakesInLegacy,
      });
      expect(seen.stops[0]?.processes.map((one) => one.on_sigterm)).toEqual(
        server.processes.map(() => (status === 0 ? "handles" : "dies")),
      );
      expect(exitCode).toBe(server.wakesInLegacy ? 0 : 7);
      if (!server.wakesInLegacy)
        expect(seen.why).toMatch(/^web\.1 answered the idle SIGTERM with exit status 0/);
    });
  });
});

/** `Idling`, `at=info ...`: what dyno manager and router say. */
function platformLines(log: readonly string[]): string[] {
  return log.flatMap((line) => /^heroku\[(?:web\.1|router)\]: (.*)$/.exec(line)?.[1] ?? []);
}

/** The server's last words stand between SIGTERM and its end, in any order. */
function expectFarewell(log: readonly string[], { farewell }: Server): void {
  const from = log.findIndex((line) => line.endsWith("Stopping all processes with SIGTERM"));
  const to = log.findIndex((line) => line.includes("Process exited with status"));
  const between = log.slice(from + 1, to);
  expect(between.every((line) => line.startsWith("app[web.1]: "))).toBe(true);
  for (const words of farewell) expect(between.join("\n")).toMatch(words);
}

/** The table of `rehearse sleep`: each process with what SIGTERM does to it and when it had left. */
function expectStop(stdout: string, { status, processes }: Server): void {
  expect(stdout).toMatch(
    new RegExp(`^web\\.1: gone [\\d.]+ m?s after SIGTERM with exit status ${status}; `, "m"),
  );
  const rows = [
    ...stdout.matchAll(/^ {2}\d+ +(?:python )?(\S.*?) {2,}(handles it|dies of it) {2,}[\d.]+ m?s$/gm),
  ];
  expect(rows.map(([, shown]) => shown?.replace(/--port=\d+/, "--port=$PORT"))).toEqual(processes);
  expect(new Set(rows.map(([, , does]) => does))).toEqual(
    new Set([status === 0 ? "handles it" : "dies of it"]),
  );
}

/** To its last byte: only then is its line in the log. */
async function fetched(app: RunningApp, path: string): Promise<Response> {
  const answer = await app.fetch(path);
  await answer.text();
  return answer;
}
