import { describe, expect, it } from "vitest";
import { Project } from "./rig.ts";

/** heroku.md 2.8: the platform's own lines from `Idling` to the answer, app lines between them as a set. */
const TO_SLEEP = ["Idling", "State changed from up to down", "Stopping all processes with SIGTERM"];
const AWAKE = ["Unidling", "State changed from down to starting"];

interface Server {
  readonly example: string;
  readonly status: number;
  readonly command: RegExp;
  /** What the server itself says on SIGTERM. */
  readonly farewell: readonly RegExp[];
}

const SERVERS: readonly Server[] = [
  {
    example: "sleepy-gunicorn",
    status: 0,
    command: /^Starting process with command `gunicorn app:app`$/,
    farewell: [/Handling signal: term/, /Worker exiting \(pid: \d+\)/, /Shutting down: Master/],
  },
  {
    example: "sleepy-waitress",
    status: 143,
    command:
      /^Starting process with command `waitress-serve --port=\d+ --threads=\$\{WEB_CONCURRENCY:-2\} app:app`$/,
    farewell: [],
  },
];

describe.each(SERVERS)("$example", ({ example, status, command, farewell }) => {
  it("idles, takes SIGTERM, and wakes with a request", async () => {
    await using project = Project.example(example);
    await using app = await project.up();
    expect((await app.fetch("/")).status).toBe(200);
    const before = app.platformLog("web.1").length;

    expect((await app.dynosim("idle")).exitCode).toBe(0);
    expect((await app.dynosim("ps")).stdout).toMatch(/^web\.1: idle /m);
    const woken = await app.fetch("/");
    expect(woken.status).toBe(200);
    expect(await woken.text()).toMatch(/^web\.1, awake for 0\.\d s/);
    await app.logged(
      "at=info method=GET",
      app.log.findIndex((line) => line.endsWith("Unidling")),
    );

    const story = app.platformLog("web.1").slice(before);
    expect(story).toEqual([
      ...TO_SLEEP,
      `Process exited with status ${status}`,
      ...AWAKE,
      expect.stringMatching(command),
      "State changed from starting to up",
    ]);
    const log = app.log.join("\n");
    for (const line of farewell) expect(log).toMatch(line);
    // the wait for the dyno shows as connect time. heroku.md 2.2
    const access = app.platformLog("router").at(-1) ?? "";
    expect(Number(/connect=(\d+)ms/.exec(access)?.[1])).toBeGreaterThan(100);
  });

  it("sleeps when the platform clock has moved on for 31 minutes without a request", async () => {
    await using project = Project.example(example);
    await using app = await project.up();
    const moved = await app.dynosim("clock", "advance", "31m");
    expect(moved.exitCode).toBe(0);
    expect(app.platformLog("web.1").slice(-4)).toEqual([...TO_SLEEP, `Process exited with status ${status}`]);
    const stamp = Date.parse(
      app.stdout
        .split("\n")
        .findLast((line) => line.includes("Idling"))
        ?.slice(0, 26) + "Z",
    );
    expect(stamp - Date.now()).toBeGreaterThan(28 * 60_000);
  });
});
