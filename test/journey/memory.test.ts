import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENGINE, residentOf } from "./in-engine.ts";
import { holds, needs } from "./needs.ts";
import type { Project, RunningApp } from "./rig.ts";
import { stdlibApp } from "./stdlib-app.ts";

const HOG = `import sys, time
hoard = bytearray(int(sys.argv[1]) * 1024 * 1024)
for at in range(0, len(hoard), 4096):
    hoard[at] = 1
print("full", flush=True)
time.sleep(600)
`;

const PARENT = `import subprocess, sys, time
child = subprocess.run([sys.executable, "hog.py", "1126"])
print("child ended with", child.returncode, flush=True)
time.sleep(600)
`;

const PROCFILE = [
  'web: echo "WEB_CONCURRENCY=$WEB_CONCURRENCY DYNO_RAM=$DYNO_RAM"; exec python server.py',
  "worker: python hog.py 600",
  "parent: python parent.py",
  "huge: python hog.py 1126",
].join("\n");

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

describe("memory on a real engine (heroku.md 4)", () => {
  let project: Project;
  let app: RunningApp;
  beforeAll(async () => {
    project = stdlibApp(PROCFILE, { "hog.py": HOG, "parent.py": PARENT });
    project.environment({ DYNOSIM_MEMORY_SAMPLE_MS: "1000" });
    app = await project.up("--dyno-type", "basic", "web", "worker");
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
  });

  it("a dyno of 512 MB gets 2 of WEB_CONCURRENCY (heroku.md 5.4)", async () => {
    await app.logged("app[web.1]: Python buildpack: Detected 512 MB available memory and 8 CPU cores.");
    await app.logged("app[web.1]: WEB_CONCURRENCY=2 DYNO_RAM=512");
  });

  it("600 MB on a 512 MB dyno: R14 pairs, and the dyno goes on", async () => {
    await app.logged("app[worker.1]: full");
    await app.logged("Error R14", app.log.length);
    const [running = "", error] = app.platformLog("worker.1").slice(-2);
    const [, megabytes, percent] = /^Process running mem=(\d+)M\((\d+\.\d)%\)$/.exec(running) ?? [];
    const own = (await residentOf(project.instance, "worker.1")) / 2 ** 20;
    expect(own).toBeGreaterThan(600);
    expect(Math.abs(Number(megabytes) - own) / own).toBeLessThan(0.02);
    expect(Math.abs(Number(percent) * 5.12 - own) / own).toBeLessThan(0.02);
    expect(error).toBe("Error R14 (Memory quota exceeded)");
    expect((await app.dynosim("ps")).stdout).toMatch(/^worker\.1: up /m);
  });

  it("log-runtime-metrics: two lines for each dyno that was started since", async () => {
    expect((await app.dynosim("labs:enable", "log-runtime-metrics")).exitCode).toBe(0);
    expect((await app.dynosim("ps:restart", "worker.1")).exitCode).toBe(0);
    const from = app.log.length;
    await app.logged(/^app\[worker\.1\]: full/, from);
    await app.logged("Error R14", from);
    await app.logged("Error R14", app.log.length);
    const lines = app.platformLog("worker.1");
    const [load = "", memory = "", running = ""] = lines.slice(
      lines.findLastIndex((one) => one.includes("load_avg")),
    );
    const source = `source=worker\\.1 dyno=(heroku\\.\\d{9}\\.${UUID})`;
    const [, dyno] = new RegExp(`^${source} sample#load_avg_1m=\\d\\.\\d\\d$`).exec(load) ?? [];
    // page cache and pages are charged to a cgroup, and to no process
    const [cached, counted] =
      ENGINE === "process"
        ? ["", ""]
        : [
            " sample#memory_cache=(?<cache>[\\d.]+)MB",
            " sample#memory_pgpgin=\\d+pages sample#memory_pgpgout=\\d+pages",
          ];
    const { groups = {} } =
      new RegExp(
        `^${source} sample#memory_total=(?<total>[\\d.]+)MB sample#memory_rss=(?<rss>[\\d.]+)MB${cached} sample#memory_swap=[\\d.]+MB${counted} sample#memory_quota=512\\.00MB$`,
      ).exec(memory) ?? {};
    expect(memory).toContain(` dyno=${dyno} `);
    const [total, rss, cache] = [groups["total"], groups["rss"], groups["cache"] ?? 0].map(Number) as [
      number,
      number,
      number,
    ];
    expect(rss).toBeGreaterThan(600);
    expect(total).toBeCloseTo(rss + cache, 1);
    expect(running).toMatch(/^Process running mem=6\d\dM\(1\d\d\.\d%\)$/);
    expect(app.log.filter((line) => line.startsWith("heroku[web.1]: source="))).toEqual([]);
    expect((await app.dynosim("run", "sleep 2")).exitCode).toBe(0);
    expect(app.log.some((line) => /^heroku\[(run\.\d+)\]: source=\1 .*load_avg_1m/.test(line))).toBe(true);
  });

  needs("kernel-memory-cap", "nobody but the kernel kills one process of a dyno alone")(
    "a child that the kernel kills is told as R15, the dyno lives on, and dynosim names the child",
    async () => {
      expect((await app.dynosim("ps:scale", "worker=0", "parent=1")).exitCode).toBe(0);
      await app.logged("app[parent.1]: child ended with -9");
      await app.noticed(
        /parent\.1 reached 1024 MB, and the kernel killed one of its processes: python\S*, which held \d+ MB\. Its command lives on, and so does the dyno; Heroku kills the whole dyno at R15/,
      );
      // a notice and the log come by two ways, and the log's lines are written together
      await app.logged("heroku[parent.1]: Error R15 (Memory quota vastly exceeded)");
      const story = app.platformLog("parent.1").filter((line) => !line.startsWith("source="));
      const at = story.indexOf("Error R15 (Memory quota vastly exceeded)");
      expect(story.slice(at - 1)).toEqual([
        "Process running mem=1024M(200.0%)",
        "Error R15 (Memory quota vastly exceeded)",
      ]);
      expect((await app.dynosim("ps")).stdout).toMatch(/^parent\.1: up /m);
    },
  );

  it("1.1 GB: R15, status 137, crashed, and started again", async () => {
    expect((await app.dynosim("labs:disable", "log-runtime-metrics")).exitCode).toBe(0);
    expect((await app.dynosim("ps:scale", "parent=0", "huge=1")).exitCode).toBe(0);
    await app.logged("heroku[huge.1]: State changed from crashed to starting");
    const story = app
      .platformLog("huge.1")
      .filter((line) => !line.includes("R14"))
      .filter((line, at, all) => !line.includes("mem=") || all[at + 1]?.includes("R15"));
    // without the kernel it has what it took when somebody looked
    const held = holds("kernel-memory-cap") ? /mem=1024M\(200\.0%\)$/ : /mem=1[01]\d\dM\(2[0-2]\d\.\d%\)$/;
    expect(story.slice(0, 8)).toEqual([
      "Starting process with command `python hog.py 1126`",
      "State changed from starting to up",
      expect.stringMatching(held),
      "Error R15 (Memory quota vastly exceeded)",
      "Stopping process with SIGKILL",
      "Process exited with status 137",
      "State changed from up to crashed",
      "State changed from crashed to starting",
    ]);
  });
});
