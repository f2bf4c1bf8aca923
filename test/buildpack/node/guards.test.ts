import { describe, expect, it } from "vitest";
import { NodeRig, type NodeScript } from "./rig.ts";

const MODERN = "__metadata:\n  version: 8\n";

const CASES: readonly (readonly [rule: string, script: NodeScript, id: string, heading: string])[] = [
  [
    "A3.dot-heroku: a file",
    { files: { ".heroku": "" } },
    "dot-heroku",
    "The directory .heroku could not be created",
  ],
  [
    "A3.dot-heroku: a file in it",
    { files: { ".heroku/node": "" } },
    "dot-heroku-node",
    "The directory .heroku/node could not be created",
  ],
  [
    "A3.package-json: syntax",
    { files: { "package.json": '{"name":}' } },
    "invalid-package-json",
    "Unable to parse your package.json",
  ],
  [
    "A3.package-json: empty",
    { files: { "package.json": "" } },
    "invalid-package-json",
    "Unable to parse your package.json",
  ],
  [
    "A3.package-json: no object",
    { files: { "package.json": "[1]" } },
    "invalid-package-json",
    "Unable to parse your package.json",
  ],
  [
    "A3.package-json: something after its end",
    { files: { "package.json": '{"name":"a"}{}' } },
    "invalid-package-json",
    "it goes on after its end",
  ],
  [
    "A3.lockfiles: two",
    { files: { "yarn.lock": "", "package-lock.json": "{}" } },
    "multiple-lock-files",
    "Error: Multiple lockfiles found.",
  ],
  [
    "A3.lockfiles: three",
    { files: { "yarn.lock": "", "package-lock.json": "{}", "pnpm-lock.yaml": "" } },
    "multiple-lock-files",
    "Several package managers (npm,pnpm,Yarn) have left a lockfile in",
  ],
  [
    "A3.lockfiles: wins over shrinkwrap",
    { files: { "yarn.lock": "", "package-lock.json": "{}", "npm-shrinkwrap.json": "{}" } },
    "multiple-lock-files",
    "Error: Multiple lockfiles found.",
  ],
  [
    "A3.shrinkwrap: npm",
    { files: { "package-lock.json": "{}", "npm-shrinkwrap.json": "{}" } },
    "shrinkwrap-lock-file-conflict",
    "Error: Multiple lockfiles conflicting with npm-shrinkwrap.json.",
  ],
  [
    "A3.shrinkwrap: pnpm",
    { files: { "pnpm-lock.yaml": "", "npm-shrinkwrap.json": "{}" } },
    "shrinkwrap-lock-file-conflict",
    "$ git rm pnpm-lock.yaml",
  ],
  [
    "A3.managers: two engines",
    { packageJson: { engines: { npm: "10.x", yarn: "1.x" } } },
    "multiple-package-managers",
    "Multiple package managers declared in package.json",
  ],
  [
    "A3.managers: engines and packageManager",
    { packageJson: { engines: { npm: "10" }, packageManager: "pnpm@9.0.0" } },
    "multiple-package-managers",
    "- pnpm version declared in packageManager (pnpm@9.0.0)",
  ],
  [
    "A3.iojs",
    { packageJson: { engines: { iojs: "1.0.0" } } },
    "iojs-unsupported",
    "io.js is no longer supported",
  ],
  [
    "A3.yarn-production",
    {
      files: { "yarn.lock": MODERN },
      packageJson: { packageManager: "yarn@4.1.0" },
      configVars: { YARN_PRODUCTION: "true" },
    },
    "yarn2-with-yarn-production-env-set",
    "Unsupported Yarn configuration: YARN_PRODUCTION",
  ],
  [
    "A3.yarnrc: no file",
    { files: { "yarn.lock": MODERN } },
    "missing-yarnrc-yml",
    "The 'yarnrc.yml' file is not found",
  ],
  [
    "A3.yarnrc: engines names Yarn 1",
    { files: { "yarn.lock": MODERN }, packageJson: { engines: { yarn: "1.22.x" } } },
    "missing-yarnrc-yml",
    "The 'yarnrc.yml' file is not found",
  ],
  [
    "A3.yarnrc: no yarnPath",
    { files: { "yarn.lock": MODERN, ".yarnrc.yml": "nodeLinker: node-modules\n" } },
    "missing-yarn-path",
    "The 'yarnPath' could not be read",
  ],
  [
    "A3.yarnrc: not there",
    { files: { "yarn.lock": MODERN, ".yarnrc.yml": 'yarnPath: ".yarn/releases/yarn-4.cjs"\n' } },
    "missing-yarn-vendor",
    "names '.yarn/releases/yarn-4.cjs', and there is no such file",
  ],
];

describe("a guard ends the build before its first heading", () => {
  it.concurrent.for(CASES)("%s", async ([, script, id, heading], { expect }) => {
    await using rig = await NodeRig.open();
    const { output, raw, status, failure } = await rig.compile(script);
    expect({ status, failure }).toEqual({ status: 1, failure: id });
    expect(output).toContain(heading);
    // A3.before, A2.failure
    expect(output).toMatch(/^\n-----> Build failed\n\n !     /);
    expect(raw).toContain("\u001b[1;31m !     ");
    expect(await rig.calls()).toEqual([]);
  });
});

it("A3.lockfiles: says what to remove for each choice", async () => {
  await using rig = await NodeRig.open();
  const { output } = await rig.compile({
    files: { "yarn.lock": "", "package-lock.json": "{}", "pnpm-lock.yaml": "" },
  });
  expect(output).toMatchInlineSnapshot(`
    "
    -----> Build failed

     !     Error: Multiple lockfiles found.
     !     
     !     Several package managers (npm,pnpm,Yarn) have left a lockfile in
     !     your app. Only one of them can install its dependencies, and the wrong one
     !     may leave some out, or take other versions.
     !     
     !     Keep the lockfile of the package manager that you use:
     !     
     !     If you use npm:
     !     $ git rm pnpm-lock.yaml yarn.lock
     !     $ git commit -m "Remove lockfiles that are not used"
     !     
     !     If you use pnpm:
     !     $ git rm package-lock.json yarn.lock
     !     $ git commit -m "Remove lockfiles that are not used"
     !     
     !     If you use Yarn:
     !     $ git rm package-lock.json pnpm-lock.yaml
     !     $ git commit -m "Remove lockfiles that are not used"
     !     
     !     Naming the others in '.gitignore' keeps them from coming back.

    "
  `);
});

it("A3.before: in their order, and none is told twice", async () => {
  await using rig = await NodeRig.open();
  const { output } = await rig.compile({
    files: { "yarn.lock": MODERN, "package-lock.json": "{}" },
    packageJson: { engines: { npm: "10", yarn: "4", iojs: "1" } },
  });
  expect(output.match(/^ !     (Error: )?(Multiple|io\.js).*$/gm)).toEqual([
    " !     Error: Multiple lockfiles found.",
  ]);
  expect(output).not.toContain("Creating runtime environment");
});

it("A3.managers: a line for each field", async () => {
  await using rig = await NodeRig.open();
  const { output } = await rig.compile({
    packageJson: { engines: { npm: "10", yarn: "1", pnpm: "9" }, packageManager: "yarn@1.22.0" },
  });
  expect(output.match(/^ !     - .*$/gm)).toEqual([
    " !     - npm version declared in engines.npm (10)",
    " !     - yarn version declared in engines.yarn (1)",
    " !     - pnpm version declared in engines.pnpm (9)",
    " !     - yarn version declared in packageManager (yarn@1.22.0)",
  ]);
});

describe("nothing is wrong with", () => {
  it.concurrent.for<[rule: string, script: NodeScript]>([
    [
      "A3.managers: one manager named twice",
      { packageJson: { engines: { yarn: "1.x" }, packageManager: "yarn@1.22.22" } },
    ],
    [
      "A3.managers: npm in packageManager does not count",
      { packageJson: { engines: { yarn: "1.x" }, packageManager: "npm@10.0.0" } },
    ],
    ["A3.shrinkwrap: alone", { files: { "npm-shrinkwrap.json": "{}" } }],
    [
      "A3.yarnrc: a Yarn that the app brings",
      {
        files: {
          "yarn.lock": MODERN,
          ".yarnrc.yml": "yarnPath: .yarn/releases/yarn-4.cjs\n",
          ".yarn/releases/yarn-4.cjs": "",
        },
      },
    ],
    [
      "A3.yarnrc: packageManager names 2 or later",
      { files: { "yarn.lock": MODERN }, packageJson: { packageManager: "yarn@4.1.0+sha224.abc" } },
    ],
    [
      "A3.yarnrc: engines.yarn names 2 or later",
      { files: { "yarn.lock": MODERN }, packageJson: { engines: { yarn: ">=3" } } },
    ],
    ["A3.yarn-production: Yarn 1", { files: { "yarn.lock": "" }, configVars: { YARN_PRODUCTION: "true" } }],
  ])("%s", async ([, script], { expect }) => {
    await using rig = await NodeRig.open();
    expect((await rig.compile(script)).status).toBe(0);
  });
});
