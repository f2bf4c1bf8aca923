import { describe, expect, it } from "vitest";
import { buildConfig, changedSinceBuild } from "../../src/release/build-config.ts";

const THEN = { A: "1", B: "2", NPM_TOKEN: "t" };

describe("config vars that a build read", () => {
  it.each<[said: (string | undefined)[], now: Record<string, string>, changed: string[]]>([
    [["A\n"], THEN, []],
    [["A\n"], { ...THEN, A: "2" }, ["A"]],
    [["A\n"], { ...THEN, B: "3", C: "4" }, []],
    [["C\n"], { ...THEN, C: "" }, ["C"]],
    [["A\n"], { B: "2", NPM_TOKEN: "t" }, ["A"]],
    [["NPM_*\n"], { ...THEN, NPM_CONFIG_X: "1", NPM_TOKEN: "u", A: "9" }, ["NPM_CONFIG_X", "NPM_TOKEN"]],
    [[""], { A: "other" }, []],
    // one of several buildpacks gets them all, or does not say
    [["", "*\n"], { ...THEN, A: "2", B: "3" }, ["A", "B"]],
    [["", undefined], { ...THEN, A: "2" }, ["A"]],
  ])("%j, now %j", (said, now, changed) => {
    expect(changedSinceBuild(buildConfig(THEN, said), now)).toEqual(changed);
  });

  it("are kept as sums", () => {
    expect(JSON.stringify(buildConfig({ SECRET: "hunter2" }, [undefined]))).not.toContain("hunter2");
  });
});
