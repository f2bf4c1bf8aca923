import { join } from "node:path";
import { expect, it } from "vitest";
import { readOr, type Files } from "../rig.ts";
import { PythonRig } from "./rig.ts";

const APP = { "requirements.txt": "", ".python-version": "3.13\n" };

it.concurrent.for<[name: string, files: Files, said: readonly string[]]>([
  ["an app by pip", APP, ["DISABLE_COLLECTSTATIC", "PIP_EXTRA_INDEX_URL", "PYTHONPATH"]],
  [
    "a hook sees them all",
    { ...APP, "bin/post_compile": "true" },
    ["*", "DISABLE_COLLECTSTATIC", "PIP_EXTRA_INDEX_URL", "PYTHONPATH"],
  ],
])("says which config vars take part in the build: %s", async ([, files, said], { expect }) => {
  await using rig = await PythonRig.open();
  const file = join(rig.root, "config-read");
  expect((await rig.compile({ files, env: { DYNOSIM_CONFIG_READ_FILE: file } })).status).toBe(0);
  const lines = (await readOr(file, "")).split("\n").filter((line) => line !== "");
  expect([...new Set(lines)].toSorted()).toEqual(said);
});

it("needs nobody to ask", async () => {
  await using rig = await PythonRig.open();
  expect((await rig.compile({ files: APP })).status).toBe(0);
});
