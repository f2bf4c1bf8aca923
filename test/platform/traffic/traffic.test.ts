import { describe, expect, it } from "vitest";
import type { RequestEvent } from "../../../src/heroku/events.ts";
import type { RequestId } from "../../../src/heroku/names.ts";
import { FrozenClock } from "../../../src/kernel/frozen-clock.ts";
import { MovableClock } from "../../../src/kernel/movable-clock.ts";
import { bytes, instant, millis, seconds } from "../../../src/kernel/units.ts";
import { Durations } from "../../../src/platform/traffic/percentiles.ts";
import { REQUESTS_KEPT, Traffic } from "../../../src/platform/traffic/traffic.ts";
import type { RequestUnderWay } from "../../../src/router/under-way.ts";

const DONE: RequestEvent = {
  kind: "request",
  at: instant(1000),
  level: "info",
  sock: undefined,
  code: undefined,
  desc: undefined,
  cause: undefined,
  method: "GET",
  path: "/",
  host: "app.localhost",
  requestId: "6b2fe2a8-0000-0000-0000-000000000000" as RequestId,
  forwardedFor: "127.0.0.1",
  dyno: undefined,
  connect: millis(0.25),
  service: millis(2),
  status: 200,
  bytes: bytes(2),
  protocol: "http1.1",
  tls: false,
  tlsVersion: undefined,
};

const WAITING: RequestUnderWay = {
  requestId: "slow" as RequestId,
  method: "GET",
  target: "/slow",
  host: "app.localhost",
  forwardedFor: "127.0.0.1",
  phase: "waiting",
  age: millis(0),
  dyno: undefined,
  connect: millis(0),
  service: millis(0),
  status: undefined,
  received: bytes(0),
  sent: bytes(0),
};

function open(underWay: () => readonly RequestUnderWay[] = () => []): {
  traffic: Traffic;
  clock: MovableClock;
} {
  const clock = new MovableClock(new FrozenClock(instant(0)));
  return { traffic: new Traffic(underWay, clock), clock };
}

it("counts by status class and by code, and keeps the newest", () => {
  const { traffic } = open();
  for (let index = 0; index < REQUESTS_KEPT; index++) traffic.tell({ ...DONE, path: `/${index}` });
  traffic.tell({ ...DONE, path: "/late", status: 503, code: "H12", desc: "Request timeout" });
  traffic.tell({ ...DONE, path: "/later", status: 503, code: "H13" });
  traffic.tell({ ...DONE, path: "/last", status: 503, code: "H12" });
  traffic.tell({ kind: "api", at: instant(0), text: "no request" });
  const { done, figures } = traffic.facts();
  expect(done.length).toBe(REQUESTS_KEPT);
  expect(done[0]?.path).toBe("/3");
  expect(done.at(-1)).toEqual({ ...DONE, path: "/last", status: 503, code: "H12" });
  expect(figures).toMatchObject({
    done: REQUESTS_KEPT + 3,
    statusClasses: { "2xx": REQUESTS_KEPT, "5xx": 3 },
    codes: { H12: 2, H13: 1 },
  });
});

it("an upgraded connection lasts as long as it likes: it is no figure of speed", () => {
  const { traffic } = open();
  traffic.tell({ ...DONE, status: 101, service: seconds(500) });
  expect(traffic.facts().figures).toMatchObject({ done: 1, connect: undefined, service: undefined });
  traffic.tell(DONE);
  expect(traffic.facts().figures).toMatchObject({ connect: { count: 1 }, service: { count: 1 } });
});

it("what was never connected to a dyno is counted, and is no duration", () => {
  const { traffic } = open();
  traffic.tell({ ...DONE, status: 503, code: "H14", connect: undefined, service: undefined });
  expect(traffic.facts().figures).toMatchObject({ done: 1, codes: { H14: 1 }, connect: undefined });
});

describe("percentiles", () => {
  it("are those of what was added, to a thousandth", () => {
    const durations = new Durations();
    for (let index = 1; index <= 1000; index++) durations.add(millis(index));
    const { count, p50, p95, p99, greatest } = durations.percentiles() ?? {};
    expect(count).toBe(1000);
    const wanted = { p50: 500, p95: 950, p99: 990, greatest: 1000 };
    for (const [name, value] of Object.entries({ p50, p95, p99, greatest }))
      expect(Math.abs((value ?? 0) / wanted[name as "p50"] - 1)).toBeLessThan(0.002);
  });

  it("take what lies outside of them at their ends", () => {
    const durations = new Durations();
    durations.add(millis(0));
    durations.add(millis(-5));
    durations.add(millis(1e12));
    expect(durations.percentiles()).toMatchObject({ count: 3, p50: 0.001 });
    expect(durations.percentiles()?.greatest).toBeCloseTo(3_600_000, -4);
  });
});

describe("who follows", () => {
  it("hears of each that ends, and not after", () => {
    const { traffic } = open();
    const heard: string[] = [];
    const watching = traffic.watch({ done: ({ path }) => heard.push(path), slow: () => {} });
    traffic.tell({ ...DONE, path: "/1" });
    watching[Symbol.dispose]();
    traffic.tell({ ...DONE, path: "/2" });
    expect(heard).toEqual(["/1"]);
  });

  it("hears of a slow one once in each phase", async () => {
    let request: RequestUnderWay = WAITING;
    const { traffic, clock } = open(() => [request]);
    const heard: string[] = [];
    using _watching = traffic.watch({
      done: () => {},
      slow: ({ phase, age }) => heard.push(`${phase} ${age}`),
    });
    const second = async (change: Partial<RequestUnderWay>): Promise<void> => {
      request = { ...WAITING, ...change };
      await clock.advance(seconds(1), async () => {});
    };
    await second({ age: millis(900) });
    await second({ age: millis(1900) });
    await second({ age: millis(2900) });
    await second({ age: millis(3900), phase: "answering" });
    expect(heard).toEqual(["waiting 1900", "answering 3900"]);
  });
});
