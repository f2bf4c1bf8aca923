import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { app, build, under, type Case, type Lock } from "./built-by.ts";
import { NodeRig } from "./rig.ts";

const OPTIONS = "--production=false --userconfig BUILD_DIR/.npmrc";
const YARN1 = "yarn install --production=false --frozen-lockfile --ignore-engines --prefer-offline";

it.concurrent.for<
  [rule: string, what: string, lock: Lock, of: Case, lines: readonly string[], calls: readonly string[]]
>([
  ["A6.npm-ci", "with a lock", "npm", {}, ["Installing node modules"], [`npm ci ${OPTIONS}`]],
  ["A6.npm-ci", "with a shrinkwrap", "shrinkwrap", {}, ["Installing node modules"], [`npm ci ${OPTIONS}`]],
  [
    "A6.npm-install",
    "without a lock",
    "none",
    {},
    ["Installing node modules (package.json)"],
    [`npm install ${OPTIONS}`],
  ],
  [
    "A6.npm-install",
    "USE_NPM_INSTALL with a lock",
    "npm",
    { configVars: { USE_NPM_INSTALL: "true" } },
    ["Installing node modules (package.json + package-lock)"],
    [`npm install ${OPTIONS}`],
  ],
  [
    "A6.npm-install",
    "USE_NPM_INSTALL with a shrinkwrap",
    "shrinkwrap",
    { configVars: { USE_NPM_INSTALL: "1" } },
    ["Installing node modules (package.json + shrinkwrap)"],
    [`npm install ${OPTIONS}`],
  ],
  [
    "A6.npm-install",
    "USE_NPM_INSTALL=false without a lock",
    "none",
    { configVars: { USE_NPM_INSTALL: "false" } },
    ["Installing node modules"],
    [`npm ci ${OPTIONS}`],
  ],
  [
    "A6.dev-dependencies",
    "NPM_CONFIG_PRODUCTION wins",
    "npm",
    { configVars: { NPM_CONFIG_PRODUCTION: "true" } },
    ["Installing node modules"],
    ["npm ci --production=true --userconfig BUILD_DIR/.npmrc"],
  ],
  ["A6.yarn1", "frozen", "yarn1", {}, ["Installing node modules (yarn.lock)"], [YARN1]],
  [
    "A6.yarn1",
    "YARN_PRODUCTION wins",
    "yarn1",
    { configVars: { YARN_PRODUCTION: "true" } },
    ["Installing node modules (yarn.lock)"],
    [YARN1.replace("false", "true")],
  ],
  [
    "A6.yarn",
    "immutable",
    "yarn",
    {},
    ["Running 'yarn install' with yarn.lock"],
    ["yarn install --immutable"],
  ],
  [
    "A6.pnpm",
    "frozen, with devDependencies",
    "pnpm",
    {},
    ["Running 'pnpm install' with pnpm-lock.yaml"],
    ["pnpm install --no-prod --frozen-lockfile"],
  ],
  [
    "A6.pnpm",
    "PNPM_INSTALL_REPORTER",
    "pnpm",
    { configVars: { PNPM_INSTALL_REPORTER: "append-only" } },
    ["Running 'pnpm install' with pnpm-lock.yaml"],
    ["pnpm install --no-prod --frozen-lockfile --reporter=append-only"],
  ],
  [
    "A6.pnpm",
    "PNPM_INSTALL_REPORTER that there is not",
    "pnpm",
    { configVars: { PNPM_INSTALL_REPORTER: "loud" } },
    [
      "Running 'pnpm install' with pnpm-lock.yaml",
      "Warning: Invalid PNPM_INSTALL_REPORTER value 'loud'. Valid values: default, ndjson, append-only, silent",
      "Proceeding with default reporter",
    ],
    ["pnpm install --no-prod --frozen-lockfile"],
  ],
  [
    "A6.prebuilt-npm",
    "rebuilt, then completed",
    "npm",
    { files: { "node_modules/a/index.js": "" } },
    [
      "Prebuild detected (node_modules already exists)",
      "Rebuilding any native modules",
      "Installing any new modules (package.json)",
    ],
    ["npm rebuild", `npm install ${OPTIONS}`],
  ],
  [
    "A6.prebuilt-npm",
    "with a shrinkwrap",
    "shrinkwrap",
    { files: { "node_modules/a/index.js": "" } },
    [
      "Prebuild detected (node_modules already exists)",
      "Rebuilding any native modules",
      "Installing any new modules (package.json + shrinkwrap)",
    ],
    ["npm rebuild", `npm install ${OPTIONS}`],
  ],
])("%s: %s", async ([, , lock, of, lines, calls], { expect }) => {
  await using built = await build(lock, of);
  expect(built.status).toBe(0);
  expect(under(built.output, "Installing dependencies")).toEqual(lines.map((line) => `       ${line}`));
  expect(built.calls.slice(0, calls.length)).toEqual(calls);
});

it("A6.npm-ci: not with an npm older than 6", async () => {
  await using built = await build("npm", { fields: { engines: { npm: "5.10.0" } } });
  expect(under(built.output, "Installing dependencies")).toEqual([
    "       Installing node modules (package.json + package-lock)",
  ]);
});

it("A6.output: what a tool says stands indented, both streams, blank lines too", async () => {
  await using built = await build("npm", {
    puppet: { "npm-ci.out": "added 1 package\n\nnpm warn deprecated\n" },
  });
  expect(built.output).toContain(
    "       \n-----> Installing dependencies\n       Installing node modules\n       added 1 package\n       \n       npm warn deprecated\n       \n-----> Build\n",
  );
});

it("A6.prebuilt-yarn: removed with a warning", async () => {
  await using rig = await NodeRig.open();
  const script = app("yarn1", { files: { "node_modules/a/index.js": "", "assets/b": "" } });
  const { output, status } = await rig.compile(script);
  expect(status).toBe(0);
  expect(output).toContain("\n !     node_modules checked into source control\n");
  expect(await readdir(rig.buildDir)).not.toContain("node_modules");
});

it("A6.prebuilt-yarn: kept with SKIP_NODE_MODULES_CHECK=true", async () => {
  await using rig = await NodeRig.open();
  const { output } = await rig.compile(
    app("yarn", {
      files: { "node_modules/a/index.js": "" },
      configVars: { SKIP_NODE_MODULES_CHECK: "true" },
    }),
  );
  expect(output).toContain("       Keeping existing node_modules because SKIP_NODE_MODULES_CHECK=true\n");
  expect(output).not.toContain("checked into source control");
  expect(await readdir(join(rig.buildDir, "node_modules"))).toEqual(["a"]);
});

const EUSAGE = [
  "npm error code EUSAGE",
  "npm error `npm ci` can only install packages when your package.json and package-lock.json are in sync. Please update your lock file with `npm install` before continuing.",
  "",
].join("\n");

it.concurrent.for<
  [rule: string, lock: Lock, verb: string, said: string, failure: string, title: string, advice: string]
>([
  [
    "A6.out-of-sync",
    "npm",
    "npm-ci",
    EUSAGE,
    "npm-lockfile-out-of-sync",
    "npm lockfile is not in sync",
    "git add package-lock.json",
  ],
  [
    "A6.out-of-sync",
    "shrinkwrap",
    "npm-ci",
    EUSAGE.replaceAll("npm error", "npm ERR!"),
    "npm-lockfile-out-of-sync",
    "npm lockfile is not in sync",
    "git add npm-shrinkwrap.json",
  ],
  [
    "A6.out-of-sync",
    "yarn1",
    "yarn-install",
    "error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.\n",
    "outdated-yarn-lockfile",
    "Outdated Yarn lockfile",
    "yarn install",
  ],
  [
    "A6.out-of-sync",
    "yarn",
    "yarn-install",
    "➤ YN0028: │ The lockfile would have been modified by this install, which is explicitly forbidden.\n",
    "yarn-lockfile-out-of-sync",
    "Yarn lockfile is not in sync",
    "git add yarn.lock",
  ],
  [
    "A6.out-of-sync",
    "pnpm",
    "pnpm-install",
    ' ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml is not up to date\n',
    "pnpm-lockfile-out-of-sync",
    "pnpm lockfile is not in sync",
    "git add pnpm-lock.yaml",
  ],
  [
    "A6.failures",
    "npm",
    "npm-ci",
    "npm error code ERESOLVE\nnpm error ERESOLVE could not resolve\n",
    "npm-peer-dependency-conflict",
    "Conflict detected in requested npm dependencies",
    "npm_config_legacy_peer_deps=true",
  ],
  [
    "A6.failures",
    "npm",
    "npm-ci",
    "npm error code EBADPLATFORM\n",
    "npm-ebadplatform",
    "Unable to install dependencies using npm",
    "not made for this operating",
  ],
  [
    "A6.failures",
    "npm",
    "npm-ci",
    "npm error code ESTRICTALLOWSCRIPTS\n",
    "npm-strict-allow-scripts",
    "Unable to install dependencies using npm",
    "npm approve-scripts PACKAGE",
  ],
  [
    "A6.failures",
    "npm",
    "npm-ci",
    "npm error code EALLOWREMOTE\n",
    "npm-allow-remote-blocked",
    "Unable to install dependencies using npm",
    "allow-remote=all",
  ],
  [
    "A6.failures",
    "npm",
    "npm-ci",
    "npm error code EINVALIDPACKAGENAME\n",
    "npm-package-name-typo",
    "Unable to install dependencies using npm",
    "whose name can't be one",
  ],
  [
    "A6.failures",
    "npm",
    "npm-ci",
    "npm error code E404\nnpm error 404 Not Found - GET\n",
    "module-404",
    "Unable to install dependencies using npm",
    "not in the registry (404)",
  ],
  [
    "A6.failures",
    "yarn1",
    "yarn-install",
    'error An unexpected error occurred: "https://registry/nope: Request failed \\"404 Not Found\\"".\n',
    "module-404",
    "Unable to install dependencies using yarn",
    "not in the registry (404)",
  ],
  [
    "A6.failures",
    "pnpm",
    "pnpm-install",
    " ERR_PNPM_NO_MATCHING_VERSION  No matching version found for ms@99\n",
    "bad-version-for-dependency",
    "Unable to install dependencies using pnpm",
    "never published",
  ],
  [
    "A6.failures",
    "npm",
    "npm-ci",
    "npm error code 128\nnpm error An unknown git error occurred\n",
    "npm-install-git-dependency",
    "Unable to install dependencies using npm",
    "git could not fetch it",
  ],
  [
    "A6.failures",
    "npm",
    "npm-ci",
    "npm error Host key verification failed.\n",
    "private-git-dependency-without-auth",
    "A private git dependency could not be fetched",
    "a build has no ssh key",
  ],
  [
    "A6.failures",
    "npm",
    "npm-ci",
    "npm error code ECONNRESET\n",
    "econnreset",
    "The connection to a server broke off (ECONNRESET)",
    "build again",
  ],
  [
    "A6.failures",
    "npm",
    "npm-ci",
    "gyp ERR! build error\n",
    "unknown-install-dependencies-error",
    "An unexpected error occurred while building your app",
    "npm ci --production=false --userconfig BUILD_DIR/.npmrc",
  ],
])("%s: %s, %s says %j", async ([, lock, verb, said, failure, title, advice], { expect }) => {
  await using built = await build(lock, { puppet: { [`${verb}.out`]: said, [`${verb}.status`]: "1" } });
  expect(built.status).toBe(1);
  expect(built.failure).toBe(failure);
  expect(built.output).toContain(`\n-----> Build failed\n\n !     Error: ${title}.\n`);
  expect(built.output).toContain(advice);
  expect(built.output).not.toContain("-----> Build\n");
});

it("A2.failure: the failing command, its status and a stack trace", async () => {
  await using built = await build("npm", { puppet: { "npm-ci.status": "137" } });
  expect(built.output).toContain(
    [
      " !     Failing command, which ended with status 137 (killed, perhaps because the memory of the build was used up):",
      " !     npm ci --production=false --userconfig BUILD_DIR/.npmrc",
      " !     ",
      " !     Stack trace:",
      " !     install_with_npm (dependencies.sh, line ",
    ].join("\n"),
  );
});

it.concurrent.for<Lock>(["npm", "none", "yarn1", "yarn", "pnpm"])(
  "A7.lifecycle: installing by %s leaves no scripts out",
  async (lock, { expect }) => {
    await using built = await build(lock, { scripts: { postinstall: "x" } });
    expect(built.calls[0]).toMatch(/^(npm (ci|install)|(yarn|pnpm) install) /);
    expect(built.calls[0]).not.toContain("ignore-scripts");
  },
);
