import { expect, it } from "vitest";
import { box } from "../../src/cli/render/box.ts";
import { ENFORCEMENT } from "../../src/dyno/enforcement.ts";
import { instant, minutes, millis } from "../../src/kernel/units.ts";

it.each([
  [0, false, "real time"],
  [90, false, "1h30m ahead, as it was moved (back to real time: up --real-time)"],
  [-5, false, "5m behind"],
  [0, true, expect.stringMatching(/^paused at 20\d\d\/\d\d\/\d\d \d\d:\d\d:\d\d [+-]\d{4}$/)],
])("the clock %d minutes ahead, paused: %s", (offset, paused, shown) => {
  const lines = box({
    app: "example",
    url: "http://localhost:5000",
    controlUrl: "http://localhost:4567",
    release: 3,
    formation: [],
    clock: {
      now: instant(1_790_000_000_000),
      offset: minutes(offset),
      paused,
      due: [{ at: instant(1_790_000_000_000 + millis(1)), of: "app", what: "falls asleep" }],
      moving: undefined,
    },
    enforcement: ENFORCEMENT,
    engine: undefined,
  });
  const row = lines.find((line) => line.includes("Clock"));
  expect(row?.replace(/^│ Clock +(.*?) +│$/, "$1")).toEqual(shown);
});
