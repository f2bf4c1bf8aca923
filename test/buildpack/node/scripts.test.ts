import { expect, it } from "vitest";
import { build, steps, under, type Case, type Lock } from "./built-by.ts";

const ALL = {
  "heroku-prebuild": "a",
  "heroku-postbuild": "b",
  build: "c",
  "heroku-cleanup": "d",
  start: "e",
};

it("A7.order: prebuild before installing, cleanup after pruning; heroku-postbuild instead of build", async () => {
  await using built = await build("npm", { scripts: ALL });
  expect(steps(built.output)).toEqual([
    "Creating runtime environment",
    "Installing binaries",
    "Prebuild",
    "Installing dependencies",
    "Build",
    "Caching build",
    "Pruning devDependencies",
    "Cleanup",
  ]);
  expect(built.calls).toEqual([
    "npm run heroku-prebuild --if-present",
    "npm ci --production=false --userconfig BUILD_DIR/.npmrc",
    "npm run heroku-postbuild --if-present",
    "npm prune --userconfig BUILD_DIR/.npmrc",
    "npm run heroku-cleanup --if-present",
  ]);
  expect(under(built.output, "Prebuild")).toEqual(["       Running heroku-prebuild"]);
  expect(under(built.output, "Build")).toEqual([
    '       Detected both "build" and "heroku-postbuild" scripts',
    "       Running heroku-postbuild",
  ]);
  expect(under(built.output, "Cleanup")).toEqual(["       Running heroku-cleanup"]);
});

const FLAGS = { NODE_BUILD_FLAGS: "--prod --no-watch" };

it.concurrent.for<
  [rule: string, what: string, lock: Lock, of: Case, lines: readonly string[], calls: readonly string[]]
>([
  [
    "A7.build",
    "alone",
    "npm",
    { scripts: { build: "x" } },
    ["Running build"],
    ["npm run build --if-present"],
  ],
  ["A7.heading", "always printed", "npm", {}, [], []],
  ["A7.heading", "scripts that is no object", "npm", { fields: { scripts: "x" } }, [], []],
  [
    "A7.empty-postbuild",
    "still suppresses build",
    "npm",
    { scripts: { "heroku-postbuild": "", build: "x" } },
    ['Detected both "build" and "heroku-postbuild" scripts', "Running heroku-postbuild"],
    ["npm run heroku-postbuild --if-present"],
  ],
  [
    "A7.empty-postbuild",
    "with Yarn: told, but not run",
    "yarn1",
    { scripts: { "heroku-postbuild": "", build: "x" } },
    ['Detected both "build" and "heroku-postbuild" scripts', "Running heroku-postbuild (yarn)"],
    [],
  ],
  [
    "A7.managers",
    "Yarn 1",
    "yarn1",
    { scripts: { build: "x" } },
    ["Running build (yarn)"],
    ["yarn run build"],
  ],
  [
    "A7.managers",
    "Yarn 2",
    "yarn",
    { scripts: { build: "x" } },
    ["Running build (yarn)"],
    ["yarn run build"],
  ],
  [
    "A7.managers",
    "pnpm",
    "pnpm",
    { scripts: { build: "x" } },
    ["Running build"],
    ["pnpm run --if-present build"],
  ],
  [
    "A7.flags",
    "npm",
    "npm",
    { scripts: { build: "x" }, configVars: FLAGS },
    ["Running build", "Running with --prod --no-watch flags"],
    ["npm run build --if-present -- --prod --no-watch"],
  ],
  [
    "A7.flags",
    "Yarn",
    "yarn1",
    { scripts: { build: "x" }, configVars: FLAGS },
    ["Running build (yarn)", "Running with --prod --no-watch flags"],
    ["yarn run build --prod --no-watch"],
  ],
  [
    "A7.flags",
    "pnpm",
    "pnpm",
    { scripts: { build: "x" }, configVars: FLAGS },
    ["Running build", "Running with --prod --no-watch flags"],
    ["pnpm run --if-present build -- --prod --no-watch"],
  ],
  [
    "A7.flags",
    "not for heroku-postbuild",
    "npm",
    { scripts: { "heroku-postbuild": "x" }, configVars: FLAGS },
    ["Running heroku-postbuild"],
    ["npm run heroku-postbuild --if-present"],
  ],
])("%s: %s", async ([, , lock, of, lines, calls], { expect }) => {
  await using built = await build(lock, of);
  expect(built.status).toBe(0);
  expect(under(built.output, "Build")).toEqual(lines.map((line) => `       ${line}`));
  expect(built.calls.filter((call) => call.includes(" run "))).toEqual(calls);
});

it.concurrent.for([
  ["ng build", true],
  ["ng build --prod", false],
  ["nging build", false],
] as const)("A7.ng-build: %s", async ([script, warns], { expect }) => {
  await using built = await build("npm", { scripts: { build: script } });
  expect(built.output.includes('"ng build" detected as build script.')).toBe(warns);
  expect(built.calls).toContain("npm run build --if-present");
});

it.concurrent.for<
  [script: string, said: string, status: string, failure: string, title: string, advice: string]
>([
  [
    "build",
    "tsc: error TS2307\n",
    "2",
    "unknown-build-script-error",
    "An unexpected error occurred while building your app",
    "Failing command, which ended with status 2:\n !     npm run build --if-present\n",
  ],
  [
    "heroku-postbuild",
    "boom\n",
    "1",
    "unknown-build-script-error",
    "An unexpected error occurred while building your app",
    "npm run heroku-postbuild --if-present\n",
  ],
  [
    "heroku-prebuild",
    "boom\n",
    "1",
    "unknown-prebuild-script-error",
    "An unexpected error occurred while building your app",
    "npm run heroku-prebuild --if-present\n",
  ],
  [
    "heroku-cleanup",
    "boom\n",
    "1",
    "unknown-cleanup-script-error",
    "An unexpected error occurred while building your app",
    "npm run heroku-cleanup --if-present\n",
  ],
  [
    "build",
    "Error: error:0308010C:digital envelope routines::unsupported\n  code: 'ERR_OSSL_EVP_UNSUPPORTED'\n",
    "1",
    "openssl-unsupported-algorithm",
    "Unsupported cryptographic algorithm used",
    "NODE_OPTIONS=--openssl-legacy-provider",
  ],
  [
    "build",
    "[webpack-cli] Error: error:0308010C\n  code: 'ERR_OSSL_EVP_UNSUPPORTED'\n",
    "1",
    "openssl-unsupported-algorithm-webpack",
    "Unsupported cryptographic algorithm used",
    "output.hashFunction to 'xxhash64'",
  ],
  [
    "build",
    "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n",
    "134",
    "node-out-of-memory",
    "Node.js Out-Of-Memory (OOM)",
    "--max-old-space-size=4096",
  ],
])("A7.failure: %s says %j", async ([script, said, status, failure, title, advice], { expect }) => {
  await using built = await build("npm", {
    scripts: { [script]: "x" },
    // `npm run` of every script is one puppet: only one script is there.
    puppet: { "npm-run.out": said, "npm-run.status": status },
  });
  expect(built.status).toBe(1);
  expect(built.failure).toBe(failure);
  expect(built.output).toContain(`\n-----> Build failed\n\n !     Error: ${title}.\n`);
  expect(built.output).toContain(advice);
  expect(built.output).toContain(`       ${said.split("\n")[0] ?? ""}\n`);
});

it("A7.failure: what comes after a script that failed is not done", async () => {
  await using built = await build("npm", { scripts: ALL, puppet: { "npm-run.status": "1" } });
  expect(built.calls).toEqual(["npm run heroku-prebuild --if-present"]);
});

it("A7.environment: scripts see the config vars and NODE_ENV=production", async () => {
  await using built = await build("npm", {
    scripts: { "heroku-cleanup": "x" },
    configVars: { API_URL: "https://api.example" },
  });
  const environment = await built.rig.environmentOfLastCall();
  expect(environment.get("API_URL")).toBe("https://api.example");
  expect(environment.get("NODE_ENV")).toBe("production");
});

it("A7.order: a script may write package.json anew", async () => {
  const later = JSON.stringify({ scripts: { "heroku-cleanup": "x", start: "" } });
  await using built = await build("npm", {
    scripts: { "heroku-prebuild": "x", build: "y" },
    teach: { "npm-run": `[[ "$1" != heroku-prebuild ]] || echo '${later}' >package.json` },
    files: { Procfile: "web: x" },
  });
  expect(built.calls.filter((call) => call.includes(" run "))).toEqual([
    "npm run heroku-prebuild --if-present",
    "npm run heroku-cleanup --if-present",
  ]);
});

it("A7.failure: a package.json that a script leaves broken is the package manager's to complain of", async () => {
  await using built = await build("npm", {
    scripts: { "heroku-prebuild": "x", build: "y" },
    teach: { "npm-run": "echo '{' >package.json" },
  });
  expect(built.status).toBe(0);
  expect(built.calls).toContain("npm run build --if-present");
});
