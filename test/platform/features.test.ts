import { expect, it } from "vitest";
import { explain } from "../../src/platform/explain.ts";
import { PlatformOnFake } from "./platform-on-fake.ts";

it("features are off until somebody turns them on, and that is kept", async () => {
  await using rig = new PlatformOnFake();
  expect(rig.platform.features().map(({ name, state, enabled }) => `${name} ${state} ${enabled}`)).toEqual([
    "http-disable-keepalive-to-dyno beta false",
    "http-end-to-end-continue beta false",
    "http-session-affinity general false",
    "log-runtime-metrics beta false",
    "preboot general false",
    "runtime-dyno-build-metadata beta false",
    "runtime-dyno-metadata beta false",
  ]);
  for (const enabled of [true, true, false]) {
    expect(rig.platform.setFeature("log-runtime-metrics", enabled)).toMatchObject({
      ok: true,
      value: { name: "log-runtime-metrics", enabled },
    });
    expect(rig.saved().features).toEqual(enabled ? ["log-runtime-metrics"] : []);
  }
});

it("a name that is none is refused with the nearest", async () => {
  await using rig = new PlatformOnFake();
  const set = rig.platform.setFeature("log-runtime-metric", true);
  if (set.ok) throw new Error("taken");
  expect(explain(set.failure)).toMatchObject({
    title: "Couldn't find that app feature.",
    body: expect.stringMatching(
      /^There is no log-runtime-metric\. Did you mean log-runtime-metrics\? There are preboot, /,
    ),
  });
});
