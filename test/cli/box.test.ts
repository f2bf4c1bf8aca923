import { expect, it } from "vitest";
import { box, type BoxFacts } from "../../src/cli/render/box.ts";
import { ENFORCEMENT } from "../../src/dyno/enforcement.ts";
import { instant, minutes, millis } from "../../src/kernel/units.ts";

it.each([
  [0, false, "real time"],
  [0.001, false, "real time"],
  [-0.001, false, "real time"],
  [90, false, "1h30m ahead, as it was moved (back to real time: up --real-time)"],
  [-5, false, "5m behind"],
  [0, true, expect.stringMatching(/^paused at 20\d\d\/\d\d\/\d\d \d\d:\d\d:\d\d [+-]\d{4}$/)],
])("the clock %d minutes ahead, paused: %s", (offset, paused, shown) => {
  const row = boxLines({ clock: clockAt(offset, paused) }).find((line) => line.includes("Clock"));
  expect(row?.replace(/^│ Clock +(.*?) +│$/, "$1")).toEqual(shown);
});

it.each([
  ["now", {}, undefined],
  ["legacy", {}, "legacy"],
  ["now", { "bad-bind": true }, "now (bad-bind on)"],
])("era %s with %j: it is shown where it is not the usual one", (era, switches, shown) => {
  const row = boxLines({ era: { era, switches } }).find((line) => line.includes("Era"));
  expect(row?.replace(/^│ Era +(.*?) +│$/, "$1")).toBe(shown);
});

it("tells both addresses, and how HTTPS comes to be trusted", () => {
  const rows = boxLines({}).map((line) => line.replace(/^│ (.*?) *│$/, "$1"));
  expect(rows.slice(2, 4)).toEqual([
    "URL        http://localhost:5000",
    "HTTPS      https://localhost:5000 (to have it trusted: dynosim certs:trust)",
  ]);
});

function clockAt(offset: number, paused: boolean): BoxFacts["clock"] {
  return {
    now: instant(1_790_000_000_000),
    offset: minutes(offset),
    paused,
    due: [{ at: instant(1_790_000_000_000 + millis(1)), of: "app", what: "falls asleep" }],
    moving: undefined,
  };
}

function boxLines(facts: Partial<BoxFacts>): readonly string[] {
  return box({
    app: "example",
    url: "http://localhost:5000",
    controlUrl: "http://localhost:4567",
    release: 3,
    formation: [],
    era: { era: "now", switches: {} },
    clock: clockAt(0, false),
    enforcement: ENFORCEMENT,
    engine: undefined,
    ...facts,
  });
}
