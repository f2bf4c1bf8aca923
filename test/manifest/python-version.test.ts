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
    expect(wantedPythonMinor({ runtimeTxt, pythonVersion, pipfileLock: undefined })).toBe(minor);
  });

  const lock = (requires: unknown): string => JSON.stringify({ _meta: { requires } });
  it.each<[pipfileLock: string, minor: string | undefined]>([
    [lock({ python_version: "3.13" }), "3.13"],
    [lock({ python_version: "3.13", python_full_version: "3.12.4" }), "3.12"],
    [lock({ python_version: "^3.12" }), undefined],
    [lock({ python_version: 3.13 }), undefined],
    [lock({}), undefined],
    ["{}", undefined],
    ["null", undefined],
    ["{ broken", undefined],
  ])("of Pipfile.lock %s", (pipfileLock, minor) => {
    const none = { runtimeTxt: undefined, pythonVersion: undefined };
    expect(wantedPythonMinor({ ...none, pipfileLock })).toBe(minor);
    expect(wantedPythonMinor({ ...none, pythonVersion: "3.11", pipfileLock })).toBe("3.11");
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
