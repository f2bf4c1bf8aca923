import { describe, expect, it } from "vitest";
import { pidCeiling } from "../../../src/engine/process/pid-ceiling.ts";

describe("pidCeiling", () => {
  it.each([
    ["6.14.0-rc1", 256, "1536"],
    ["6.18.44-fc", 512, "2048"],
    ["7.0", 256, "1536"],
  ])("is set in a tree that has its own: Linux %s, %i processes", (kernel, processes, ceiling) => {
    expect(pidCeiling(processes, kernel)).toContain(`echo ${ceiling} >/proc/sys/kernel/pid_max`);
  });

  it.each([
    ["5.15.0-91-generic", 256],
    ["6.8.0", 256],
    ["6.18.44", 32_768],
  ])("is never set where it would be the machine's, or is no ceiling: Linux %s, %i", (kernel, processes) => {
    expect(pidCeiling(processes, kernel)).toBe("");
  });
});
