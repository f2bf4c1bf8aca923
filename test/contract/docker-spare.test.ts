import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { invariant } from "../../src/kernel/invariant.ts";
import { openDockerStage } from "./docker-stage.ts";
import { specOf, until, valueOf, WatchedDyno, type Stage } from "./stage.ts";

const HOLDER: string = fileURLToPath(new URL("../fixtures/holds-a-spare.ts", import.meta.url));

describe("a spare on Docker (engine.md 7)", () => {
  let stage: Stage;
  beforeAll(async () => void (stage = await openDockerStage()));
  afterAll(() => stage[Symbol.asyncDispose]());

  const running = async (): Promise<readonly Docker.ContainerInfo[]> =>
    new Docker().listContainers({ filters: { label: [`dynosim=${stage.app.instance}`] } });

  it("gives its dyno no standard input, and no process more than another has", async () => {
    const spare = valueOf(
      await stage.engine.prepare(specOf(stage, "cat; ps -eo args= | grep -c .; echo end")),
    );
    const launched = spare.go();
    invariant(launched !== undefined, "the spare has gone");
    await using dyno = new WatchedDyno(launched);
    await using usual = new WatchedDyno(
      valueOf(await stage.engine.launch(specOf(stage, "cat; ps -eo args= | grep -c .; echo end"))),
    );
    expect([await dyno.end(), await usual.end()]).toMatchObject([{ status: 0 }, { status: 0 }]);
    expect(dyno.text()).toBe(usual.text());
    expect(dyno.text()).toMatch(/^\d+\nend\n$/);
  });

  it("ends by itself when the dynosim that holds it is killed", async () => {
    const holder = spawn(process.execPath, [HOLDER, JSON.stringify(specOf(stage, "./puppet wait"))], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const killed = once(holder, "exit");
    await once(holder.stdout, "data");
    expect(await running()).toHaveLength(1);
    holder.kill("SIGKILL");
    await killed;
    await until(async () => (await running()).length === 0);
  });
});
