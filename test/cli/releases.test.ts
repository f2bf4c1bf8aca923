import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { PuppetPlatform } from "../api/puppet-platform.ts";
import { hostPuppet } from "./puppet-host.ts";

const host = await hostPuppet();
afterAll(() => host[Symbol.asyncDispose]());
beforeEach(() => {
  const { platform } = host;
  platform.refusal = undefined;
  platform.asked.length = 0;
  platform.releaseList = new PuppetPlatform(host.folder).releaseList;
  platform.outputs.clear();
  platform.retriedStatus = "succeeded";
});

const said = (...line: string[]) => host.dynosim(line);

describe("releases:output", () => {
  it.each([
    [["releases:output"], 5],
    [["releases:output", "v4"], 4],
    [["releases:output", "4"], 4],
  ])("%j prints that of v%d", async (line, version) => {
    host.platform.outputs.set(version, ["migrating\n", "done\n"]);
    expect(await said(...line)).toEqual({ stdout: "migrating\ndone\n", stderr: "", exitCode: 0 });
  });

  it("says when there is none", async () => {
    expect(await said("releases:output", "v3")).toEqual({
      stdout: "",
      stderr: "Warning: Release v3 has no release output available.\n",
      exitCode: 0,
    });
    expect(await said("releases:output", "v9")).toMatchObject({
      stderr: "Error: Couldn't find that release.\n",
      exitCode: 1,
    });
  });
});

describe("releases:retry", () => {
  it("makes a release of the newest one, and prints what its command writes", async () => {
    expect(await said("releases:retry")).toEqual({
      stdout: "Running release command...\nmigrating\ndone\n",
      stderr: "Retrying v5 on ⬢ example... done, v6\n",
      exitCode: 0,
    });
    expect(host.platform.asked).toEqual([{ retry: 5 }]);
  });

  it("fails with the command", async () => {
    host.platform.retriedStatus = "failed";
    expect(await said("releases:retry")).toEqual({
      stdout: "Running release command...\nmigrating\ndone\n",
      stderr:
        "Retrying v5 on ⬢ example... done, v6\n" +
        "Error: The release command of v6 failed.\n" +
        "  The release is marked as failed, and the dynos stay on the former one.\n" +
        "  Once it can work: dynosim releases:retry\n",
      exitCode: 5,
    });
  });

  it("wants a release command", async () => {
    host.platform.refusal = { kind: "no-release-phase", version: 5 };
    expect(await said("releases:retry")).toEqual({
      stdout: "",
      stderr:
        "Retrying v5 on ⬢ example... !\n" +
        "Error: App must have a release-phase command to use this command.\n" +
        "  The Procfile of v5 has no line for release.\n" +
        "  Add one, and run dynosim up: release: python manage.py migrate\n",
      exitCode: 1,
    });
  });
});

describe("releases:info", () => {
  it("tells what is known of a release", async () => {
    expect(await said("releases:info")).toEqual({
      stdout: [
        "=== Release v5",
        "",
        "By:                     me@example.com",
        "Change:                 Deploy 0a1ba830 (release command failed)",
        "Eligible for Rollback?: No",
        "When:                   2026-11-20T08:21:30Z",
        "",
        "=== v5 Config vars",
        "",
        "LANG: en_US.UTF-8",
        "",
      ].join("\n"),
      stderr: "",
      exitCode: 0,
    });
  });

  it("of any release; config vars in shell format", async () => {
    const { stdout } = await said("releases:info", "v4", "-s");
    expect(stdout).toContain("Change:                 Deploy 5ec13510\n");
    expect(stdout).toContain("=== v4 Config vars\n\nLANG=en_US.UTF-8\n");
    expect(JSON.parse((await said("releases:info", "v4", "--json")).stdout)).toMatchObject({ version: 4 });
  });
});

describe("rollback", () => {
  it("prints what the release command of the new release wrote", async () => {
    host.platform.outputs.set(6, ["migrating back\n"]);
    const { stdout, stderr } = await said("rollback", "v3");
    expect(stdout).toBe("Running release command...\nmigrating back\n");
    expect(stderr).toContain("Rolling back ⬢ example to v3... done, v6\n");
  });
});
