import { expect, it } from "vitest";
import { build, steps, under, type Case, type Lock } from "./built-by.ts";

const LIFECYCLE = { scripts: { postinstall: "x" } };
const WORKSPACE = { "pnpm-workspace.yaml": "packages:\n  - 'apps/*'\n" };
const PRUNE = "pnpm prune --prod --ignore-scripts";

it.concurrent.for<
  [rule: string, what: string, lock: Lock, of: Case, lines: readonly string[], last: string | undefined]
>([
  ["A6.prune", "npm", "npm", {}, [], "npm prune --userconfig BUILD_DIR/.npmrc"],
  ["A6.prune", "npm without a lock", "none", {}, [], "npm prune --userconfig BUILD_DIR/.npmrc"],
  [
    "A6.prune",
    "Yarn 1",
    "yarn1",
    {},
    [],
    "yarn install --frozen-lockfile --ignore-engines --ignore-scripts --prefer-offline",
  ],
  ["A6.prune", "Yarn 2", "yarn", {}, ["Running 'yarn heroku prune'"], "yarn heroku prune"],
  [
    "A6.prune",
    "Yarn 2 with node_modules",
    "yarn",
    { files: { ".yarnrc.yml": 'nodeLinker: "node-modules"\n' } },
    ["Running 'yarn heroku prune'", "Removing local yarn cache to reduce slug size"],
    "yarn heroku prune",
  ],
  ["A6.prune", "pnpm", "pnpm", {}, [], PRUNE],
  ["A6.prune-pnpm", "scripts do not matter to a new one", "pnpm", LIFECYCLE, [], PRUNE],
  [
    "A6.prune-pnpm",
    "8.15.6 is the first that can leave scripts out",
    "pnpm",
    { fields: { packageManager: "pnpm@8.15.6" }, ...LIFECYCLE },
    [],
    PRUNE,
  ],
  [
    "A6.prune-pnpm",
    "8.15.5 without scripts",
    "pnpm",
    { fields: { packageManager: "pnpm@8.15.5" }, scripts: { build: "x" } },
    [],
    "pnpm prune --prod",
  ],
  [
    "A6.prune-pnpm",
    "a workspace is installed anew",
    "pnpm",
    { files: WORKSPACE },
    [],
    "pnpm install --prod --frozen-lockfile",
  ],
  [
    "A6.prune-pnpm",
    "packages in one line, too",
    "pnpm",
    { files: { "pnpm-workspace.yaml": "packages: ['apps/*']\n" } },
    [],
    "pnpm install --prod --frozen-lockfile",
  ],
  [
    "A6.prune-pnpm",
    "the file may be there for settings only",
    "pnpm",
    { files: { "pnpm-workspace.yaml": "packages:\nonlyBuiltDependencies:\n  - esbuild\n" } },
    [],
    PRUNE,
  ],
  ...(["npm", "yarn1", "yarn", "pnpm"] as const).flatMap(
    (lock): [string, string, Lock, Case, string[], undefined][] => [
      [
        "A6.prune-skipped",
        `${lock}, NODE_ENV=test`,
        lock,
        { configVars: { NODE_ENV: "test" } },
        ["Skipping because NODE_ENV is 'test'"],
        undefined,
      ],
      [
        "A6.prune-skipped",
        `${lock}, another NODE_ENV`,
        lock,
        { configVars: { NODE_ENV: "staging" } },
        ["Skipping because NODE_ENV is not 'production'"],
        undefined,
      ],
    ],
  ),
  [
    "A6.prune-skipped",
    "npm, NPM_CONFIG_PRODUCTION",
    "npm",
    { configVars: { NPM_CONFIG_PRODUCTION: "true" } },
    ["Skipping because NPM_CONFIG_PRODUCTION is 'true'"],
    undefined,
  ],
  [
    "A6.prune-skipped",
    "Yarn 1, YARN_PRODUCTION",
    "yarn1",
    { configVars: { YARN_PRODUCTION: "false" } },
    ["Skipping because YARN_PRODUCTION is 'false'"],
    undefined,
  ],
  [
    "A6.prune-skipped",
    "npm does not heed YARN_PRODUCTION",
    "npm",
    { configVars: { YARN_PRODUCTION: "true" } },
    [],
    "npm prune --userconfig BUILD_DIR/.npmrc",
  ],
  [
    "A6.prune-skipped",
    "Yarn 2, YARN2_SKIP_PRUNING",
    "yarn",
    { configVars: { YARN2_SKIP_PRUNING: "true" } },
    ["Skipping because YARN2_SKIP_PRUNING is 'true'"],
    undefined,
  ],
  [
    "A6.prune-skipped",
    "pnpm, PNPM_SKIP_PRUNING",
    "pnpm",
    { configVars: { PNPM_SKIP_PRUNING: "true" } },
    ["Skipping because PNPM_SKIP_PRUNING is 'true'"],
    undefined,
  ],
  [
    "A6.prune-skipped",
    "pnpm, PNPM_SKIP_PRUNING=1 does not count",
    "pnpm",
    { configVars: { PNPM_SKIP_PRUNING: "1" } },
    [],
    PRUNE,
  ],
])("%s: %s", async ([, , lock, of, lines, last], { expect }) => {
  await using built = await build(lock, of);
  expect(built.status).toBe(0);
  expect(under(built.output, "Pruning devDependencies")).toEqual(lines.map((line) => `       ${line}`));
  const after = built.calls.slice(1).filter((call) => !call.startsWith("pnpm list"));
  expect(after.at(-1)).toBe(last);
});

it.concurrent.for<[what: string, version: string, files: Case["files"], says: string]>([
  [
    "old pnpm with lifecycle scripts",
    "8.15.5",
    {},
    " !     pnpm 8.15.5 would run the app's own lifecycle scripts",
  ],
  ["a workspace with lifecycle scripts", "10.18.0", WORKSPACE, "BUILD_DIR/package.json, which may fail"],
])("A6.prune-pnpm: %s is not pruned", async ([, version, files, says], { expect }) => {
  await using built = await build("pnpm", {
    ...LIFECYCLE,
    fields: { packageManager: `pnpm@${version}` },
    files: files ?? {},
    // The build directory is known to the puppet only by where it runs.
    teach: { "pnpm-list": 'printf \'[{"path":"%s"}]\' "$PWD"' },
  });
  expect(built.status).toBe(0);
  expect(built.output).toContain(" !     Pruning skipped due to presence of lifecycle scripts\n");
  expect(built.output).toContain(says);
  expect(built.calls.filter((call) => /prune|--prod /.test(call))).toEqual([]);
});

it("A8.order: with Yarn 1 and its cache, pruning comes first", async () => {
  await using built = await build("yarn1");
  expect(steps(built.output).slice(-2)).toEqual(["Pruning devDependencies", "Caching build"]);
});

it.concurrent.for<[what: string, lock: Lock, of: Case]>([
  ["USE_YARN_CACHE=false", "yarn1", { configVars: { USE_YARN_CACHE: "false" } }],
  ["cacheDirectories", "yarn1", { fields: { cacheDirectories: ["x"] } }],
  ["Yarn 2", "yarn", {}],
  ["npm", "npm", {}],
  ["pnpm", "pnpm", {}],
])("A8.order: with %s, caching comes first", async ([, lock, of], { expect }) => {
  await using built = await build(lock, of);
  expect(steps(built.output).slice(-2)).toEqual(["Caching build", "Pruning devDependencies"]);
});

it("A6.failures: a prune that fails ends the build, and says so", async () => {
  await using built = await build("npm", {
    puppet: { "npm-prune.out": "npm error boom\n", "npm-prune.status": "1" },
  });
  expect(built).toMatchObject({ status: 1, failure: "unknown-prune-dependencies-error" });
  expect(built.output).toContain("       npm error boom\n\n-----> Build failed\n");
});
