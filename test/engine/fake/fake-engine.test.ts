import { describe, expect, it } from "vitest";
import { FakeEngine } from "../../../src/engine/fake/fake-engine.ts";
import type { ImageId } from "../../../src/heroku/names.ts";
import { mebibytes } from "../../../src/kernel/units.ts";
import { launch, newApp, specOf, WEB_PORT } from "../../contract/stage.ts";

function stage(engine: FakeEngine): Parameters<typeof launch>[0] {
  return {
    engine,
    app: newApp(),
    image: "i" as ImageId,
    port: WEB_PORT,
    [Symbol.asyncDispose]: async () => {},
  };
}

describe("the fake engine", () => {
  it("binds at once and ends politely, unless told otherwise", async () => {
    const engine = new FakeEngine();
    const dyno = await launch(stage(engine), "x", { port: WEB_PORT });
    expect(await dyno.launched.listeners()).toMatchObject([{ port: WEB_PORT, loopback: false }]);
    await dyno.launched.signal("SIGTERM");
    expect(await dyno.end()).toMatchObject({ status: 143 });
    expect(engine.dynos[0]?.signals).toEqual(["SIGTERM"]);
  });

  it("does what the test says", async () => {
    const engine = new FakeEngine();
    engine.onLaunch = () => {};
    const dyno = await launch(stage(engine), "x", { dyno: "web.1", port: WEB_PORT });
    const app = engine.dyno("web.1");
    expect(await dyno.launched.listeners()).toEqual([]);
    app?.useMemory({ rss: mebibytes(600) });
    expect((await dyno.launched.memory())?.rss).toBe(mebibytes(600));
    let killed = 0;
    dyno.launched.onOutOfMemory(() => killed++);
    app?.killChildForMemory();
    expect(killed).toBe(1);
    app?.print("good-bye");
    app?.runOutOfMemory();
    app?.exit(0);
    expect(await dyno.end()).toEqual({ status: 137, outOfMemory: true, lost: false });
    expect(dyno.text()).toBe("good-bye\n");
  });

  it("fails when told to, once", async () => {
    const engine = new FakeEngine();
    engine.failNext({ kind: "engine-unreachable", tried: [] });
    const spec = specOf(stage(engine), "x");
    expect(await engine.launch(spec)).toMatchObject({ ok: false });
    expect(await engine.launch(spec)).toMatchObject({ ok: true });
  });

  it("loses its dynos as a stopped engine does", async () => {
    const engine = new FakeEngine();
    const dyno = await launch(stage(engine), "x");
    engine.lose();
    expect(await dyno.end()).toMatchObject({ lost: true });
  });
});
