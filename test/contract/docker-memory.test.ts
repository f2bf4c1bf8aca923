import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mebibytes } from "../../src/kernel/units.ts";
import { openDockerStage } from "./docker-stage.ts";
import { launch, puppet, type Stage } from "./stage.ts";

describe("memory", () => {
  let stage: Stage;
  beforeAll(async () => void (stage = await openDockerStage()));
  afterAll(() => stage[Symbol.asyncDispose]());

  const small = { quota: mebibytes(64), killAt: mebibytes(128) };

  it("is sampled", async () => {
    await using dyno = await puppet(stage, "eat 100");
    await dyno.said("full");
    const sample = await dyno.launched.memory();
    expect(sample?.rss).toBeGreaterThan(mebibytes(100));
    expect(sample?.rss).toBeLessThan(mebibytes(300));
  });

  it("may exceed the quota, up to where R15 stands", async () => {
    await using dyno = await puppet(stage, "eat 50", small);
    await dyno.said("full");
    expect((await dyno.launched.memory())?.rss).toBeGreaterThan(mebibytes(50));
  });

  it("tells that the kernel killed the command", async () => {
    await using dyno = await puppet(stage, "eat 500", small);
    let childKills = 0;
    dyno.launched.onOutOfMemory(() => childKills++);
    expect(await dyno.end()).toEqual({ status: 137, outOfMemory: true, lost: false });
    expect(childKills).toBe(0);
  });

  it("tells that the kernel killed a child, while the command lives on", async () => {
    await using dyno = await puppet(stage, "feed 500", small);
    const victim = await new Promise((resolve) => dyno.launched.onOutOfMemory(resolve));
    expect(victim).toMatchObject({ command: "puppet" });
    await dyno.said("child died of 9");
    await dyno.launched.signal("SIGTERM");
    expect(await dyno.end()).toEqual({ status: 143, outOfMemory: false, lost: false });
  });

  it("does not take the app's own kill -9 for one of the kernel's", async () => {
    await using dyno = await launch(stage, "kill -9 $$");
    expect(await dyno.end()).toEqual({ status: 137, outOfMemory: false, lost: false });
  });
});
