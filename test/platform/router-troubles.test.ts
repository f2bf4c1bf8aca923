import { expect, it } from "vitest";
import { FrozenClock } from "../../src/kernel/frozen-clock.ts";
import { MovableClock } from "../../src/kernel/movable-clock.ts";
import { instant, seconds } from "../../src/kernel/units.ts";
import { connectionsFor, openFilesLimit } from "../../src/platform/descriptors.ts";
import { RouterTroubles } from "../../src/platform/router-troubles.ts";

it("a flood is told of once, then by number, and when it is over", async () => {
  const told: string[] = [];
  const clock = new MovableClock(new FrozenClock(instant(0)));
  const troubles = new RouterTroubles((line) => told.push(line), clock);
  const some = (count: number): void => {
    for (let left = count; left > 0; left--) troubles.add({ kind: "too-many-connections", limit: 750 });
  };
  some(1001);
  await clock.advance(seconds(10), async () => {});
  some(3);
  troubles.add({ kind: "no-sockets", code: "EMFILE" });
  await clock.advance(seconds(30), async () => {});
  some(1);
  expect(told).toEqual([
    "The router has 750 connections open, all that it takes: further ones are turned away until some close.",
    "1000 more connections were turned away in the last 10s.",
    "The system gives the router no further socket (EMFILE, ulimit -n is reached): who asks for one is turned away, a request that needs one ends with H99. What is open stays open.",
    "3 more connections were turned away in the last 10s.",
    "The router has had all the sockets it asked for again.",
    "The router takes connections again.",
    "The router has 750 connections open, all that it takes: further ones are turned away until some close.",
  ]);
});

it("a request that cannot be read is told of with what was wrong with it; it is no state that ends", async () => {
  const told: string[] = [];
  const clock = new MovableClock(new FrozenClock(instant(0)));
  const troubles = new RouterTroubles((line) => told.push(line), clock);
  troubles.add({ kind: "unreadable-request", fault: "bad-line-end", status: 400 });
  for (let left = 3; left > 0; left--)
    troubles.add({ kind: "unreadable-request", fault: "bad-field", status: 400 });
  await clock.advance(seconds(30), async () => {});
  troubles.add({ kind: "unreadable-request", fault: "unknown-version", status: 505 });
  expect(told).toEqual([
    "A request was answered 400 and has no line in the log, as on Heroku: its lines do not all end with CR LF.",
    "3 more requests could not be read in the last 10s.",
    "A request was answered 505 and has no line in the log, as on Heroku: its version is neither HTTP/1.0 nor HTTP/1.1.",
  ]);
});

it("a code without words is told as it is", () => {
  const told: string[] = [];
  const clock = new MovableClock(new FrozenClock(instant(0)));
  new RouterTroubles((line) => told.push(line), clock).add({ kind: "no-sockets", code: "ENOBUFS" });
  expect(told[0]).toContain("no further socket (ENOBUFS):");
});

it.each([
  [undefined, 100_000],
  [1024, 768],
  [20_000, 15_000],
  [1_048_576, 100_000],
])("with %s open files the router takes %i connections (router.md L25)", (openFiles, connections) => {
  expect(connectionsFor(openFiles)).toBe(connections);
});

it("the limit is this process's", () => {
  expect(openFilesLimit()).toBeGreaterThan(100);
});
