import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { RequestEvent } from "../../src/heroku/events.ts";
import type { DynoName, RequestId } from "../../src/heroku/names.ts";
import { bytes, instant, millis } from "../../src/kernel/units.ts";
import type { RequestFacts, RequestUnderWay } from "../../src/platform/platform.ts";
import { PUPPET_NOW } from "../api/puppet-platform.ts";
import { hostPuppet, type PuppetHost } from "./puppet-host.ts";

const BIN = new URL("../../bin/dynosim.js", import.meta.url).pathname;

const DONE: RequestEvent = {
  kind: "request",
  at: instant(PUPPET_NOW - 3000),
  level: "info",
  sock: undefined,
  code: undefined,
  desc: undefined,
  cause: undefined,
  method: "GET",
  path: "/books?page=2",
  host: "example.localhost",
  requestId: "4e2c21a8-3bd4-4b0c-9f7d-0ac1b7f7c0de" as RequestId,
  forwardedFor: "127.0.0.1",
  dyno: "web.1" as DynoName,
  connect: millis(0.31),
  service: millis(18.7),
  status: 200,
  bytes: bytes(1250),
  protocol: "http1.1",
  tls: false,
  tlsVersion: undefined,
};
const WAITING: RequestUnderWay = {
  requestId: "9c0b1d7e-58a4-4a9e-8f43-6f6a0f2d9b11" as RequestId,
  method: "POST",
  target: "/slow",
  host: "localhost",
  forwardedFor: "127.0.0.1",
  phase: "waiting",
  age: millis(12_340),
  dyno: "web.2" as DynoName,
  connect: millis(0.2),
  service: millis(12_300),
  status: undefined,
  received: bytes(70),
  sent: bytes(0),
};
const H12: RequestEvent = {
  ...DONE,
  at: instant(PUPPET_NOW - 75_000),
  path: `/evil\u001b[31m${"x".repeat(200)}`,
  level: "error",
  code: "H12",
  desc: "Request timeout",
  service: millis(30_000),
  status: 503,
  bytes: undefined,
};
const FACTS: RequestFacts = {
  underWay: [
    WAITING,
    {
      ...WAITING,
      phase: "awaiting-dyno",
      age: millis(5),
      dyno: undefined,
      connect: undefined,
      service: undefined,
      target: "/new",
    },
  ],
  done: [H12, DONE],
  figures: {
    done: 1234,
    statusClasses: { "2xx": 1230, "5xx": 4 },
    codes: { H13: 1, H12: 3 },
    connect: { count: 1, p50: millis(0.3), p95: millis(0.45), p99: millis(2), greatest: millis(11.9) },
    service: { count: 1, p50: millis(18), p95: millis(410), p99: millis(1203), greatest: millis(61_000) },
  },
};

let host: PuppetHost;
beforeAll(async () => {
  host = await hostPuppet();
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
});
beforeEach(() => {
  host.platform.requestFacts = FACTS;
});

it("a table of those done and those in flight, and the figures of all", async () => {
  const { stdout, exitCode } = await host.dynosim(["requests"]);
  expect(exitCode).toBe(0);
  const [title, , head, , ...rest] = stdout.split("\n");
  expect(title).toBe("=== ⬢ example Requests");
  expect(head?.split(/ +/).filter((word) => word !== "")).toEqual([
    "Phase",
    "Age",
    "Connect",
    "Service",
    "Status",
    "Code",
    "Bytes",
    "Dyno",
    "Method",
    "Host",
    "Path",
  ]);
  expect(rest.map((line) => line.trim().replaceAll(/ {2,}/g, " | "))).toEqual([
    `done | 1m15s ago | 0.3ms | 30.0s | 503 | H12 | - | web.1 | GET | example.localhost | /evil?[31m${"x".repeat(90)}...`,
    "done | 3s ago | 0.3ms | 18ms | 200 | - | 1250 | web.1 | GET | example.localhost | /books?page=2",
    "wait | 12.3s | 0.2ms | 12.3s | - | - | 0 | web.2 | POST | localhost | /slow",
    "dyno? | 5.0ms | - | - | - | - | 0 | - | POST | localhost | /new",
    "",
    "In flight: 2",
    "Done: | 1234 (2xx 1230, 5xx 4)",
    "Codes: | H12 3, H13 1",
    "Connect: | p50 0.3ms, p95 0.5ms, p99 2.0ms, max 11ms",
    "Service: | p50 18ms, p95 410ms, p99 1.2s, max 1m1s",
    "",
  ]);
});

it("-n says how many of those done are shown", async () => {
  const phases = async (count: string): Promise<readonly string[]> =>
    [...(await host.dynosim(["requests", "-n", count])).stdout.matchAll(/^ (done|wait|dyno\?) /gm)].map(
      ([, phase]) => phase ?? "",
    );
  expect(await phases("0")).toEqual(["wait", "dyno?"]);
  expect(await phases("1")).toEqual(["done", "wait", "dyno?"]);
  expect(await host.dynosim(["requests", "-n", "501"])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("-n takes a number from 0 to 500."),
  });
});

it("before the first request", async () => {
  host.platform.requestFacts = {
    underWay: [],
    done: [],
    figures: { done: 0, statusClasses: {}, codes: {}, connect: undefined, service: undefined },
  };
  expect((await host.dynosim(["requests"])).stdout).toBe(
    [
      "=== ⬢ example Requests",
      "",
      "None yet.",
      "",
      "In flight: 0",
      "Done:      0",
      "Codes:     none",
      "Connect:   none yet",
      "Service:   none yet",
      "",
    ].join("\n"),
  );
});

it("as JSON, whole", async () => {
  const { stdout } = await host.dynosim(["requests", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    in_flight: [{ phase: "waiting", age_ms: 12_340, ended_at: null, received_bytes: 70, code: null }, {}],
    done: [
      { phase: "done", code: "H12", desc: "Request timeout", path: H12.path, bytes: null },
      { id: DONE.requestId, service_ms: 18.7, connect_ms: 0.31, ended_at: "2026-11-20T09:16:27.000Z" },
    ],
    figures: {
      done: 1234,
      in_flight: 2,
      status_classes: { "2xx": 1230, "5xx": 4 },
      codes: { H12: 3, H13: 1 },
      connect: { count: 1, p50_ms: 0.3, p95_ms: 0.45, p99_ms: 2, max_ms: 11.9 },
    },
  });
});

it("--tail: those there are, then each as it ends, and a slow one by its phase", async () => {
  const tail = follow(["-n", "1"]);
  await expect.poll(() => tail.lines.length).toBe(3);
  await expect.poll(() => host.platform.requestWatchers.size).toBe(1);
  for (const watcher of host.platform.requestWatchers) {
    watcher.slow({ ...WAITING, phase: "answering", status: 200, sent: bytes(4096) });
    watcher.done({ ...DONE, path: "/next", code: "H13", status: 503 });
  }
  await expect.poll(() => tail.lines.length).toBe(5);
  expect(tail.lines.map((line) => line.replaceAll(/ +/g, " "))).toEqual([
    "done 09:16:27.000 0.3ms 18ms 200 - 1250 web.1 GET example.localhost /books?page=2",
    "wait 12.3s 0.2ms 12.3s - - 0 web.2 POST localhost /slow",
    "dyno? 5.0ms - - - - 0 - POST localhost /new",
    "answer 12.3s 0.2ms 12.3s 200 - 4096 web.2 POST localhost /slow",
    "done 09:16:27.000 0.3ms 18ms 503 H13 1250 web.1 GET example.localhost /next",
  ]);
  tail.process.kill();
  await expect.poll(() => host.platform.requestWatchers.size).toBe(0);
});

it("--tail --json: one object a line", async () => {
  const tail = follow(["--json", "-n", "0"]);
  await expect.poll(() => tail.lines.length).toBe(2);
  for (const watcher of host.platform.requestWatchers) watcher.done(DONE);
  await expect.poll(() => tail.lines.length).toBe(3);
  expect(tail.lines.map((line) => (JSON.parse(line) as { phase: string }).phase)).toEqual([
    "waiting",
    "awaiting-dyno",
    "done",
  ]);
  tail.process.kill();
});

it("its words are in the help", async () => {
  const { stdout } = await host.dynosim(["requests", "--help"]);
  for (const word of ["dyno?", "connect", "send", "wait", "answer", "upgrade", "done", "Service"])
    expect(stdout).toMatch(new RegExp(`^  ${word.replace("?", "\\?")} +\\S`, "m"));
});

function follow(more: readonly string[]): {
  readonly process: { kill(): boolean };
  readonly lines: string[];
} {
  const process = execa("node", [BIN, "requests", "--tail", ...more], {
    cwd: host.folder,
    env: host.environment,
    extendEnv: false,
    reject: false,
  });
  const lines: string[] = [];
  process.stdout.on("data", (text: Buffer) => lines.push(...text.toString().trimEnd().split("\n")));
  return { process, lines };
}
