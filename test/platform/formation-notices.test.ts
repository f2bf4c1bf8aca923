import { expect, it } from "vitest";
import { PlatformOnFake } from "./platform-on-fake.ts";

async function noticed(rig: PlatformOnFake): Promise<readonly string[]> {
  const deployed = await rig.deploy();
  if (!deployed.ok) throw new Error(deployed.failure.kind);
  return deployed.value.notices;
}

it("a process type that only --dyno-type knows is named once and forgotten; one that the Procfile lost is kept", async () => {
  await using rig = new PlatformOnFake();
  rig.app.change({ formation: { wbe: { quantity: 0, size: "basic" } } });
  expect(await noticed(rig)).toEqual([
    "--dyno-type names wbe, which the Procfile has not: it has web, worker.",
  ]);
  rig.processTypes = { web: "serve" };
  expect(await noticed(rig)).toEqual([]);
  expect(Object.keys(rig.saved().formation)).toEqual(["web", "worker"]);
});

it("Basic beside another type runs, and it is told that Heroku may refuse it", async () => {
  await using rig = new PlatformOnFake();
  rig.app.change({
    formation: { web: { quantity: 1, size: "basic" }, worker: { quantity: 1, size: "standard-1x" } },
  });
  expect(await noticed(rig)).toEqual([
    "Basic beside Standard-1X runs here; Heroku's API refused the two in one app in December 2022, and may still do so.",
  ]);
  await rig.platform.scale([{ type: "worker", quantity: "0", size: undefined }]);
  expect(await noticed(rig)).toEqual([]);
});
