import { expect, it } from "vitest";
import { PlatformOnFake } from "./platform-on-fake.ts";

it("idle waits for a boot, and then puts to sleep what has booted", async () => {
  await using app = new PlatformOnFake();
  await app.deploy();
  await app.platform.settled();
  const launches = Promise.withResolvers<void>();
  app.engine.onLaunch = (dyno) => launches.promise.then(() => dyno.listen());
  await app.platform.restart({ kind: "all" });
  const idled = app.platform.idle();
  launches.resolve();
  expect(await idled).toEqual({ ok: true });
  expect(app.platform.dynos().map(({ name, state }) => `${name} ${state}`)).toEqual(["web.1 idle"]);
});
