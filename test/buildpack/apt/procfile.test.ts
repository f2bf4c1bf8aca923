import { readdir } from "node:fs/promises";
import { expect, it } from "vitest";
import { Rig } from "../rig.ts";

it("C.procfile: nothing is compiled, and nothing is added", async () => {
  await using rig = new Rig(await Rig.furnish("procfile"));
  const files = { Procfile: "web: ./run\n", run: "#!/bin/sh\n" };
  expect(await rig.detect(files)).toMatchObject({ status: 0, output: "Procfile\n" });
  expect(await rig.compile({ files })).toMatchObject({
    status: 0,
    output: "-----> Nothing to compile: the slug is the source\n",
  });
  expect((await readdir(rig.buildDir)).toSorted()).toEqual(["Procfile", "run"]);
  expect(await rig.release()).toMatchObject({ status: 0, output: "--- {}\n" });
});

it("C.procfile: without a Procfile it does not match", async () => {
  await using rig = new Rig(await Rig.furnish("procfile"));
  expect(await rig.detect({ procfile: "web: x\n" })).toMatchObject({
    status: 1,
    output: "There is no 'Procfile' at the top level of the app.\n",
  });
});
