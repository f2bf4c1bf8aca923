import { afterEach, expect, it, vi } from "vitest";
import { rotatingSlice } from "./rotating-slice.ts";

const CASES = ["a", "b", "c", "d", "e"];

afterEach(() => vi.unstubAllEnvs());

it("takes other cases each day, and all of them in time", () => {
  vi.stubEnv("DYNOSIM_TEST_ALL", undefined);
  const days = [0, 1, 2].map((day) => {
    vi.stubEnv("DYNOSIM_TEST_DAY", String(day));
    return rotatingSlice(CASES, 2);
  });
  expect(days).toEqual([
    ["a", "b"],
    ["c", "d"],
    ["e", "a"],
  ]);
});

it("is the whole matrix when all is asked for, or when it is small", () => {
  vi.stubEnv("DYNOSIM_TEST_DAY", "1");
  vi.stubEnv("DYNOSIM_TEST_ALL", undefined);
  expect(rotatingSlice(CASES, 9)).toBe(CASES);
  vi.stubEnv("DYNOSIM_TEST_ALL", "1");
  expect(rotatingSlice(CASES, 2)).toBe(CASES);
});
