import { join } from "node:path";
import { expect, it } from "vitest";
import { readOr } from "../rig.ts";
import { NodeRig } from "./rig.ts";

const OWN = ["NODE_*", "NPM_*", "YARN_*", "PNPM_*", "USE_*", "SKIP_*"];

it.concurrent.for<[scripts: Record<string, string>, said: readonly string[]]>([
  [{}, OWN],
  [{ start: "node server.js" }, OWN],
  [{ build: "vite build" }, ["*"]],
  [{ "heroku-postbuild": "" }, ["*"]],
  [{ postinstall: "prisma generate" }, ["*"]],
])("says which config vars take part in the build: scripts %j", async ([scripts, said], { expect }) => {
  await using rig = await NodeRig.open();
  const file = join(rig.root, "config-read");
  await rig.compile({ packageJson: { name: "app", scripts }, env: { DYNOSIM_CONFIG_READ_FILE: file } });
  expect((await readOr(file, "")).split("\n").filter((line) => line !== "")).toEqual(said);
});

it("needs nobody to ask", async () => {
  await using rig = await NodeRig.open();
  expect((await rig.compile()).status).toBe(0);
});
