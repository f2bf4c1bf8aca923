import { expect, it } from "vitest";
import { millis } from "../../src/kernel/units.ts";
import { ROUTER_LIMITS, routerLimits } from "../../src/router/limits.ts";

it("every row names its source", () => {
  for (const row of Object.values(ROUTER_LIMITS))
    expect(row.source).toMatch(/^own|router\.md L\d+|heroku\.md \d/);
});

it("holds the figures of heroku.md 0 and 3.5", () => {
  expect(routerLimits({})).toMatchObject({
    requestHead: 60_000,
    connect: 5_000,
    connectAttempts: 10,
    connectTotal: 75_000,
    firstByte: 30_000,
    idle: 55_000,
    requestsPerDyno: 200,
    connections: 100_000,
    requestLine: 8192,
    requestFieldLine: 8192,
    requestFieldName: 1000,
    requestFields: 1000,
    statusLine: 8192,
    responseFieldLine: 524_288,
    setCookieLine: 8192,
  });
});

it("each can be changed for a test", () => {
  expect(routerLimits({ idle: millis(1) })).toMatchObject({ idle: 1, firstByte: 30_000 });
});
