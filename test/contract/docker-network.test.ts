import { connect } from "node:net";
import { text } from "node:stream/consumers";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { invariant } from "../../src/kernel/invariant.ts";
import type { Address } from "../../src/engine/launched.ts";
import { openDocker, openDockerStage } from "./docker-stage.ts";
import { newApp, puppet, valueOf, WEB_PORT, type Stage } from "./stage.ts";

const docker = new Docker();

function call(address: Address | undefined): Promise<string> {
  invariant(address !== undefined, "a web dyno has an address");
  return text(connect(address.port, address.host)).catch((error: NodeJS.ErrnoException) => error.code ?? "");
}

describe("the network of an app", () => {
  let stage: Stage;
  beforeAll(async () => void (stage = await openDockerStage()));
  afterAll(() => stage[Symbol.asyncDispose]());

  const web = { dyno: "web.1", port: WEB_PORT };

  it("leads from the router to a dyno that listens, and refuses before that", async () => {
    await using silent = await puppet(stage, "wait", web);
    await silent.said("ready");
    expect(await call(silent.launched.address)).toMatch(/ECONNREFUSED|ECONNRESET/);
    await using dyno = await puppet(stage, "serve", web);
    await dyno.said("bound");
    expect(await call(dyno.launched.address)).toBe("web.1\n");
  });

  it("does not lead from dyno to dyno", async () => {
    await using first = await puppet(stage, "serve", web);
    await first.said("bound");
    const address = first.launched.address;
    await using second = await puppet(stage, `reach ${address?.host} ${address?.port}`, { dyno: "web.2" });
    await second.end();
    expect(second.text()).toBe("not reached\n");
  });

  it("is made once, and goes with the app", async () => {
    await using engine = await openDocker();
    const app = newApp();
    const made = await Promise.all([engine.openApp(app), engine.openApp(app), engine.openApp(app)]);
    expect(made.map((result) => result.ok)).toEqual([true, true, true]);
    expect(await networksOf(app.instance)).toBe(1);
    await engine.closeApp(app, "running");
    expect(await networksOf(app.instance)).toBe(0);
    valueOf(await engine.openApp(app));
    await engine.closeApp(app, "everything");
    expect(await networksOf(app.instance)).toBe(0);
  });
});

async function networksOf(instance: string): Promise<number> {
  const networks = await docker.listNetworks({ filters: { label: [`dynosim=${instance}`] } });
  return networks.length;
}
