import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Installed } from "./installed.ts";
import { ENGINE, leftInEngine } from "./in-engine.ts";

const NEWLY: readonly string[] = [
  ".gitignore",
  "sent-source",
  ...(ENGINE === "docker" ? ["slug-files"] : []),
  "slug-trees",
  "state.json",
  "state.previous.json",
];

let installed: Installed;
let tests: string;
beforeAll(async () => {
  installed = await Installed.withExamples(
    ["testing", "sleepy-gunicorn"],
    ["testing/app", "sleepy-gunicorn"],
  );
  tests = join(installed.folder, "examples/testing");
});
afterAll(async () => {
  await installed[Symbol.asyncDispose]();
});

/** The place in the engine of the app that tests of a folder have. */
function instanceOf(folder: string): string {
  const state = readFileSync(join(folder, ".dynosim/testing/state.json"), "utf8");
  return (JSON.parse(state) as { readonly instance: string }).instance;
}

it("the examples pass, against the package as it is installed, and leave nothing but .dynosim", async () => {
  const before = readdirSync(join(tests, "app"));
  const { stdout } = await execa("vitest", ["run", "--reporter=verbose"], { cwd: tests, preferLocal: true });
  expect(stdout).toMatch(/Tests .*3 passed/);
  const nodes = await execa(process.execPath, ["--test", "lost-file.mjs"], { cwd: tests });
  expect(nodes.stdout).toMatch(/^. pass 1$/m);
  expect(readdirSync(join(tests, "app")).toSorted()).toEqual([".dynosim", ...before].toSorted());
  expect(readdirSync(join(tests, "app/.dynosim"))).toEqual(["testing"]);
  expect(readdirSync(join(tests, "app/.dynosim/testing")).toSorted()).toEqual(NEWLY);
  for (const folder of ["app", "../sleepy-gunicorn"])
    expect(await leftInEngine(instanceOf(join(tests, folder)))).toEqual([]);
});

it("a plain script: one app to a folder, a new app each time, and no build when nothing changed", async () => {
  const script = `
    import assert from "node:assert/strict";
    import { createDynosim } from "dynosim/testing";
    const app = await createDynosim({ folder: "app" });
    assert.equal(app.build.at(-1), "       Released v3");
    await assert.rejects(createDynosim({ folder: "app" }), /has .*app open already[^]*this process itself/);
    await app.config.set({ A: "2", B: "3" });
    assert.equal(app.dynos[0].releaseVersion, 4);
    assert.equal((await app.run('echo "$A$B$C"', { env: { C: "4" } })).stdout, "234\\n");
    await app.scale({ web: { quantity: 1, size: "basic" } });
    await app.close();
    await assert.rejects(app.restart(), /app is not up/);
    const again = await createDynosim({ folder: "app" });
    assert.deepEqual(again.build, ["-----> Launching...", "       Released v3"]);
    assert.deepEqual([again.config.all, again.dynos[0].size], [{}, "eco"]);
    await again.close();
  `;
  writeFileSync(join(tests, "plain.mjs"), script);
  const { stdout, stderr } = await execa(process.execPath, ["plain.mjs"], { cwd: tests });
  expect([stdout, stderr]).toEqual(["", ""]);
});

it("a build that fails says why; SIGTERM leaves nothing of an app that nobody closed", async () => {
  const script = `
    import { createDynosim } from "dynosim/testing";
    await createDynosim({ folder: "app" });
    await createDynosim({ folder: "../sleepy-gunicorn", workingTree: true }).catch((error) => {
      console.log(error.name + ": " + error.message);
    });
    console.log("up");
    setInterval(() => {}, 1000);
  `;
  writeFileSync(join(tests, "open.mjs"), script);
  writeFileSync(join(tests, "../sleepy-gunicorn/requirements.txt"), "gunicorn==0.0.999\n");
  const host = execa(process.execPath, ["open.mjs"], { cwd: tests, reject: false });
  let told = "";
  host.stdout.on("data", (chunk: Buffer) => (told += chunk.toString()));
  await expect.poll(() => told, { timeout: 120_000 }).toMatch(/^up$/m);
  expect(told).toMatch(/^DynosimError: The Python app could not be compiled/);
  expect(told).toMatch(
    /\nThe last lines of the build:\n[^]*No matching distribution found for gunicorn==0\.0\.999/,
  );
  expect(await leftInEngine(instanceOf(join(tests, "app")))).not.toEqual([]);
  host.kill("SIGTERM");
  expect((await host).signal).toBe("SIGTERM");
  expect(await leftInEngine(instanceOf(join(tests, "app")))).toEqual([]);
});
