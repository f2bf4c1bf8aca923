import { expect, it } from "vitest";
import { PlatformOnFake } from "./platform-on-fake.ts";

function told(rig: PlatformOnFake): Readonly<Record<string, string>> {
  const { env } = rig.engine.dyno("web.1")!.spec;
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith("HEROKU_")));
}

it("metadata comes with the next deploy, stays over other releases, and goes with the next deploy (heroku.md 5.2)", async () => {
  await using rig = new PlatformOnFake();
  const slug = await rig.compiled();
  rig.onCompile = async () => slug;
  const before = await rig.deploy();
  rig.platform.setFeature("runtime-dyno-metadata", true);
  await rig.platform.setConfigVars({ A: "1" });
  expect(told(rig)).toEqual({});

  // the same slug, and yet a release: this deploy is what the feature waited for
  await rig.deploy();
  expect(told(rig)).toMatchObject({ HEROKU_APP_NAME: "app", HEROKU_RELEASE_VERSION: "v3" });
  expect(told(rig)["HEROKU_DYNO_ID"]).toBe(rig.platform.dynos()[0]?.id);
  await rig.deploy();
  expect(rig.platform.releases().length).toBe(3);

  await rig.platform.setConfigVars({ A: "2" });
  expect(told(rig)["HEROKU_RELEASE_VERSION"]).toBe("v4");
  const ran = await rig.platform.run({
    command: "env",
    env: {},
    size: undefined,
    attach: undefined,
    type: undefined,
  });
  expect(ran.ok).toBe(true);
  expect(rig.engine.dynos.at(-1)?.spec.env).toMatchObject({ HEROKU_RELEASE_VERSION: "v4" });

  rig.platform.setFeature("runtime-dyno-metadata", false);
  await rig.deploy();
  expect(told(rig)).toEqual({});
  expect(before.ok).toBe(true);
});
