import { describe, expect, it } from "vitest";
import { NodeRig, type NodeScript } from "./rig.ts";

const START = { scripts: { start: "x" } };

async function environment(script: NodeScript): Promise<ReadonlyMap<string, string>> {
  await using rig = await NodeRig.open();
  expect((await rig.compile({ packageJson: START, ...script })).status).toBe(0);
  return await rig.environmentOfLastCall();
}

/** What is printed under the first heading. */
function listing(output: string): readonly string[] {
  const [, text = ""] =
    /-----> Creating runtime environment\n {7}\n([^]*?)\n {7}\n-----> /.exec(output) ?? [];
  return text.split("\n").toSorted();
}

describe("npm sees", () => {
  it("A4.config-vars: all of them, whatever they hold", async () => {
    const configVars = {
      A: "1",
      SECRET_KEY: "a b\n'c' \"d\" $e",
      npm_config_x: "y",
      NODE_VERSION: "9",
      CACHE_DIR: "mine",
    };
    const seen = await environment({ configVars });
    expect(Object.fromEntries(Object.keys(configVars).map((name) => [name, seen.get(name)]))).toMatchObject({
      A: "1",
      npm_config_x: "y",
      NODE_VERSION: "9",
    });
    expect(seen.get("SECRET_KEY")).toBe("a b");
  });

  it("A4.config-vars: but for the block list", async () => {
    const names = "PATH GIT_DIR CPATH CPPATH LD_PRELOAD LIBRARY_PATH LANG BUILD_DIR".split(" ");
    const seen = await environment({ configVars: Object.fromEntries(names.map((name) => [name, "mine"])) });
    expect(names.filter((name) => seen.get(name) === "mine")).toEqual([]);
  });

  it("A4.config-vars: and what bash keeps to itself does not end the build", async () => {
    const seen = await environment({ configVars: { UID: "5", BASHOPTS: "x", PPID: "1", A: "1" } });
    expect(seen.get("A")).toBe("1");
  });

  it("A4.defaults: where the app says nothing", async () => {
    const seen = await environment({});
    const names = [...seen.keys()].filter((name) => /^(NPM_CONFIG_(?!CACHE$)|NODE_|USE_)/.test(name));
    expect(Object.fromEntries(names.map((name) => [name, seen.get(name)]))).toEqual({
      NODE_ENV: "production",
      NODE_HOME: "BUILD_DIR/.heroku/node",
      NODE_MODULES_CACHE: "true",
      NODE_OPTIONS: "--max_old_space_size=2560",
      NODE_VERBOSE: "false",
      NPM_CONFIG_LOGLEVEL: "error",
    });
  });

  it("A4.defaults: its PATH", async () => {
    const path = (await environment({})).get("PATH") ?? "";
    expect(path).toMatch(
      /^BUILD_DIR\/\.heroku\/node\/bin:BUILD_DIR\/\.heroku\/yarn\/bin:\/usr\/local\/sbin:.*:BUILD_DIR\/node_modules\/\.bin$/,
    );
  });

  it("A4.node-options: the app's own", async () => {
    const configVars = { NODE_OPTIONS: "--enable-source-maps" };
    expect((await environment({ configVars })).get("NODE_OPTIONS")).toBe("--enable-source-maps");
  });
});

describe("the listing has", () => {
  it.concurrent.for<[what: string, script: NodeScript, lines: string[]]>([
    [
      "A4.listing: the defaults",
      {},
      ["NODE_ENV=production", "NODE_MODULES_CACHE=true", "NODE_VERBOSE=false", "NPM_CONFIG_LOGLEVEL=error"],
    ],
    [
      "A4.listing: the app's own, by their first letters",
      {
        configVars: {
          NODE_ENV: "staging",
          NPM_CONFIG_PRODUCTION: "false",
          YARN_X: "1",
          USE_NPM_INSTALL: "true",
          USE_YARN_Z: "1",
          MY_NODE_X: "1",
          NODE_OPTIONS: "-r x",
        },
      },
      [
        "NODE_ENV=staging",
        "NODE_MODULES_CACHE=true",
        "NODE_OPTIONS=-r x",
        "NODE_VERBOSE=false",
        "NPM_CONFIG_LOGLEVEL=error",
        "NPM_CONFIG_PRODUCTION=false",
        "USE_NPM_INSTALL=true",
        "USE_YARN_Z=1",
        "YARN_X=1",
      ],
    ],
    [
      "A4.listing: with Yarn",
      { files: { "yarn.lock": "" } },
      [
        "NODE_ENV=production",
        "NODE_MODULES_CACHE=true",
        "NODE_VERBOSE=false",
        "NPM_CONFIG_LOGLEVEL=error",
        "USE_YARN_CACHE=true",
      ],
    ],
    [
      "A4.listing: not what is this machine's",
      { env: { NODE_EXTRA_CA_CERTS: "/bundle" } },
      ["NODE_ENV=production", "NODE_MODULES_CACHE=true", "NODE_VERBOSE=false", "NPM_CONFIG_LOGLEVEL=error"],
    ],
    [
      "A4.listing: unless the app says so too",
      { env: { NODE_EXTRA_CA_CERTS: "/bundle" }, configVars: { NODE_EXTRA_CA_CERTS: "ca.pem" } },
      [
        "NODE_ENV=production",
        "NODE_EXTRA_CA_CERTS=ca.pem",
        "NODE_MODULES_CACHE=true",
        "NODE_VERBOSE=false",
        "NPM_CONFIG_LOGLEVEL=error",
      ],
    ],
  ])("%s", async ([, script, lines], { expect }) => {
    await using rig = await NodeRig.open();
    const { output } = await rig.compile({ packageJson: START, ...script });
    expect(listing(output)).toEqual(lines.map((line) => `       ${line}`));
  });
});

it("A4.export: for later buildpacks", async () => {
  await using rig = await NodeRig.open();
  await rig.compile({ packageJson: START });
  expect(await rig.exported())
    .toBe(`export PATH="BUILD_DIR/.heroku/node/bin:BUILD_DIR/.heroku/yarn/bin:$PATH:BUILD_DIR/node_modules/.bin"
export NODE_HOME="BUILD_DIR/.heroku/node"
export NODE_OPTIONS="\${NODE_OPTIONS:---max_old_space_size=2560}"
`);
});
