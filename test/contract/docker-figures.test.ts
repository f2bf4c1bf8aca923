import { readFile } from "node:fs/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cpusOf, DYNO_TYPES } from "../../src/heroku/dyno-types.ts";
import { mebibytes } from "../../src/kernel/units.ts";
import { openDockerStage } from "./docker-stage.ts";
import { launch, puppet, until, type Stage } from "./stage.ts";

/** Heroku's own figures agree within this. issue B 7 */
const CLOSE = 0.02;

/** The one process of a dyno's container that this machine knows, by the dyno's name. */
async function pidOf({ app }: Stage, dyno: string): Promise<string> {
  const filters = [`label=dynosim=${app.instance}`, `label=dynosim.dyno=${dyno}`];
  const { stdout: id } = await execa("docker", ["ps", "-q", ...filters.flatMap((one) => ["--filter", one])]);
  return (await execa("docker", ["inspect", "-f", "{{.State.Pid}}", id])).stdout;
}

/** A file of its memory cgroup, found without the product's help. */
async function cgroupFile(stage: Stage, dyno: string, controller: string, file: string): Promise<string> {
  const groups = await readFile(`/proc/${await pidOf(stage, dyno)}/cgroup`, "utf8");
  const path = new RegExp(`^\\d+:(?:[^:]*,)?${controller}(?:,[^:]*)?:(.*)$`, "m").exec(groups)?.[1] ?? "";
  return readFile(`/sys/fs/cgroup/${controller}${path}/${file}`, "utf8");
}

describe("a dyno's figures", () => {
  let stage: Stage;
  beforeAll(async () => void (stage = await openDockerStage()));
  afterAll(() => stage[Symbol.asyncDispose]());

  it("are those of the container's cgroup, within 2 %", async () => {
    await using dyno = await launch(
      stage,
      "head -c 20000000 /dev/zero > /dev/shm/shared; exec ./puppet eat 100",
      { dyno: "worker.21" },
    );
    await dyno.said("full");
    const stat = await cgroupFile(stage, "worker.21", "memory", "memory.stat");
    const sample = await dyno.launched.memory();
    const usage = Number(await cgroupFile(stage, "worker.21", "memory", "memory.usage_in_bytes"));
    const kernel = Number(await cgroupFile(stage, "worker.21", "memory", "memory.kmem.usage_in_bytes"));
    const own = (name: string): number => Number(new RegExp(`^total_${name} (\\d+)$`, "m").exec(stat)?.[1]);
    const { rss = 0, cache = 0, shared = 0, swap = 0, pagesIn = 0, pagesOut = 0 } = sample ?? {};
    for (const [ours, theirs] of [
      [rss, own("rss")],
      [cache, own("cache")],
      [shared, own("shmem")],
      [rss + cache + swap, usage - kernel],
      [pagesIn, own("pgpgin")],
    ] as const) {
      expect(theirs).toBeGreaterThan(0);
      expect(Math.abs(ours - theirs) / theirs).toBeLessThan(CLOSE);
    }
    expect(shared).toBeGreaterThanOrEqual(20_000_000);
    expect(pagesOut).toBeLessThan(pagesIn);
  });

  it("count who wants a core", async () => {
    await using busy = await launch(stage, "while :; do :; done & while :; do :; done & wait");
    await until(async () => (await busy.launched.runnableTasks()) === 2);
    await using idle = await puppet(stage, "wait");
    await idle.said("ready");
    await until(async () => (await idle.launched.runnableTasks()) === 0);
    await busy.launched.signal("SIGKILL");
    await busy.end();
    expect(await busy.launched.runnableTasks()).toBeUndefined();
  });

  it("with a CPU share, stay within it", async () => {
    const cpus = cpusOf(DYNO_TYPES.eco);
    const burn = `TIMEFORMAT="%U %S %R"; time for ((i = 0; i < 500000; i++)); do :; done`;
    await using dyno = await launch(stage, `${burn}; ./puppet wait`, { dyno: "worker.22", cpus });
    await dyno.said("ready");
    const [period, quota] = await Promise.all(
      ["cpu.cfs_period_us", "cpu.cfs_quota_us"].map((file) => cgroupFile(stage, "worker.22", "cpu", file)),
    );
    expect(Number(quota) / Number(period)).toBeCloseTo(0.64);
    const [user = 0, system = 0, real = 0] = dyno.text().split(/\s/).map(Number);
    // more than the tenth of a second that the kernel hands out at a time
    expect(real).toBeGreaterThan(0.3);
    expect((user + system) / real).toBeLessThan(cpus + 0.1);
  });

  it("without one, have no cap", async () => {
    await using dyno = await puppet(stage, "wait", { dyno: "worker.23" });
    await dyno.said("ready");
    expect(await cgroupFile(stage, "worker.23", "cpu", "cpu.cfs_quota_us")).toBe("-1\n");
  });

  it("strict: the kernel's limit is the quota", async () => {
    const quota = mebibytes(64);
    await using within = await puppet(stage, "eat 20", { dyno: "worker.24", quota, killAt: quota });
    await within.said("full");
    const limit = await cgroupFile(stage, "worker.24", "memory", "memory.limit_in_bytes");
    expect(Number(limit)).toBe(quota);
    await using over = await puppet(stage, "eat 70", { quota, killAt: quota });
    expect(await over.end()).toEqual({ status: 137, outOfMemory: true, lost: false });
  });
});
