import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Outcome } from "../rig.ts";
import { app, under, type Case, type Lock } from "./built-by.ts";
import { NodeRig } from "./rig.ts";

const RESTORING = "Restoring cache";
const CACHING = "Caching build";
const NOT_RESTORED = [
  "       Cached directories were not restored due to a change in version of node, npm, yarn or stack",
  "       Module installation may take longer for this build",
];
/** What the tool would put into its cache, and into node_modules. */
const FILLS = {
  npm: { "npm-ci": 'mkdir -p "$NPM_CONFIG_CACHE"; echo a >"$NPM_CONFIG_CACHE/a"' },
  none: {
    "npm-install":
      "mkdir -p node_modules/dev; echo {} >node_modules/.package-lock.json; echo {} >package-lock.json",
  },
  yarn1: { "yarn-install": 'mkdir -p "$YARN_CACHE_FOLDER"; echo a >"$YARN_CACHE_FOLDER/a"' },
  yarn: { "yarn-install": 'mkdir -p "$YARN_CACHE_FOLDER"; echo a >"$YARN_CACHE_FOLDER/a.zip"' },
  pnpm: { "pnpm-install": 'mkdir -p "$npm_config_store_dir"; echo a >"$npm_config_store_dir/a"' },
} as const;
type Filled = keyof typeof FILLS;

async function compile(
  rig: NodeRig,
  lock: Lock,
  of: Case = {},
  env: Record<string, string> = {},
): Promise<Outcome> {
  return rig.compile({ ...app(lock, of), env });
}

/** A rig in which the installing tool fills its cache. */
async function filled(lock: Filled): Promise<NodeRig> {
  const rig = await NodeRig.open();
  for (const [name, script] of Object.entries(FILLS[lock])) await rig.teach(name, script);
  return rig;
}

it.concurrent.for<[lock: Filled, name: string]>([
  ["npm", "npm cache"],
  ["none", "node_modules"],
  ["yarn1", "yarn cache"],
  ["yarn", "yarn cache"],
  ["pnpm", "pnpm cache"],
])("A8.what: with %s the %s", async ([lock, name], { expect }) => {
  await using rig = await filled(lock);
  const first = await compile(rig, lock);
  expect(under(first.output, RESTORING)).toBeUndefined();
  expect(under(first.output, CACHING)).toEqual([`       - ${name}`]);
  const second = await compile(rig, lock);
  expect(under(second.output, RESTORING)).toEqual([`       - ${name}`]);
  expect(under(second.output, CACHING)).toEqual([`       - ${name}`]);
});

it("A8.what: node_modules are kept as they were before pruning", async () => {
  await using rig = await filled("none");
  await rig.teach("npm-prune", "rm -r node_modules/dev; echo pruned >node_modules/.package-lock.json");
  await compile(rig, "none");
  expect(await readdir(join(rig.buildDir, "node_modules"))).toEqual([".package-lock.json"]);
  await rig.teach("npm-install", "ls -A node_modules; cat node_modules/.package-lock.json");
  const { output } = await compile(rig, "none");
  expect(under(output, "Installing dependencies")).toEqual([
    "       Installing node modules (package.json)",
    "       .package-lock.json",
    "       dev",
    "       {}",
  ]);
});

it("A8.what: not what a build that failed has written into node_modules: they are installed anew", async () => {
  await using rig = await filled("none");
  const installs = "mkdir -p node_modules/dev; echo {} >package-lock.json; cat node_modules/dev/x 2>&1";
  await rig.teach("npm-install", `${installs}; echo 1 >node_modules/dev/x`);
  await compile(rig, "none");
  await rig.teach("npm-install", "echo 2 >>node_modules/dev/x; exit 1");
  expect((await compile(rig, "none")).status).not.toBe(0);
  await rig.teach("npm-install", `${installs}; echo 1 >node_modules/dev/x`);
  const { output } = await compile(rig, "none");
  expect(under(output, RESTORING)).toEqual(["       - node_modules (not cached - skipping)"]);
  expect(output).not.toMatch(/^ +2$/m);
  await rig.teach("npm-install", installs);
  expect(under((await compile(rig, "none")).output, RESTORING)).toEqual(["       - node_modules"]);
  expect(await rig.built("node_modules/dev/x")).toBe("1\n");
});

it("A8.what: bower_components beside it, silent where there are none", async () => {
  await using rig = await filled("npm");
  const files = { "bower_components/jquery/bower.json": "{}" };
  const first = await compile(rig, "npm", { files });
  expect(under(first.output, CACHING)).toEqual(["       - npm cache", "       - bower_components"]);
  const second = await compile(rig, "npm");
  expect(under(second.output, RESTORING)).toEqual(["       - npm cache", "       - bower_components"]);
  expect(await readdir(join(rig.buildDir, "bower_components"))).toEqual(["jquery"]);
});

it("A8.what: an installer that leaves nothing", async () => {
  await using rig = await NodeRig.open();
  const first = await compile(rig, "none");
  expect(under(first.output, CACHING)).toEqual(["       - node_modules (nothing to cache)"]);
  const second = await compile(rig, "none");
  expect(under(second.output, RESTORING)).toEqual(["       - node_modules (not cached - skipping)"]);
  const other = await compile(rig, "npm");
  expect(under(other.output, RESTORING)).toEqual(["       - npm cache (not cached - skipping)"]);
  expect(under(other.output, CACHING)).toEqual(["       - npm cache (nothing to cache)"]);
});

it("A8.what: another manager's cache is not kept", async () => {
  await using rig = await filled("npm");
  await compile(rig, "npm");
  await compile(rig, "none");
  expect(await readdir(join(rig.cache, "node/cache"))).toEqual([]);
});

it("A8.yarn: a cache that came with the source", async () => {
  await using rig = await NodeRig.open();
  const files = { ".yarn/cache/ms.zip": "x" };
  const first = await compile(rig, "yarn", { files });
  const says = ["       - yarn cache is checked into source control and cannot be cached"];
  expect(under(first.output, CACHING)).toEqual(says);
  const environment = await rig.environmentOfLastCall();
  expect(environment.get("YARN_CACHE_FOLDER")).toBe("BUILD_DIR/.yarn/cache");
  expect(environment.get("YARN_ENABLE_IMMUTABLE_CACHE")).toBe("true");
  const second = await compile(rig, "yarn", { files });
  expect(under(second.output, RESTORING)).toEqual(says);
});

it("A8.signature: another Node.js, stack, or node_modules that are committed", async () => {
  await using rig = await filled("npm");
  await compile(rig, "npm");
  const node = await compile(rig, "npm", { fields: { engines: { node: "22.x" } } });
  expect(under(node.output, RESTORING)).toEqual(NOT_RESTORED);
  const stack = await compile(rig, "npm", { fields: { engines: { node: "22.x" } } }, { STACK: "heroku-26" });
  expect(under(stack.output, RESTORING)).toEqual(NOT_RESTORED);
  const prebuilt = await compile(rig, "npm", { files: { "node_modules/a/x": "" } }, { STACK: "heroku-26" });
  expect(under(prebuilt.output, RESTORING)).toEqual(NOT_RESTORED);
});

it("A8.signature: the lockfile is no part of it", async () => {
  await using rig = await filled("npm");
  await compile(rig, "npm");
  const { output } = await compile(rig, "npm", { files: { "package-lock.json": '{"other":1}' } });
  expect(under(output, RESTORING)).toEqual(["       - npm cache"]);
});

it("A8.off: told, nothing kept, and the old cache gone", async () => {
  await using rig = await filled("npm");
  await compile(rig, "npm");
  const off = await compile(rig, "npm", { configVars: { NODE_MODULES_CACHE: "false" } });
  expect(under(off.output, RESTORING)).toEqual([
    "       Caching has been disabled because NODE_MODULES_CACHE=false",
  ]);
  expect(under(off.output, CACHING)).toBeUndefined();
  const on = await compile(rig, "npm");
  expect(under(on.output, RESTORING)).toEqual(["       - npm cache (not cached - skipping)"]);
});

it("A8.directories: cacheDirectories replace the list", async () => {
  await using rig = await filled("npm");
  const fields = { cacheDirectories: ["client/node_modules", "nowhere", "kept here"] };
  const files = { "client/node_modules/a/x": "", "kept here/x": "1" };
  const first = await compile(rig, "npm", { fields, files });
  expect(under(first.output, CACHING)).toEqual([
    "       Saving cacheDirectories (package.json):",
    "       - client/node_modules",
    "       - nowhere (nothing to cache)",
    "       - kept here",
  ]);
  const second = await compile(rig, "npm", { fields, files: { "kept here/x": "2" } });
  expect(under(second.output, RESTORING)).toEqual([
    "       Loading from cacheDirectories (package.json):",
    "       - client/node_modules",
    "       - nowhere (not cached - skipping)",
    "       - kept here (exists - skipping)",
  ]);
  expect(await readdir(join(rig.buildDir, "client/node_modules"))).toEqual(["a"]);
  expect(await rig.built("kept here/x")).toBe("2");
  const changed = await compile(rig, "npm", { fields: { ...fields, engines: { node: "22.x" } } });
  expect(under(changed.output, RESTORING)).toEqual([
    "       Invalidating cache due to a change in version of node, npm, yarn or stack",
    "       Will not restore the following directories for this build:",
    "         client/node_modules",
    "         nowhere",
    "         kept here",
  ]);
});

it("A8.directories: the older spelling, and pnpm, which keeps its store besides", async () => {
  await using rig = await filled("pnpm");
  const fields = { cache_directories: ["node_modules", "out"] };
  const first = await compile(rig, "pnpm", { fields, files: { "out/x": "" } });
  expect(under(first.output, CACHING)).toEqual([
    "       Saving cacheDirectories (package.json):",
    "       - node_modules (skipping because pnpm is used)",
    "       - out",
    "       - pnpm store (included because pnpm is used)",
  ]);
  const second = await compile(rig, "pnpm", { fields });
  expect(under(second.output, RESTORING)).toEqual([
    "       Loading from cacheDirectories (package.json):",
    "       - node_modules (skipping because pnpm is used)",
    "       - out",
    "       - pnpm store (included because pnpm is used)",
  ]);
});

it("A8.failed-build: leaves the former cache, and what it has fetched helps the next one", async () => {
  await using rig = await filled("npm");
  await compile(rig, "npm");
  const scripts = { build: "x" };
  await rig.teach("npm-run", "exit 1");
  const failed = await compile(rig, "npm", { scripts, fields: { engines: { node: "22.x" } } });
  expect(failed.status).toBe(1);
  const former = await compile(rig, "npm");
  expect(under(former.output, RESTORING)).toEqual(["       - npm cache"]);
  expect((await stat(join(rig.cache, "node.next/cache/npm/a"))).isFile()).toBe(true);
});

it("A8.pnpm-store: cleaned after 40 builds", async () => {
  await using rig = await NodeRig.open();
  await compile(rig, "pnpm", { cache: { pnpm_prune_store_counter: "1\n" } });
  expect((await rig.calls()).includes("pnpm store prune")).toBe(false);
  const { output } = await compile(rig, "pnpm");
  expect(output).toContain("       Cleaning up pnpm store\n");
  expect((await rig.calls()).includes("pnpm store prune")).toBe(true);
  await rig.teach("pnpm-store", "echo ENOENT: no such file, scandir v10/files; exit 1");
  const empty = await compile(rig, "pnpm", { cache: { pnpm_prune_store_counter: "0\n" } });
  expect(empty.status).toBe(0);
  await rig.teach("pnpm-store", "echo boom; exit 1");
  const broken = await compile(rig, "pnpm", { cache: { pnpm_prune_store_counter: "0\n" } });
  expect(broken.status).toBe(1);
  expect(broken.output).toContain(
    "       boom\n\n-----> Build failed\n\n !     Error: pnpm's store could not be cleaned.\n",
  );
});
