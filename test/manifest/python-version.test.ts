import { describe, expect, it } from "vitest";
import { nearestMinor, wantedPythonMinor } from "../../src/manifest/python-version.ts";

describe("the wanted minor", () => {
  it.each<[runtimeTxt: string | undefined, pythonVersion: string | undefined, minor: string | undefined]>([
    [undefined, undefined, undefined],
    [undefined, "3.13", "3.13"],
    [undefined, "3.13.4\n", "3.13"],
    [undefined, "# why\r\n\r\n 3.12 \r\n", "3.12"],
    ["python-3.12.1", "3.13", "3.12"],
    ["nonsense", "3.13", undefined],
    [undefined, "pypy3.10", undefined],
    [undefined, "3", undefined],
  ])("%j %j", (runtimeTxt, pythonVersion, minor) => {
    expect(wantedPythonMinor({ runtimeTxt, pythonVersion })).toBe(minor);
  });
});

describe("the nearest minor", () => {
  it.each<[wanted: string, available: [string, ...string[]], minor: string]>([
    ["3.13", ["3.11", "3.13", "3.14"], "3.13"],
    ["3.12", ["3.11", "3.13", "3.14"], "3.13"],
    ["3.9", ["3.14", "3.11", "3.13"], "3.11"],
    ["3.15", ["3.11", "3.13", "3.14"], "3.14"],
    ["2.7", ["3.11"], "3.11"],
  ])("%s of %j", (wanted, available, minor) => {
    expect(nearestMinor(wanted, available)).toBe(minor);
  });
});
