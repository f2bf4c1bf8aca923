import { expect, it } from "vitest";
import { minutes } from "../../src/kernel/units.ts";
import { explain } from "../../src/platform/explain.ts";
import { PlatformOnFake } from "./platform-on-fake.ts";

it("features are off until somebody turns them on, and that is kept", async () => {
  await using rig = new PlatformOnFake();
  expect(rig.platform.features().map(({ name, state, enabled }) => `${name} ${state} ${enabled}`)).toEqual([
    "http-disable-http2 beta false",
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

it("preboot is refused to dynos smaller than standard, and taken by them (heroku.md 1.2)", async () => {
  await using rig = new PlatformOnFake();
  await rig.deploy();
  const refused = rig.platform.setFeature("preboot", true);
  if (refused.ok) throw new Error("taken");
  expect(explain(refused.failure)).toEqual({
    title: "Preboot is not available to Eco dynos.",
    body: "It takes an app whose web dynos are of type standard or performance.",
    next: "Give it larger ones first: dynosim ps:type web=standard-1x",
    exitCode: 1,
  });
  await rig.platform.scale([
    { type: "web", quantity: "1", size: "standard-1x" },
    { type: "worker", quantity: "0", size: "standard-1x" },
  ]);
  expect(rig.platform.setFeature("preboot", true).ok).toBe(true);
  // until the resized dyno is up: one that boots has nothing to serve on with
  await rig.platform.advanceClock(minutes(0));
  const before = rig.engine.dynos.length;
  await rig.platform.setConfigVars({ A: "1" });
  expect(rig.engine.dynos.length).toBe(before + 1);
  const scaled = await rig.platform.scale([{ type: "worker", quantity: "1", size: undefined }]);
  if (scaled.ok) throw new Error("scaled");
  expect(explain(scaled.failure).title).toBe("The formation cannot be changed while preboot is under way.");
  await rig.platform.advanceClock(minutes(3));
  expect((await rig.platform.scale([{ type: "worker", quantity: "1", size: undefined }])).ok).toBe(true);
});
