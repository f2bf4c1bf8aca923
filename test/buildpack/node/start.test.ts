import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { app, build } from "./built-by.ts";
import { NodeRig } from "./rig.ts";

const WARNING = " !     This app may not specify any way to start a node process\n";

it.concurrent.for<
  [what: string, files: Record<string, string>, scripts: Record<string, string>, warns: boolean]
>([
  ["nothing", {}, {}, true],
  ["a Procfile, whatever is in it", { Procfile: "worker: node a.js\n" }, {}, false],
  ["a start script", {}, { start: "node a.js" }, false],
  ["an empty start script", {}, { start: "" }, true],
  ["server.js", { "server.js": "" }, {}, false],
  ["index.js is no such file", { "index.js": "" }, {}, true],
])("A10.warning: %s", async ([, files, scripts, warns], { expect }) => {
  await using rig = await NodeRig.open();
  const { output, status } = await rig.compile({ packageJson: { name: "app", scripts }, files });
  expect({ status, warns: output.includes(WARNING) }).toEqual({ status: 0, warns });
  expect(output.endsWith("\n\n") === warns).toBe(true);
});

it.concurrent.for<[what: string, procfile: string | undefined, web: boolean]>([
  ["no Procfile", undefined, true],
  ["a Procfile without web", "worker: node a.js\n", true],
  ["a Procfile with web, which wins over it", "web: node a.js\n", true],
  ["an mcp process", "web: node a.js\nmcp-time: node mcp.js\n", false],
  ["mcp inside a name", "my-mcp: node mcp.js\n", true],
])("A10.default: %s", async ([, procfile, web], { expect }) => {
  await using rig = await NodeRig.open();
  await rig.detect({ "package.json": "{}", ...(procfile === undefined ? {} : { Procfile: procfile }) });
  expect(await rig.release()).toMatchObject({
    status: 0,
    output: web ? "---\ndefault_process_types:\n  web: npm start\n" : "",
  });
});

it("A4.run-time: the scripts that a dyno sources", async () => {
  await using built = await build("npm");
  expect((await readdir(join(built.rig.buildDir, ".profile.d"))).toSorted()).toEqual([
    "WEB_CONCURRENCY.sh",
    "nodejs.sh",
  ]);
  const profile = await readFile(join(built.rig.buildDir, ".profile.d/nodejs.sh"), "utf8");
  expect(profile).toContain(
    'export PATH="$HOME/.heroku/node/bin:$HOME/.heroku/yarn/bin:$PATH:$HOME/bin:$HOME/node_modules/.bin"\n',
  );
  expect(profile).toContain(
    'export NODE_HOME="$HOME/.heroku/node"\nexport NODE_ENV="${NODE_ENV:-production}"\n',
  );
  expect(profile).not.toContain("NODE_OPTIONS");
});

it.each([
  ["10.18.0", false],
  ["11.0.0", true],
])("A4.run-time: pnpm %s does not install again on a dyno", async (version, has) => {
  await using built = await build("pnpm", { fields: { packageManager: `pnpm@${version}` } });
  const scripts = await readdir(join(built.rig.buildDir, ".profile.d"));
  expect(scripts.includes("pnpm.sh")).toBe(has);
  const environment = await built.rig.environmentOfLastCall();
  const store = has ? "pnpm_config_store_dir" : "npm_config_store_dir";
  expect(environment.get(store)).toBe(
    `${built.rig.cache}/node.next/cache/pnpm`.replace(built.rig.cache, "CACHE_DIR"),
  );
});

it("A11.ci: NODE_ENV=test, and nothing is pruned", async () => {
  await using rig = await NodeRig.open();
  await rig.compile(app("npm"));
  await rig.calls();
  const { output, status } = await rig.run("test-compile", [rig.buildDir, rig.cache, join(rig.root, "env")]);
  expect(status).toBe(0);
  expect(output).toContain("       NODE_ENV=test\n");
  expect(output).toContain("       NPM_CONFIG_PRODUCTION=false\n");
  expect(output).toContain("       Skipping because NODE_ENV is 'test'\n");
  expect((await rig.calls()).at(-1)).toBe("npm ci --production=false --userconfig BUILD_DIR/.npmrc");
});

it.each<[lock: "npm" | "yarn1" | "yarn" | "pnpm", fields: Record<string, unknown>, call: string]>([
  ["npm", {}, "npm test"],
  ["yarn1", {}, "npm test"],
  ["yarn1", { engines: { yarn: "1.x" } }, "yarn test"],
  ["yarn", { packageManager: "yarn@4.9.1" }, "yarn test"],
  ["pnpm", { packageManager: "pnpm@10.18.0" }, "pnpm test"],
])("A11.ci: the test command with a lock of %s and %j", async (lock, fields, call) => {
  await using built = await build(lock, { fields });
  const { rig } = built;
  await rig.calls();
  const ran = await rig.run("test", [rig.buildDir], { NODE_HOME: join(rig.buildDir, ".heroku/node") });
  expect(ran.status).toBe(0);
  expect(await rig.calls()).toEqual([call]);
});
