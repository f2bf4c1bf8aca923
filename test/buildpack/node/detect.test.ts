import { expect, it } from "vitest";
import { NodeRig } from "./rig.ts";

it("A1.package-json: enough, whatever it holds", async () => {
  await using rig = await NodeRig.open();
  const { output, status } = await rig.detect({ "package.json": "not even JSON" });
  expect({ output, status }).toEqual({ output: "Node.js\n", status: 0 });
});
