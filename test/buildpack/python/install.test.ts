import { lstat, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { buildCases, labels, steps, UV_NOTICE } from "./build-case.ts";
import { installing, PythonRig } from "./rig.ts";

const APP = { "requirements.txt": "dash\n", ".python-version": "3.13\n" };
const PIP_STEP = "Installing dependencies using 'pip install -r requirements.txt'";
const GENERAL = "Error: Unable to install dependencies using pip.";

buildCases("pip", [
  {
    rule: "5.2.pip-step",
    name: "setuptools up to 3.12",
    files: { ...APP, ".python-version": "3.12" },
    image: "3.12.7",
    steps: [
      "Using Python 3.12 specified in .python-version",
      "Installing Python 3.12.7",
      "Installing pip 26.2.1 and setuptools 70.3.0",
      PIP_STEP,
      "Saving cache",
    ],
  },
  {
    rule: "5.2.pip-elsewhere",
    name: "an index without this release",
    files: APP,
    puppet: {
      "bootstrap.status": "1",
      "bootstrap.out":
        "ERROR: Could not find a version that satisfies the requirement pip==26.2.1 (from versions: 24.0, 25.1)\nERROR: No matching distribution found for pip==26.2.1\n",
      "pip-version": "25.1\n",
    },
  },
  {
    rule: "5.2.pip-elsewhere",
    name: "strictly",
    files: APP,
    env: { DYNOSIM_STRICT: "1" },
    puppet: {
      "bootstrap.status": "1",
      "bootstrap.out":
        "ERROR: ... pip==26.2.1 (from versions: 25.1)\nERROR: No matching distribution found for pip==26.2.1\n",
    },
    blocks: ["Error: pip 26.2.1 can't be had here."],
    failure: "dynosim::strict::pip-version",
  },
  {
    rule: "5.2.pip-elsewhere",
    name: "an index that cannot be reached is an error",
    files: APP,
    puppet: {
      "bootstrap.status": "1",
      "bootstrap.out":
        "ERROR: ... pip==26.2.1 (from versions: none)\nERROR: No matching distribution found for pip==26.2.1\n",
    },
    blocks: ["Error: Unable to install pip."],
    failure: "install-package-manager::pip",
  },
  {
    rule: "5.2.satisfied",
    name: "the path is cut out of these lines only",
    files: APP,
    puppet: {
      "pip.out":
        "Requirement already satisfied: dash in ./.heroku/python/lib/python3.13/site-packages (from -r requirements.txt (line 1)) (3.2.0)\nCollecting x in /y/site-packages\n",
    },
  },
  ...(
    [
      ["GDAL", "error: could not find GDAL-config in PATH", "Error: A package needs the GDAL library."],
      [
        "SQLite",
        "fatal error: sqlite3.h: No such file or directory",
        "Error: A package needs the SQLite headers.",
      ],
      [
        "metadata",
        "WARNING: Please use pip<24.1 if you need to use this version.",
        "Error: A package has broken metadata.",
      ],
    ] as const
  ).map(([name, text, label]) => ({
    rule: "5.2.failure" as const,
    name,
    files: APP,
    puppet: { "pip.out": `Collecting dash\n${text}\n`, "pip.status": "1" },
    blocks: [label, GENERAL],
    failure: "install-dependencies::pip",
  })),
  {
    rule: "5.2.failure",
    name: "anything else",
    files: APP,
    puppet: { "pip.out": "ERROR: No matching distribution found for dash==99\n", "pip.status": "1" },
    blocks: [GENERAL],
    failure: "install-dependencies::pip",
  },
  {
    rule: "5.1.python",
    name: "an image without Python",
    files: APP,
    env: { DYNOSIM_PYTHON_ROOT: "/nowhere" },
    blocks: ["Error: Unable to download/install Python."],
    failure: "install-python",
  },
  {
    rule: "12.internal",
    name: "a cache that is a file",
    files: APP,
    cache: { ".heroku": "" },
    blocks: ["Error: Internal error of dynosim's Python buildpack."],
    failure: "internal-error::cache",
  },
]);

it.concurrent.for<[readonly string[], boolean, boolean]>([
  [["django", "psycopg2"], true, true],
  [["django"], true, false],
  [["psycopg2"], true, false],
  [["django", "psycopg2"], false, false],
])("7.3.release: %s, manage.py: %s", async ([installed, managePy, addon], { expect }) => {
  await using rig = await PythonRig.open();
  await rig.compile({
    files: { ...APP, ...(managePy ? { "manage.py": "" } : {}) },
    installs: installing(...installed),
  });
  expect(await rig.release()).toMatchObject({
    output: addon ? "---\naddons:\n  - heroku-postgresql\n" : "",
    status: 0,
  });
});

it("5.2.pip-options: of the bootstrap and of pip install", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: APP, env: { PIP_CERT: "/etc/ca.pem" } });
  expect(await rig.calls()).toEqual([
    "bootstrap install --disable-pip-version-check --isolated --no-cache-dir --no-input --quiet --cert /etc/ca.pem pip==26.2.1",
    "pip install -r requirements.txt --exists-action=w --no-cache-dir --no-input --progress-bar off --src=/app/.heroku/python/src",
  ]);
});

it.concurrent.for<[string, readonly string[], boolean]>([
  ["not there", [], true],
  ["there", ["pip-26.2.1"], false],
  ["another pip, brought by the requirements", ["pip-25.0"], true],
])("5.2.pip-step: the bootstrap in a restored tree: pip is %s", async ([, there, runs], { expect }) => {
  await using rig = await PythonRig.open();
  const body = there
    .map((name) => `mkdir -p "$1/${name}.dist-info"; touch "$1/${name}.dist-info/RECORD"`)
    .join("\n");
  await rig.compile({ files: APP, installs: body });
  await rig.calls();
  const { output } = await rig.compile({ files: APP });
  expect(steps(output)).toContain("Installing pip 26.2.1");
  expect((await rig.calls()).some((call) => call.startsWith("bootstrap"))).toBe(runs);
});

it("5.2.extra-index: the only config var that pip sees", async () => {
  await using rig = await PythonRig.open();
  const configVars = {
    PIP_EXTRA_INDEX_URL: "https://example.test/simple",
    PIP_INDEX_URL: "https://x.test",
    TOKEN: "t",
    PYTHONPATH: "/x",
  };
  const { output } = await rig.compile({ files: APP, configVars });
  const env = await rig.environmentOfLastCall();
  expect(output).not.toContain("example.test");
  expect(Object.keys(configVars).map((name) => env.get(name))).toEqual([
    "https://example.test/simple",
    undefined,
    undefined,
    undefined,
  ]);
});

it("9.1.environment: of the build", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({
    files: APP,
    env: { PYTHONPATH: "/x", C_INCLUDE_PATH: "/old", PYTHONHOME: "/x", GIT_SSL_CAINFO: "/ca" },
  });
  const env = Object.fromEntries(await rig.environmentOfLastCall());
  expect(env).toMatchObject({
    PATH: "/app/.heroku/python/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    PYTHONUNBUFFERED: "1",
    LANG: "en_US.UTF-8",
    C_INCLUDE_PATH: "/app/.heroku/python/include:/old",
    CPLUS_INCLUDE_PATH: "/app/.heroku/python/include",
    LIBRARY_PATH: "/app/.heroku/python/lib",
    LD_LIBRARY_PATH: "/app/.heroku/python/lib",
    PKG_CONFIG_PATH: "/app/.heroku/python/lib/pkg-config",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    BUILD_DIR: "BUILD_DIR",
    CACHE_DIR: "CACHE_DIR",
    ENV_DIR: "RIG/env",
    GIT_SSL_CAINFO: "/ca",
  });
  expect(env).not.toHaveProperty("PYTHONPATH");
  expect(env).not.toHaveProperty("PYTHONHOME");
});

it("5.1.python: the tree lies in the build directory, the app's folder points to it", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: APP });
  const link = join(rig.root, "app/.heroku/python");
  expect(await readlink(link)).toBe(join(rig.buildDir, ".heroku/python"));
  expect((await lstat(join(rig.buildDir, ".heroku/python"))).isDirectory()).toBe(true);
  await rig.compile({ files: APP });
  expect(await readlink(link)).toBe(join(rig.buildDir, ".heroku/python"));
});

it("5.1.python: no link when the app is built in place", async () => {
  await using rig = await PythonRig.open();
  const { status, output } = await rig.compile({
    files: APP,
    env: { DYNOSIM_APP_DIR: join(rig.root, "build_1") },
  });
  expect({ status, output }).toEqual({ status: 0, output: expect.any(String) });
  expect((await lstat(join(rig.buildDir, ".heroku/python"))).isDirectory()).toBe(true);
  expect(await rig.built(".profile.d/python.sh")).not.toContain("find ");
});

it("5.6.editable: paths in .pth, .egg-link and finder files, and in no others", async () => {
  await using rig = await PythonRig.open();
  const names = ["a.pth", "b.egg-link", "__editable___c_finder.py", "d.py"];
  const body = names
    .map((name) => `echo "$BUILD_DIR/.heroku/python/src/x $BUILD_DIR/lib" >"$1/${name}"`)
    .join("\n");
  await rig.compile({ files: APP, installs: body });
  const site = ".heroku/python/lib/python3.13/site-packages";
  const texts = await Promise.all(names.map((name) => rig.built(`${site}/${name}`)));
  const rewritten = "/app/.heroku/python/src/x BUILD_DIR/lib\n";
  expect(texts).toEqual([rewritten, rewritten, rewritten, "BUILD_DIR/.heroku/python/src/x BUILD_DIR/lib\n"]);
});

it("12.streams: steps on stdout, blocks on stderr", async () => {
  await using rig = await PythonRig.open();
  const apart = `#!/bin/bash\n"\${0%/*}/compile" "$@" >"${rig.root}/out" 2>"${rig.root}/err"\n`;
  await writeFile(join(rig.root, "buildpack/bin/apart"), apart);
  const files = { "requirements.txt": "", "runtime.txt": "python-3.13" };
  expect(await rig.compile({ files, program: "apart" })).toMatchObject({ output: "", status: 0 });
  const [out, err] = await Promise.all([rig.text("out"), rig.text("err")]);
  expect(out.split("\n").filter((line) => !line.startsWith("-----> "))).toEqual([""]);
  expect(labels(err)).toEqual(["Warning: The runtime.txt file is deprecated.", UV_NOTICE]);
  expect(err).not.toContain("-----> ");
});

it("12.streams: each line of a block closes its colour", async () => {
  await using rig = await PythonRig.open();
  const { raw } = await rig.compile({ files: { "requirements.txt": "", "runtime.txt": "python-3.13" } });
  const coloured = raw.split("\n").filter((line) => line.includes("\u001b"));
  expect(coloured.length).toBeGreaterThan(8);
  // eslint-disable-next-line no-control-regex
  for (const line of coloured) expect(line).toMatch(/^\x1b\[1;3[34]m !     .*\x1b\[0m$/);
  const failed = await rig.compile({ files: { Pipfile: "" } });
  // eslint-disable-next-line no-control-regex
  expect(failed.raw).toMatch(/^\n\x1b\[1;31m !     Error: No 'Pipfile.lock' found!\x1b\[0m\n/);
  expect(labels(failed.output)).toHaveLength(1);
  expect(steps(failed.output)).toEqual([]);
});
