import { expect, it } from "vitest";
import { parseBuildReport, type BuildReport } from "../../../src/slug/build-report.ts";
import { build, type Built } from "./built-by.ts";

async function report({ rig }: Built): Promise<BuildReport> {
  const { output } = await rig.run("report", [rig.buildDir, rig.cache, rig.root]);
  return parseBuildReport(output);
}

it("A5.report: of a build that went well", async () => {
  await using built = await build("yarn1", { fields: { engines: { node: "<22", yarn: '1.x "' } } });
  expect(await report(built)).toEqual({
    stack: "heroku-24",
    node_version: "v21.7.3",
    node_version_major: 21,
    node_version_request: "<22",
    node_version_eol: true,
    npm_version: "10.5.0",
    yarn_version: expect.stringMatching(/^1\./) as string,
    yarn_version_request: '1.x "',
    package_manager: "yarn",
    cache_status: "not-found",
    skipped_prune: false,
    build_time: expect.any(Number) as number,
  });
});

it.each([
  ["npm, NPM_CONFIG_PRODUCTION", "npm", { configVars: { NPM_CONFIG_PRODUCTION: "true" } }],
  ["another NODE_ENV", "yarn", { configVars: { NODE_ENV: "staging" } }],
  ["pnpm before 8.15.6", "pnpm", { fields: { packageManager: "pnpm@8.15.5" }, scripts: { prepare: "x" } }],
] as const)("A5.report: a prune that is left out: %s", async (_, lock, of) => {
  await using built = await build(lock, of);
  expect(await report(built)).toMatchObject({ skipped_prune: true });
});

it.each([
  ["a guard", { files: { "yarn.lock": "" } }, "multiple-lock-files"],
  ["a version", { fields: { engines: { node: "stable" } } }, "invalid-semver-requirement"],
  ["a script", { scripts: { build: "x" }, puppet: { "npm-run.status": "1" } }, "unknown-build-script-error"],
] as const)("A5.report: of a build that failed: %s", async (_, of, failure) => {
  await using built = await build("npm", of);
  expect(await report(built)).toMatchObject({ failure, build_time: expect.any(Number) as number });
});
