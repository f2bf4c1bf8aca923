import { expect, it } from "vitest";
import { PlatformOnFake } from "./platform-on-fake.ts";

function states(app: PlatformOnFake): readonly string[] {
  return app.platform.dynos().map(({ name, state }) => `${name} ${state}`);
}

it("an engine that goes away: dynos are shown as lost and start again; a one-off dyno ends with status 1", async () => {
  await using app = new PlatformOnFake();
  expect((await app.deploy()).ok).toBe(true);
  await expect.poll(() => states(app)).toEqual(["web.1 up"]);
  const before = app.platform.dynos()[0]?.id;
  const run = await app.platform.run({
    command: "sleep 1000",
    env: {},
    size: undefined,
    attach: undefined,
    type: undefined,
  });
  if (!run.ok) throw new Error(run.failure.kind);

  app.engine.lose();
  await expect.poll(() => states(app)).toEqual(["web.1 lost"]);
  expect(await run.value.exit).toBe(1);
  expect(app.platform.ready()).toBe(false);

  app.engine.comeBack();
  await expect.poll(() => states(app)).toEqual(["web.1 up"]);
  expect(app.platform.dynos()[0]?.id).not.toBe(before);
  expect(app.story().filter((line) => line === "web.1 Error R99 (Platform error)")).toHaveLength(1);
});
