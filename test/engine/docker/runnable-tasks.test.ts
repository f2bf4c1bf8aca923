import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runnableInTop, runnableOnHost } from "../../../src/engine/docker/runnable-tasks.ts";

describe("runnableInTop", () => {
  it.each([
    [
      "Docker's",
      {
        Titles: ["PID", "STAT"],
        Processes: [
          ["7013", "Rs"],
          ["7013", "Sl"],
          ["7071", "R"],
        ],
      },
      2,
    ],
    ["an empty", { Titles: ["PID", "STAT"], Processes: null }, 0],
  ])("counts in %s answer", (_what, top, expected) => {
    expect(runnableInTop(top)).toBe(expected);
  });
});

describe("runnableOnHost", () => {
  it.each([
    ["1", "tasks"],
    ["2", "cgroup.threads"],
  ] as const)("counts who wants a core, on cgroup v%s", async (cgroup, list) => {
    const folder = mkdtempSync(join(tmpdir(), "dynosim-tasks-"));
    const busy = spawn("bash", ["-c", "echo begun; while :; do :; done"]);
    const idle = spawn("bash", ["-c", "echo begun; read x"]);
    try {
      await Promise.all([busy, idle].map(({ stdout }) => new Promise((begun) => stdout.once("data", begun))));
      const gone = 4_194_303;
      writeFileSync(join(folder, list), [busy.pid, idle.pid, gone, ""].join("\n"));
      // the idle one may still be on its way to its read
      await expect.poll(() => runnableOnHost({ net: "", memory: folder, cgroup })).toBe(1);
    } finally {
      busy.kill("SIGKILL");
      idle.kill("SIGKILL");
      rmSync(folder, { recursive: true });
    }
  });

  it("cannot tell of a dyno that is gone", async () => {
    expect(await runnableOnHost({ net: "", memory: "/nowhere", cgroup: "1" })).toBeUndefined();
  });
});
