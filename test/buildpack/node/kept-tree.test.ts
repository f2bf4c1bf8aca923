import { appendFile, chmod, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { app, under } from "./built-by.ts";
import { NodeRig, type NodeScript } from "./rig.ts";

const APP = { packageJson: { engines: { node: "22.x" }, scripts: { start: "x" } } };

/** The folder of the release that the last build has unpacked. */
async function keptNode(rig: NodeRig): Promise<string> {
  const folder = (await rig.kept()).find((name) => /^node-linux-\w+-22\.23\.3$/.test(name));
  if (folder === undefined) throw new Error(`nothing unpacked among ${(await rig.kept()).join(" ")}`);
  return join(rig.cache, "binaries", folder);
}

it("A5.kept: a second build links what the first unpacked, and does not ask Node.js for its version", async () => {
  await using rig = await NodeRig.withOwnRegistry();
  const first = await rig.compile(APP);
  const kept = await keptNode(rig);
  await rm(`${kept}.tgz`);
  await rm(rig.registry, { recursive: true });
  // A Node.js that would not answer.
  const second = await rig.compile({ ...APP, puppet: { broken: "" } });
  expect(second).toMatchObject({ status: 0 });
  expect(under(second.output, "Installing binaries")).toEqual(under(first.output, "Installing binaries"));
  const [there, here] = await Promise.all([
    stat(join(kept, "tree/bin/node")),
    stat(join(rig.buildDir, ".heroku/node/bin/node")),
  ]);
  expect(here.ino).toBe(there.ino);
});

it.each([
  ["written into", async (tree: string) => await appendFile(join(tree, "bin/node"), "exit 1\n")],
  ["without a file", async (tree: string) => await rm(join(tree, "bin/node"))],
  ["not executable", async (tree: string) => await chmod(join(tree, "bin/node"), 0o644)],
  ["with a file more", async (tree: string) => await writeFile(join(tree, "bin/more"), "")],
  ["gone, its digest left", async (tree: string) => await rm(tree, { recursive: true })],
  ["without its digest", async (tree: string) => await rm(join(tree, "../state"))],
])("A5.kept: what is kept is %s: unpacked anew, without a download", async (_name, damage) => {
  await using rig = await NodeRig.withOwnRegistry();
  const first = await rig.compile(APP);
  const tree = join(await keptNode(rig), "tree");
  const node = await readFile(join(tree, "bin/node"), "utf8");
  await damage(tree);
  await rm(rig.registry, { recursive: true });
  const second = await rig.compile(APP);
  expect(second).toMatchObject({ status: 0 });
  expect(under(second.output, "Installing binaries")).toEqual(under(first.output, "Installing binaries"));
  for (const copy of [join(tree, "bin/node"), join(rig.buildDir, ".heroku/node/bin/node")]) {
    expect(await readFile(copy, "utf8")).toBe(node);
    expect((await stat(copy)).mode & 0o111).not.toBe(0);
  }
  expect(await readdir(join(tree, "bin"))).toEqual(["node", "npm", "npx"]);
});

it("A5.kept: nothing that another checksum refused, of Node.js or of its npm", async () => {
  for (const file of ["files/node-22.23.3.tgz", "files/npm-10.9.4.tgz"]) {
    await using rig = await NodeRig.withOwnRegistry();
    await writeFile(join(rig.registry, file), "something else");
    expect((await rig.compile(APP)).failure).toBe("checksum-validation-failed");
    const folders = (await readdir(join(rig.cache, "binaries"), { withFileTypes: true })).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.map(({ name }) => name)).toEqual([]);
  }
});

it("A5.kept: one release", async () => {
  await using rig = await NodeRig.open();
  await rig.compile(APP);
  const former = await keptNode(rig);
  await rig.compile({ packageJson: { engines: { node: "24.x" } } });
  expect(await rig.kept()).not.toContain(basename(former));
  const folders = (await readdir(join(rig.cache, "binaries"), { withFileTypes: true })).filter((entry) =>
    entry.isDirectory(),
  );
  expect(folders).toHaveLength(1);
});

describe.each([
  ["npm", "npm", app("npm", { fields: { engines: { npm: "10.9.0" } } })],
  ["Yarn 1", "yarn", app("yarn1")],
  ["Yarn 2 and later", "yarn", app("yarn")],
  ["pnpm", "pnpm", app("pnpm")],
])("%s", (_name, tool, script) => {
  const isGlobal = (call: string): boolean => /^npm (view|install .*--global) /.test(call);

  it("A5.kept: a second build installs it without npm", async () => {
    await using rig = await NodeRig.open();
    const first = await rig.compile(script);
    expect((await rig.calls()).filter(isGlobal)).not.toEqual([]);
    const second = await rig.compile(script);
    expect(second).toMatchObject({ status: 0 });
    expect(under(second.output, "Installing binaries")).toEqual(under(first.output, "Installing binaries"));
    expect((await rig.calls()).filter(isGlobal)).toEqual([]);
    await appendFile(join(rig.cache, `binaries/global-${tool}/tree/bin/${tool}`), "exit 1\n");
    const third = await rig.compile(script);
    expect(under(third.output, "Installing binaries")).toEqual(under(first.output, "Installing binaries"));
    expect((await rig.calls()).filter(isGlobal)).not.toEqual([]);
  });
});

it("A5.kept: a range is asked for again after an hour, a release is not; offline neither", async () => {
  const ago = new Date(Date.now() - 61 * 60_000);
  for (const [range, offline, isAsked] of [
    ["10.18.x", "", true],
    ["10.18.x", "1", false],
    ["10.18.0", "", false],
  ] as const) {
    await using rig = await NodeRig.open();
    const script = app("pnpm", { fields: { packageManager: `pnpm@${range}` } });
    await rig.compile(script);
    await rig.calls();
    await utimes(join(rig.cache, "binaries/global-pnpm/request"), ago, ago);
    expect(await rig.compile({ ...script, env: { DYNOSIM_OFFLINE: offline } })).toMatchObject({ status: 0 });
    expect((await rig.calls()).some((call) => call.includes(" --global "))).toBe(isAsked);
  }
});

it("A5.kept: another Yarn is installed, and one that is not to be had leaves what was kept", async () => {
  await using rig = await NodeRig.open();
  const script = (version: string): NodeScript =>
    app("yarn", { fields: { packageManager: `yarn@${version}` } });
  await rig.compile(script("4.9.1"));
  const other = await rig.compile(script("4.9.2"));
  expect(other.output).toContain("Using yarn 4.9.2");
  const puppet = { unpublished: "@yarnpkg/cli-dist@4.9.3\n" };
  expect(await rig.compile({ ...script("4.9.3"), puppet })).toMatchObject({ failure: "yarn-install-failed" });
  expect((await rig.kept()).filter((name) => name.startsWith("global-"))).toEqual(["global-yarn"]);
  await rig.calls();
  expect((await rig.compile(script("4.9.2"))).output).toContain("Using yarn 4.9.2");
  expect((await rig.calls()).some((call) => call.includes(" --global "))).toBe(false);
});
