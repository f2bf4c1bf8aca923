import { describe, expect, it } from "vitest";
import { taskState } from "../../../src/engine/proc/task-state.ts";

describe("taskState", () => {
  it.each([
    ["12 (perl) R 1 12 12 0 -1", "R"],
    ["12 (a) R (b) S 1 12 12 0 -1", "S"],
    ["", undefined],
  ])("reads %j", (stat, expected) => {
    expect(taskState(stat)).toBe(expected);
  });
});
