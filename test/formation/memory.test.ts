import { describe, expect, it } from "vitest";
import { mebibytes, seconds } from "../../src/kernel/units.ts";
import { AppOnFake } from "./app-on-fake.ts";

async function worker(): Promise<AppOnFake> {
  const app = new AppOnFake();
  app.roll({ worker: "work" }, { worker: { quantity: 1, size: "basic" } });
  await app.settle();
  app.story();
  return app;
}

describe("a dyno's memory (heroku.md 4)", () => {
  it("R15 by sample: rss and swap above twice the quota", async () => {
    const app = await worker();
    app.engine.dyno("worker.1")?.useMemory({ rss: mebibytes(512), swap: mebibytes(513.5) });
    await app.realClock.advance(seconds(20), () => app.settle());
    expect(app.story().slice(0, 4)).toEqual([
      "worker.1 Process running mem=1025M(200.3%)",
      "worker.1 Error R15 (Memory quota vastly exceeded)",
      "worker.1 Stopping process with SIGKILL",
      "worker.1 Process exited with status 137",
    ]);
  });

  it("files that were merely read are no reason for R14, shared memory is", async () => {
    const app = await worker();
    const dyno = app.engine.dyno("worker.1");
    dyno?.useMemory({ rss: mebibytes(500), cache: mebibytes(400) });
    await app.realClock.advance(seconds(20), () => app.settle());
    expect(app.story()).toEqual([]);
    dyno?.useMemory({ shared: mebibytes(20) });
    await app.realClock.advance(seconds(20), () => app.settle());
    expect(app.story()).toEqual([
      "worker.1 Process running mem=520M(101.6%)",
      "worker.1 Error R14 (Memory quota exceeded)",
    ]);
  });

  it("a child that the kernel kills is R15, the dyno stays, and who it was is told beside the log", async () => {
    const app = await worker();
    const victim = { command: "python", rss: mebibytes(900) };
    app.engine.dyno("worker.1")?.killChildForMemory(victim);
    expect(app.story()).toEqual([
      "worker.1 Process running mem=1024M(200.0%)",
      "worker.1 Error R15 (Memory quota vastly exceeded)",
    ]);
    expect(app.formation.dynos()[0]?.phase.kind).toBe("up");
    expect(app.observations).toContainEqual({
      kind: "child-out-of-memory",
      dyno: "worker.1",
      victim,
      killAt: mebibytes(1024),
    });
  });
});

it("a dyno that the engine kills for its processes crashes, and their number is told beside the log", async () => {
  const app = await worker();
  app.engine.dyno("worker.1")?.killForProcesses(301);
  await app.settle();
  expect(app.observations).toContainEqual({
    kind: "too-many-processes",
    dyno: "worker.1",
    seen: 301,
    limit: 256,
  });
  expect(app.story().slice(0, 2)).toEqual([
    "worker.1 Process exited with status 137",
    "worker.1 State changed from up to crashed",
  ]);
});
