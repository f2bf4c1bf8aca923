import { expect, it } from "vitest";
import type { Files } from "../rig.ts";
import { NodeRig } from "./rig.ts";

it("A1.package-json: enough, whatever it holds", async () => {
  await using rig = await NodeRig.open();
  const { output, status } = await rig.detect({ "package.json": "not even JSON" });
  expect({ output, status }).toEqual({ output: "Node.js\n", status: 0 });
});

it("A1.package-json: nothing else is a hint", async () => {
  await using rig = await NodeRig.open();
  const files = {
    "index.js": "",
    "yarn.lock": "",
    ".nvmrc": "22",
    "sub/package.json": "{}",
    "Package.json": "{}",
  };
  expect((await rig.detect(files)).status).toBe(1);
});

it.for<[rule: string, files: Files, heading: string]>([
  [
    "A1.slugignored",
    { ".slugignore": "*.md\r\npackage.json\r\n" },
    "'package.json' is listed in '.slugignore'.",
  ],
  ["A1.gitignored", { ".gitignore": "package.json" }, "'package.json' is listed in '.gitignore'."],
  [
    "A1.slugignored: first",
    { ".slugignore": "package.json", ".gitignore": "package.json" },
    "in '.slugignore'.",
  ],
  [
    "A1.nothing: not exactly that line",
    { ".gitignore": "/package.json\n#package.json" },
    "not look like a Node.js app.",
  ],
])("%s", async ([, files, heading], { expect }) => {
  await using rig = await NodeRig.open();
  const { output, raw, status } = await rig.detect(files);
  expect(status).toBe(1);
  expect(output).toMatch(/^\n !     ERROR: /);
  expect(output).toContain(heading);
  expect(raw).toContain("\u001b[1;31m !     ERROR: ");
});

it("A1.nothing: lists the root", async () => {
  await using rig = await NodeRig.open();
  const { output } = await rig.detect({ ".hidden": "", "b file.js": "", lib: null });
  expect(output).toMatchInlineSnapshot(`
    "
     !     ERROR: This does not look like a Node.js app.
     !     
     !     The Node.js buildpack knows an app by the file 'package.json' in its root,
     !     and there is none. What is there:
     !     
     !     b file.js
     !     lib/
     !     
     !     If your app is a Node.js app, run 'npm init' in its root and commit
     !     'package.json'. If it is not, choose another buildpack.

    "
  `);
});
