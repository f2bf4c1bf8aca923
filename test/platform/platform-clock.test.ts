import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FrozenClock } from "../../src/kernel/frozen-clock.ts";
import { SystemClock } from "../../src/kernel/system-clock.ts";
import { after, hours, instant, minutes } from "../../src/kernel/units.ts";
import { openPlatform } from "../../src/platform/open-platform.ts";
import type { Platform } from "../../src/platform/platform.ts";
import { platformClock } from "../../src/platform/platform-clock.ts";
import { PlatformOnFake } from "./platform-on-fake.ts";

const START = instant(1_600_000_000_000);

describe("the platform clock of an app that starts again", () => {
  it.each([
    ["never moved", undefined, START],
    ["moved, and time has not caught up", after(START, hours(480)), after(START, hours(480))],
    ["moved, and time has caught up", after(START, minutes(-1)), START],
  ])("%s", (_when, movedTo, now) => {
    expect(platformClock(new FrozenClock(START), movedTo).now()).toBe(now);
  });

  it("is kept as far as it has got: with each move, with each release, and at the end", async () => {
    const app = new PlatformOnFake();
    await app.deploy();
    await app.platform.settled();
    expect(app.saved().movedTo).toBeUndefined();
    await app.platform.advanceClock(hours(20));
    expect(app.saved().movedTo).toBe(after(START, hours(20)));
    await app.platform.advanceClockToNext();
    expect(app.saved().movedTo).toBe(app.platform.clock().now);
    await app.platform.setConfigVars({ A: "b" });
    const { movedTo, releases } = app.saved();
    expect(releases.at(-1)?.createdAt).toBe(movedTo);
    await app.clock.advance(hours(1), async () => {});
    await app.platform[Symbol.asyncDispose]();
    expect(app.saved().movedTo).toBe(app.clock.now());
    rmSync(app.folder, { recursive: true });
  });

  it("begins where it was moved to, offline as well, or with the real time when that is asked for", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dynosim-clock-"));
    const file = join(folder, ".dynosim", "state.json");
    const opened = async (clock?: "real"): Promise<Platform> => {
      const environment = { DOCKER_HOST: "tcp://127.0.0.1:1" };
      const platform = await openPlatform({
        folder,
        mode: "offline",
        environment,
        clock,
        onNotice: () => {},
      });
      if (!platform.ok) throw new Error(platform.failure.kind);
      return platform.value;
    };
    await (await opened())[Symbol.asyncDispose]();
    const movedTo = after(new SystemClock().now(), hours(480));
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), movedTo }));
    {
      await using platform = await opened();
      await platform.setConfigVars({ A: "b" });
      expect(platform.releases().at(-1)?.createdAt).toBeGreaterThanOrEqual(movedTo);
      expect(platform.clock().offset).toBeGreaterThan(hours(479));
    }
    {
      await using platform = await opened("real");
      expect(platform.clock().offset).toBe(0);
    }
    await using platform = await opened();
    expect(platform.clock().offset).toBe(0);
    rmSync(folder, { recursive: true });
  });

  it("a disk that does not take it is no end of the app", async () => {
    const app = new PlatformOnFake();
    await app.deploy();
    await app.platform.settled();
    rmSync(app.folder, { recursive: true });
    expect(await app.platform.advanceClock(hours(1))).toMatchObject({ ok: true });
    await app.platform[Symbol.asyncDispose]();
  });
});
