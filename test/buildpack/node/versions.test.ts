import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { BUILDPACKS, type Files } from "../rig.ts";
import { RELEASES } from "./puppet-registry.ts";
import { NodeRig } from "./rig.ts";

/** What stands under `Installing binaries`, up to the next step. */
function binaries(output: string): string {
  return /-----> Installing binaries\n([^]*?)\n-----> /.exec(output)?.[1] ?? output;
}

/** Headings of warnings, in order. */
function warnings(output: string): readonly string[] {
  return [...output.matchAll(/\n\n !     ([^\n]*)/g)].map(([, heading = ""]) => heading);
}

const WIDE = expect.stringMatching(/^The requested Node.js version is using a wide range /) as string;
const LIMITED = expect.stringMatching(
  /^The resolved Node.js version has been limited to the Active LTS \(24\.21\.0\)/,
) as string;
const EOL = (version: string): string =>
  expect.stringContaining(`Node.js ${version} is now End-of-Life (EOL).`) as string;

const RESOLUTIONS: readonly (readonly [
  rule: string,
  request: string,
  version: string,
  facts: readonly ("wide" | "limited" | "eol")[],
])[] = [
  ["A5.ranges: major", "22.x", "22.23.3", []],
  ["A5.ranges: minor", "22.22", "22.22.0", []],
  ["A5.ranges: exact", "24.11.1", "24.11.1", []],
  ["A5.ranges: leading v", "v24.11.1", "24.11.1", []],
  ["A5.ranges: blanks", "  >= 22.0.0   < 23 ", "22.23.3", []],
  ["A5.ranges: ~=", "~= 22.22", "22.22.0", []],
  ["A5.ranges: latest", "latest", "24.21.0", ["wide", "limited"]],
  ["A5.ranges: alternatives", "22.x || 24.x", "24.21.0", []],
  ["A5.default: nothing is asked for", "", "24.21.0", []],
  ["A5.eol: 20", "^20.19.0", "20.20.2", ["eol"]],
  ["A5.eol: 25 too", "25", "25.9.0", ["eol"]],
  ["A5.eol: there is no minimum", "0.10.x", "0.10.48", ["eol"]],
  ["A5.eol: 26 is supported", "26.x", "26.10.0", []],
  ["A5.wide: next major", ">=25", "26.10.0", ["wide"]],
  ["A5.wide: previous major", ">=22 <25", "24.21.0", ["wide"]],
  ["A5.wide: a neighbour nobody published", ">=26", "26.10.0", ["wide"]],
  ["A5.wide: and end of life", "<22", "21.7.3", ["wide", "eol"]],
  ["A5.limited: >=22", ">=22", "24.21.0", ["wide", "limited"]],
  ["A5.limited: *", "*", "24.21.0", ["wide", "limited"]],
  ["A5.limited: not a wide one", "24.x || 26.x", "24.21.0", ["limited"]],
];

/** What the buildpack's own program finds, without a build around it. */
async function resolve(request: string): Promise<ReadonlyMap<string, string>> {
  const data = join(BUILDPACKS, "nodejs/data");
  const dist = { tarball: "file:///x.tgz", integrity: "sha512-x" };
  const versions = [...RELEASES, "24.99.0-rc.1"].map((version) => [version, { dist }]);
  const { stdout } = await execa({
    input: JSON.stringify({ versions: Object.fromEntries(versions) as object }),
  })`jq -r -L ${data} --arg range ${request} --argjson allow_wide false --slurpfile known ${data}/versions.json -f ${data}/resolve.jq`;
  return new Map(stdout.split("\n").map((line) => [line.replace(/\t.*/, ""), line.replace(/^[^\t]*\t/, "")]));
}

describe("engines.node", () => {
  it.concurrent.for(RESOLUTIONS)("%s (%j) is %s", async ([, node, version, facts], { expect }) => {
    const found = await resolve(node);
    expect({ status: found.get("status"), version: found.get("version") }).toEqual({
      status: "resolved",
      version,
    });
    expect(["wide", "limited", "eol"].filter((name) => found.get(name) === "true")).toEqual(facts);
  });

  it.concurrent.for<[rule: string, request: string, version: string, warnings: readonly string[]]>([
    ["A5.ranges: blanks", "  >= 22.0.0   < 23 ", "22.23.3", []],
    ["A5.limited: and wide", "latest", "24.21.0", [WIDE, LIMITED]],
    ["A5.limited: not a wide one", "24.x || 26.x", "24.21.0", [LIMITED]],
    ["A5.wide: and end of life", "<22", "21.7.3", [WIDE, EOL("21.7.3")]],
  ])("%s (%j) is installed as %s, with its warnings", async ([, node, version, said], { expect }) => {
    await using rig = await NodeRig.open();
    const { output, status } = await rig.compile({
      packageJson: { engines: { node }, scripts: { start: "x" } },
    });
    expect(status).toBe(0);
    expect(output).toContain(`       engines.node (package.json):   ${node}\n`);
    expect(output).toContain(`       Resolving node version ${node}...\n`);
    expect(output).toContain(`       Downloading and installing node ${version}...\n`);
    expect(warnings(output)).toEqual(said);
  });

  it("A5.limited: opted out of", async () => {
    await using rig = await NodeRig.open();
    const packageJson = { engines: { node: ">=22" }, scripts: { start: "x" } };
    const { output } = await rig.compile({ packageJson, configVars: { NODEJS_ALLOW_WIDE_RANGE: "true" } });
    expect(output).toContain("Downloading and installing node 26.10.0...");
    expect(warnings(output)).toEqual([WIDE]);
  });

  it("A5.eol: 22.5.0 is known to be bad", async () => {
    await using rig = await NodeRig.open();
    const { output } = await rig.compile({
      packageJson: { engines: { node: "22.5.0" }, scripts: { start: "x" } },
    });
    expect(warnings(output)).toEqual(["Issues with Node.js v22.5.0"]);
  });

  it.concurrent.for([
    ["A5.invalid", "stable", "invalid-semver-requirement", "Error: Invalid Node.js version requirement."],
    [
      "A5.invalid: a part of it",
      "14.x.badversion",
      "invalid-semver-requirement",
      "Error: Invalid Node.js version requirement.",
    ],
    [
      "A5.unpublished",
      "0.11.333",
      "invalid-node-version",
      "Error: No published Node.js version matches the requested range.",
    ],
    [
      "A5.unpublished: a prerelease",
      "24.99.0-rc.1",
      "invalid-node-version",
      "Error: No published Node.js version matches the requested range.",
    ],
    [
      "A5.unpublished: nothing at all",
      "<0.0.0",
      "invalid-node-version",
      "Error: No published Node.js version matches the requested range.",
    ],
  ] as const)("%s (%s)", async ([, node, id, heading], { expect }) => {
    await using rig = await NodeRig.open();
    const { output, status, failure } = await rig.compile({ packageJson: { engines: { node } } });
    expect({ status, failure }).toEqual({ status: 1, failure: id });
    expect(output).toContain(`-----> Build failed\n\n !     ${heading}\n`);
    expect(output).toContain(`'${node}'`);
    expect(output).toContain('"node": "24.x"');
  });
});

it("A5.default: nothing is asked for", async () => {
  await using rig = await NodeRig.open();
  const { output } = await rig.compile({ packageJson: { scripts: { start: "x" } } });
  expect(binaries(output)).toMatchInlineSnapshot(`
    "       engines.node (package.json):   unspecified
           engines.npm (package.json):    unspecified (use default)
           
           No Node.js version specified, resolving current LTS version...
           Downloading and installing node 24.21.0...
           Validating checksum
           Using default npm version: 11.6.2
           "
  `);
});

it("A5.source: other files that name a version are not read", async () => {
  await using rig = await NodeRig.open();
  const { output } = await rig.compile({
    packageJson: { volta: { node: "22.22.0" }, scripts: { start: "x" } },
    files: { ".nvmrc": "22", ".node-version": "22", ".tool-versions": "nodejs 22.22.0" },
  });
  expect(output).toContain("Downloading and installing node 24.21.0...");
});

describe("npm", () => {
  it.concurrent.for<[rule: string, npm: string | undefined, node: string, said: string, calls: string[]]>([
    ["A5.npm: bundled", undefined, "18.x", "Using default npm version: 10.8.2", []],
    ["A5.npm: bundled, of the data", undefined, "4.x", "Using default npm version: 2.15.11", []],
    ["A5.npm: equal", "10.9.4", "22.x", "npm 10.9.4 already installed with node", []],
    ["A5.npm: another", "11.6.0", "22.x", "Bootstrapping npm 11.6.0 (replacing 10.9.4)...", ["npm@11.6.0"]],
    [
      "A5.npm: a range is never equal",
      "10.x",
      "22.x",
      "Bootstrapping npm 10.x (replacing 10.9.4)...",
      ["npm@10.x"],
    ],
  ])("%s", async ([, npm, node, said, installed], { expect }) => {
    await using rig = await NodeRig.open();
    const { output, status } = await rig.compile({
      packageJson: { engines: { node, ...(npm ? { npm } : {}) } },
    });
    expect(status).toBe(0);
    expect(output).toContain(`       engines.npm (package.json):    ${npm ?? "unspecified (use default)"}\n`);
    expect(output).toContain(`       ${said}\n`);
    expect(globals(await rig.calls())).toEqual(installed);
  });

  it("A5.npm: a lockfile that the bundled one is too old for", async () => {
    await using rig = await NodeRig.open();
    const { output, status } = await rig.compile({
      packageJson: { engines: { node: "4.x" } },
      files: { "package-lock.json": "{}" },
    });
    expect(status).toBe(0);
    expect(output).toMatch(
      /\n {7}Detected package-lock\.json: defaulting npm to version 5\.x\.x\n {7}Bootstrapping npm 5\.x\.x \(replacing 2\.15\.11\)\.\.\.\n {7}npm 5\.\S+ installed\n/,
    );
    expect(globals(await rig.calls())).toEqual(["npm@5.x.x"]);
  });

  it("A5.npm: not to be had", async () => {
    await using rig = await NodeRig.open();
    const { output, status, failure } = await rig.compile({
      packageJson: { engines: { node: "22.x", npm: "1.2.3" } },
      puppet: { unpublished: "npm@1.2.3\n" },
    });
    expect({ status, failure }).toEqual({ status: 1, failure: "npm-install-failed" });
    expect(output).toContain("No matching version found for npm@1.2.3.");
    expect(output).toContain("\n-----> Build failed\n\n !     Unable to install npm 1.2.3.\n");
  });
});

/** What was installed globally. */
function globals(calls: readonly string[]): readonly string[] {
  return calls.filter((call) => call.includes(" --global ")).map((call) => call.split(" ").at(-1) ?? "");
}

const YARN = { "yarn.lock": "# yarn lockfile v1\n" };
const BERRY = { "yarn.lock": "__metadata:\n  version: 8\n" };
const PNPM = { "pnpm-lock.yaml": "lockfileVersion: '9.0'\n" };

describe("Yarn and pnpm", () => {
  it.concurrent.for<
    [rule: string, json: Record<string, unknown>, files: Files, installed: string[], lines: string[]]
  >([
    [
      "A5.yarn: a lockfile",
      {},
      YARN,
      ["yarn@1.22.x"],
      [
        "engines.yarn (package.json):   unspecified (use default)",
        "Downloading and installing yarn (1.22.x)",
        "Installed yarn 1.22.22",
      ],
    ],
    [
      "A5.yarn: engines, without a lockfile",
      { engines: { yarn: "1.22.0" } },
      {},
      ["yarn@1.22.0"],
      [
        "engines.yarn (package.json):   1.22.0",
        "Installed yarn 1.22.0",
        "Installing node modules (package.json)",
      ],
    ],
    [
      "A5.yarn: packageManager, without a lockfile",
      { packageManager: "yarn@1.22.1" },
      {},
      ["yarn@1.22.1"],
      ["packageManager (package.json): yarn@1.22.1", "Installed yarn 1.22.1"],
    ],
    [
      "A5.yarn: 2 and later",
      { packageManager: "yarn@4.1.0+sha224.abc" },
      BERRY,
      ["@yarnpkg/cli-dist@4.1.0"],
      [
        "packageManager (package.json): yarn@4.1.0+sha224.abc",
        "Downloading and installing yarn (4.1.0)",
        "Using yarn 4.1.0",
      ],
    ],
    [
      "A5.package-manager: wins over engines.yarn",
      { packageManager: "yarn@1.22.5", engines: { yarn: "1.22.0" } },
      YARN,
      ["yarn@1.22.5"],
      ["Downloading and installing yarn (1.22.5)", "Multiple declarations of yarn version"],
    ],
    [
      "A5.pnpm: engines",
      { engines: { pnpm: "9.1.0" } },
      PNPM,
      ["pnpm@9.1.0"],
      ["engines.pnpm (package.json):   9.1.0", "Downloading and installing pnpm (9.1.0)", "Using pnpm 9.1.0"],
    ],
    [
      "A5.pnpm: packageManager",
      { packageManager: "pnpm@9.5.0" },
      PNPM,
      ["pnpm@9.5.0"],
      [
        "engines.pnpm (package.json):   unspecified (use default)",
        "packageManager (package.json): pnpm@9.5.0",
        "Using pnpm 9.5.0",
      ],
    ],
    [
      "A5.pnpm: latest",
      {},
      PNPM,
      ["pnpm@latest"],
      ["Default pnpm version used", "Downloading and installing pnpm (latest)"],
    ],
    [
      "A5.package-manager: wins over engines.pnpm",
      { packageManager: "pnpm@9.5.0", engines: { pnpm: "8" } },
      PNPM,
      ["pnpm@9.5.0"],
      ["Multiple declarations of pnpm version", "Using pnpm 9.5.0"],
    ],
    [
      "A5.pnpm: not without its lockfile",
      { packageManager: "pnpm@9.5.0" },
      {},
      [],
      ["Installing node modules (package.json)"],
    ],
  ])("%s", async ([, packageJson, files, installed, lines], { expect }) => {
    await using rig = await NodeRig.open();
    const { output, status } = await rig.compile({ packageJson, files });
    expect(status).toBe(0);
    for (const line of lines) expect(output).toContain(`     ${line}\n`);
    expect(globals(await rig.calls())).toEqual(installed);
  });

  it.concurrent.for<[rule: string, files: Files, spec: string, id: string, heading: string]>([
    ["A5.yarn: not to be had", YARN, "yarn@1.22.x", "yarn-install-failed", "Unable to install yarn 1.22.x."],
    ["A5.pnpm: not to be had", PNPM, "pnpm@latest", "pnpm-install-failed", "Unable to install pnpm latest."],
  ])("%s", async ([, files, spec, id, heading], { expect }) => {
    await using rig = await NodeRig.open();
    const { output, status, failure } = await rig.compile({ files, puppet: { unpublished: `${spec}\n` } });
    expect({ status, failure }).toEqual({ status: 1, failure: id });
    expect(output).toContain(`\n-----> Build failed\n\n !     ${heading}\n`);
  });
});
