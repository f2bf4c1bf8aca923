import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration } from "../../src/kernel/duration.ts";
import { millis } from "../../src/kernel/units.ts";

describe("durations", () => {
  it.each([
    ["31m", 1_860_000],
    ["2h30m", 9_000_000],
    ["1d", 86_400_000],
    ["90s", 90_000],
    ["250ms", 250],
    ["1.5h", 5_400_000],
    [" 5s ", 5000],
    ["0s", 0],
    ["", undefined],
    ["31", undefined],
    ["m", undefined],
    ["-5m", undefined],
    ["5 m", undefined],
    ["1e3s", undefined],
    ["5M", undefined],
    [`${"9".repeat(400)}d`, undefined],
  ])("%j is %j", (text, duration) => {
    expect(parseDuration(text)).toBe(duration);
  });

  it.each([
    [0, "0s"],
    [250, "250ms"],
    [90_000, "1m30s"],
    [1_860_000, "31m"],
    [9_000_000, "2h30m"],
    [90_061_000, "1d1h1m1s"],
    [-60_000, "-1m"],
  ])("%d reads %s", (duration, text) => {
    expect(formatDuration(millis(duration))).toBe(text);
  });
});
