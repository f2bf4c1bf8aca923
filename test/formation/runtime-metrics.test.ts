import { describe, expect, it } from "vitest";
import { mebibytes, seconds } from "../../src/kernel/units.ts";
import { AppOnFake } from "./app-on-fake.ts";

const ONE_OF_EACH = { web: { quantity: 1, size: "basic" }, worker: { quantity: 1, size: "standard-2x" } };

async function running(logsRuntimeMetrics: boolean): Promise<AppOnFake> {
  const app = new AppOnFake();
  app.logsRuntimeMetrics = logsRuntimeMetrics;
  app.engine.onLaunch = (dyno) => {
    dyno.runnable = 2;
    dyno.useMemory({ rss: mebibytes(30), cache: mebibytes(1.5), pagesIn: 9, pagesOut: 4 });
    dyno.listen();
  };
  app.roll({ web: "serve", worker: "work" }, ONE_OF_EACH);
  await app.settle();
  app.story();
  return app;
}

async function sampled(app: AppOnFake, times = 1): Promise<string[]> {
  for (let sample = 0; sample < times; sample += 1)
    await app.realClock.advance(seconds(20), () => app.settle());
  return app.story();
}

describe("log-runtime-metrics (heroku.md 4)", () => {
  it("tells load and memory of each dyno every 20 s", async () => {
    const app = await running(true);
    const story = await sampled(app);
    const id = "heroku\\.\\d{9}\\.[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
    const line = (dyno: string, samples: string): RegExp =>
      new RegExp(`^${dyno} source=${dyno} dyno=${id} ${samples}$`);
    const memory = (quota: string): string =>
      `sample#memory_total=31.50MB sample#memory_rss=30.00MB sample#memory_cache=1.50MB sample#memory_swap=0.00MB sample#memory_pgpgin=9pages sample#memory_pgpgout=4pages sample#memory_quota=${quota}`;
    expect(story).toEqual([
      expect.stringMatching(line("web.1", "sample#load_avg_1m=0.57")),
      expect.stringMatching(line("web.1", memory("512.00MB"))),
      expect.stringMatching(line("worker.1", "sample#load_avg_1m=0.57")),
      expect.stringMatching(line("worker.1", memory("1024.00MB"))),
    ]);
    expect((await sampled(app))[0]).toContain(" sample#load_avg_1m=0.97");
  });

  it("tells the averages of 5 and 15 minutes once the dyno has lived them", async () => {
    const app = await running(true);
    expect(app.engine.dynos.length).toBe(2);
    const story = await sampled(app, 45);
    const ends = story.filter((line) => line.includes("load_avg") && line.startsWith("web"));
    const counts = ends.map((line) => line.split("sample#").length - 1);
    expect(counts.indexOf(2)).toBe(14);
    expect(counts.indexOf(3)).toBe(44);
  });

  it("goes before the lines of a dyno over its quota", async () => {
    const app = await running(true);
    app.engine.dyno("web.1")?.useMemory({ rss: mebibytes(600) });
    const story = await sampled(app);
    expect(story.slice(2, 4)).toEqual([
      "web.1 Process running mem=600M(117.2%)",
      "web.1 Error R14 (Memory quota exceeded)",
    ]);
  });

  it("names one life of a dyno: another after a restart, the same app", async () => {
    const app = await running(true);
    const ids = async (): Promise<string[]> => {
      const [line = ""] = await sampled(app);
      return /dyno=heroku\.(\d+)\.(\S+)/.exec(line)?.slice(1) ?? [];
    };
    const [number, first] = await ids();
    expect(await ids()).toEqual([number, first]);
    app.formation.restart({ kind: "all" });
    await app.settle();
    app.story();
    const [sameNumber, second] = await ids();
    expect(sameNumber).toBe(number);
    expect(second).not.toBe(first);
  });

  it("needs a restart to begin, and to end", async () => {
    const app = await running(false);
    app.logsRuntimeMetrics = true;
    expect(await sampled(app)).toEqual([]);
    app.formation.restart({ kind: "dyno", dyno: "web.1" });
    await app.settle();
    app.story();
    app.logsRuntimeMetrics = false;
    expect((await sampled(app)).map((line) => line.split(" ")[0])).toEqual(["web.1", "web.1"]);
  });

  it("leaves the load out where the engine cannot tell of tasks", async () => {
    const app = await running(true);
    for (const dyno of app.engine.dynos) dyno.runnable = undefined;
    expect((await sampled(app)).filter((line) => line.includes("load_avg"))).toEqual([]);
  });
});
