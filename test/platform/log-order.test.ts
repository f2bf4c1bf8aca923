import { describe, expect, it } from "vitest";
import { millis } from "../../src/kernel/units.ts";
import { PlatformOnFake } from "./platform-on-fake.ts";

/** What the log has gained since the last call, without the commands. */
class Log {
  readonly #rig: PlatformOnFake;
  #told = 0;

  constructor(rig: PlatformOnFake) {
    this.#rig = rig;
  }

  /** `advance` waits until nothing is on its way. */
  async next(): Promise<readonly string[]> {
    await this.#rig.platform.advanceClock(millis(0));
    const lines = this.#rig.story().map((line) => line.replace(/`.*`/, "..."));
    return lines.slice(this.#told, (this.#told = lines.length));
  }
}

const E = "by user me@example.com";
const REPLACED = (name: string): readonly string[] => [
  `${name} Restarting`,
  `${name} State changed from up to starting`,
  `${name} Stopping all processes with SIGTERM`,
];
const STARTED = (name: string): readonly string[] => [
  `${name} Starting process with command ...`,
  `${name} State changed from starting to up`,
];

describe("the order of the log (heroku.md 2.8)", () => {
  it("creation, first deploy, config change, scale, rollback", async () => {
    await using rig = new PlatformOnFake();
    rig.app.create();
    const log = new Log(rig);
    expect(await log.next()).toEqual([
      `api Release v1 created ${E}`,
      `api Initial release ${E}`,
      `api Enable Logplex ${E}`,
      `api Release v2 created ${E}`,
    ]);

    await rig.deploy();
    expect(await log.next()).toEqual([
      `api Deploy 01234567 ${E}`,
      `api Release v3 created ${E}`,
      `api Scaled to web@1:Eco worker@0:Eco ${E}`,
      "api Build succeeded",
      ...STARTED("web.1"),
    ]);

    await rig.platform.setConfigVars({ B: "2", A: "1" });
    const changed = await log.next();
    expect(changed.slice(0, 5)).toEqual([
      `api Set B, A config vars ${E}`,
      `api Release v4 created ${E}`,
      ...REPLACED("web.1"),
    ]);
    // the old one's end comes when it comes. heroku.md 2.3
    expect(changed.slice(5).toSorted()).toEqual(
      [...STARTED("web.1"), "web.1 Process exited with status 143"].toSorted(),
    );

    await rig.platform.scale([{ type: "web", quantity: "0", size: undefined }]);
    expect(await log.next()).toEqual([
      `api Scaled to web@0:Eco worker@0:Eco ${E}`,
      "web.1 State changed from up to down",
      "web.1 Stopping all processes with SIGTERM",
      "web.1 Process exited with status 143",
    ]);

    await rig.platform.rollback(3);
    expect(await log.next()).toEqual([`api Rollback to v3 ${E}`, `api Release v5 created ${E}`]);
  });

  it("several dynos of several types: each is told to stop before the new ones start", async () => {
    await using rig = new PlatformOnFake();
    await rig.deploy();
    await rig.platform.scale([
      { type: "web", quantity: "2", size: "standard-1x" },
      { type: "worker", quantity: "1", size: "standard-1x" },
    ]);
    const log = new Log(rig);
    await log.next();
    await rig.platform.setConfigVars({ A: null });
    const told = await log.next();
    expect(told.slice(0, 11)).toEqual([
      `api Remove A config vars ${E}`,
      `api Release v2 created ${E}`,
      ...REPLACED("web.1"),
      ...REPLACED("web.2"),
      ...REPLACED("worker.1"),
    ]);
    for (const name of ["web.1", "web.2", "worker.1"]) {
      expect(told.filter((line) => line.startsWith(`${name} `)).toSorted()).toEqual(
        [...REPLACED(name), ...STARTED(name), `${name} Process exited with status 143`].toSorted(),
      );
    }
  });

  it("a type that the Procfile lost stops, and the others are replaced", async () => {
    await using rig = new PlatformOnFake();
    await rig.deploy({ formation: "all" });
    const log = new Log(rig);
    await log.next();
    rig.processTypes = { web: "serve better" };
    await rig.deploy();
    const told = await log.next();
    expect(told.filter((line) => line.startsWith("worker.1"))).toEqual([
      "worker.1 State changed from up to down",
      "worker.1 Stopping all processes with SIGTERM",
      "worker.1 Process exited with status 143",
    ]);
    expect(rig.platform.dynos().map(({ name, command }) => `${name} ${command}`)).toEqual([
      "web.1 serve better",
    ]);
    // it is remembered for when it comes back
    rig.processTypes = { web: "serve better", worker: "work" };
    await rig.deploy();
    expect(rig.platform.formation().map(({ type, quantity }) => `${type}=${quantity}`)).toEqual([
      "web=1",
      "worker=1",
    ]);
  });
});
