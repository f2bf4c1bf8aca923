import { chmod, lstat, readdir, readFile, readlink, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildCases, steps, UV_NOTICE } from "./build-case.ts";
import { APPS, appOf, KEPT_APPS } from "./managers.ts";
import { PythonRig } from "./rig.ts";

const CAUSES = [
  ["GDAL", "error: could not find GDAL-config in PATH", "Error: A package needs the GDAL library."],
  [
    "SQLite",
    "fatal error: sqlite3.h: No such file or directory",
    "Error: A package needs the SQLite headers.",
  ],
  ["metadata", "please use pip<24.1 for that", "Error: A package has broken metadata."],
] as const;

buildCases(
  "package managers",
  KEPT_APPS.flatMap(({ manager, name, version, files, command }) => {
    const lacking = `ERROR: Could not find a version that satisfies ${manager}==${version} (from versions: 1.0, 2.0)\nERROR: No matching distribution found for ${manager}==${version}\n`;
    const failure = `install-dependencies::${manager}`;
    const general = `Error: Unable to install dependencies using ${name}.`;
    return [
      {
        rule: "5.install" as const,
        name: `${manager}: first build`,
        files,
        steps: [
          "Using Python 3.13 specified in .python-version",
          "Installing Python 3.13.5",
          `Installing ${name} ${version}`,
          `Installing dependencies using '${command}'`,
          "Saving cache",
        ],
      },
      {
        rule: "5.elsewhere" as const,
        name: `${manager}: an index without this release`,
        files,
        puppet: { "bootstrap.status": "1", "bootstrap.out": lacking, [`${manager}-version`]: "2.0\n" },
      },
      {
        rule: "5.elsewhere" as const,
        name: `${manager}: strictly`,
        files,
        env: { DYNOSIM_STRICT: "1" },
        puppet: { "bootstrap.status": "1", "bootstrap.out": lacking },
        blocks: [`Error: ${name} ${version} can't be had here.`],
        failure: `dynosim::strict::${manager}-version`,
      },
      {
        rule: "5.elsewhere" as const,
        name: `${manager}: an index that cannot be reached is an error`,
        files,
        puppet: { "bootstrap.status": "1", "bootstrap.out": "ERROR: no route to host\n" },
        blocks: [`Error: Unable to install ${name}.`],
        failure: `install-package-manager::${manager}`,
      },
      ...CAUSES.map(([cause, text, label]) => ({
        rule: "5.failure" as const,
        name: `${manager}: ${cause}`,
        files,
        puppet: { [`${manager}.out`]: `${text}\n`, [`${manager}.status`]: "1" },
        blocks: [label, general],
        failure,
      })),
      {
        rule: "5.failure" as const,
        name: `${manager}: anything else, such as a stale lock`,
        files,
        puppet: { [`${manager}.out`]: "the lock is out of date\n", [`${manager}.status`]: "2" },
        blocks: [general],
        failure,
      },
    ];
  }),
);

buildCases("Poetry's words", [
  {
    rule: "5.4.filter",
    name: "the line about virtual environments is left out",
    files: appOf("poetry").files,
    puppet: {
      "poetry.out":
        "Skipping virtualenv creation, as specified in config file.\nInstalling dependencies from lock file\n\n  - Installing six (1.17.0)\n",
    },
  },
]);

describe.for(APPS)("$manager", (app) => {
  it("5.command: shown, and run", async () => {
    await using rig = await PythonRig.open();
    const { output } = await rig.compile({ files: app.files });
    expect(steps(output)).toContain(`Installing dependencies using '${app.command}'`);
    expect((await rig.calls()).at(-1)).toBe(`${app.command} ${app.hidden}`.trim());
  });

  it("5.failure: the cache stays as it was, the manager in it too", async () => {
    await using rig = await PythonRig.open();
    const failing = { files: app.files, puppet: { [`${app.manager}.status`]: "1" } };
    const first = (await rig.compile(failing)).output;
    // Nothing of a build that failed is kept, so the next one says the same.
    expect((await rig.compile(failing)).output).toBe(first);
    expect(await rig.compile({ files: app.files, puppet: { [`${app.manager}.status`]: "0" } })).toMatchObject(
      {
        status: 0,
      },
    );
    const { output } = await rig.compile({ files: app.files });
    expect(steps(output).slice(1, 4)).toEqual([
      "Restoring cache",
      "Using cached install of Python 3.13.5",
      `${app.kept ? "Using cached" : "Installing"} ${app.name} ${app.version}`,
    ]);
  });

  it("13.test-compile: also installs what tests need", async () => {
    await using rig = await PythonRig.open();
    const { output, status } = await rig.compile({ files: app.files, program: "test-compile" });
    expect({ status, steps: steps(output) }).toMatchObject({
      status: 0,
      steps: expect.arrayContaining([`Installing dependencies using '${app.commandForTests}'`]),
    });
    expect((await rig.calls()).at(-1)).toBe(`${app.commandForTests} ${app.hidden}`.trim());
    // For every app, Django or not.
    expect(steps(output)).toContain(
      "Skipping Django collectstatic since the env var DISABLE_COLLECTSTATIC is set.",
    );
    expect((await rig.environmentOfLastCall()).get("LC_ALL")).toBe("C.UTF-8");
  });

  it("1.uv-notice: for all but uv", async () => {
    await using rig = await PythonRig.open();
    const { output } = await rig.compile({ files: app.files });
    expect(output.includes(UV_NOTICE)).toBe(app.manager !== "uv");
    expect(output.includes(`packages much faster than ${app.name}, `)).toBe(app.manager !== "uv");
  });
});

it("13.test-compile: requirements-test.txt in the same run of pip", async () => {
  await using rig = await PythonRig.open();
  const { output } = await rig.compile({
    files: { ...appOf("pip").files, "requirements-test.txt": "pytest\n" },
    program: "test-compile",
  });
  const command = "pip install -r requirements.txt -r requirements-test.txt";
  expect(steps(output)).toContain(`Installing dependencies using '${command}'`);
  expect((await rig.calls()).at(-1)).toBe(`${command} ${appOf("pip").hidden}`);
});

const BUILD_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

it.concurrent.for([
  [
    "pipenv",
    {
      PATH: `/app/.heroku/python/pipenv/bin:/app/.heroku/python/bin:${BUILD_PATH}`,
      PIPENV_SYSTEM: "1",
      PIPENV_VERBOSITY: "-1",
      VIRTUAL_ENV: "/app/.heroku/python",
      PIPENV_NOSPIN: "1",
      PIP_SRC: "/app/.heroku/python/src",
      PIP_EXTRA_INDEX_URL: "https://example.test/simple",
    },
  ],
  [
    "poetry",
    {
      PATH: `CACHE_DIR/.heroku/python-poetry/bin:/app/.heroku/python/bin:${BUILD_PATH}`,
      POETRY_VIRTUALENVS_CREATE: "false",
      POETRY_VIRTUALENVS_USE_POETRY_PYTHON: "true",
    },
  ],
  [
    "uv",
    {
      PATH: `CACHE_DIR/.heroku/python-uv:/app/.heroku/python/bin:${BUILD_PATH}`,
      UV_PROJECT_ENVIRONMENT: "/app/.heroku/python",
      UV_NO_MANAGED_PYTHON: "1",
      UV_PYTHON_DOWNLOADS: "never",
      UV_LINK_MODE: "hardlink",
      UV_CACHE_DIR: "/tmp/uv-cache",
    },
  ],
] as const)("5.environment: of the build: %s", async ([manager, expected], { expect }) => {
  await using rig = await PythonRig.open();
  const configVars = { PIP_EXTRA_INDEX_URL: "https://example.test/simple", UV_INDEX_URL: "x", TOKEN: "x" };
  await rig.compile({ files: appOf(manager).files, configVars });
  const env = Object.fromEntries(await rig.environmentOfLastCall());
  const own = Object.keys(env).filter(
    (name) => /^(?:PATH|VIRTUAL_ENV|TOKEN)$/.test(name) || /^(?:PIP|POETRY|UV)/.test(name),
  );
  expect(Object.fromEntries(own.map((name) => [name, env[name]]))).toEqual(expected);
});

it("5.5.uv-cache: its own place when the build is not below /tmp", async () => {
  await using rig = await PythonRig.open(undefined, "/var/tmp");
  expect(await rig.compile({ files: appOf("uv").files })).toMatchObject({ status: 0 });
  expect((await rig.environmentOfLastCall()).has("UV_CACHE_DIR")).toBe(false);
  expect(await readFile(join(rig.root, "buildpack/export"), "utf8")).not.toContain("UV_CACHE_DIR");
});

it.concurrent.for([
  [
    "pipenv",
    [
      'export PATH="/app/.heroku/python/pipenv/bin:$PATH"',
      "export PIPENV_SYSTEM=1",
      "export PIPENV_VERBOSITY=-1",
      'export VIRTUAL_ENV="/app/.heroku/python"',
    ],
    4,
  ],
  [
    "poetry",
    [
      'export PATH="CACHE_DIR/.heroku/python-poetry/bin:$PATH"',
      "export POETRY_VIRTUALENVS_CREATE=false",
      "export POETRY_VIRTUALENVS_USE_POETRY_PYTHON=true",
    ],
    0,
  ],
  [
    "uv",
    [
      'export PATH="CACHE_DIR/.heroku/python-uv:$PATH"',
      'export UV_PROJECT_ENVIRONMENT="/app/.heroku/python"',
      "export UV_NO_MANAGED_PYTHON=1",
      "export UV_PYTHON_DOWNLOADS=never",
      "export UV_LINK_MODE=hardlink",
      "export UV_CACHE_DIR=/tmp/uv-cache",
    ],
    0,
  ],
] as const)(
  "5.environment: for later buildpacks and at run time: %s",
  async ([manager, lines, atRunTime], { expect }) => {
    await using rig = await PythonRig.open();
    await rig.compile({ files: appOf(manager).files });
    const exported = (await rig.text("buildpack/export")).split("\n");
    // The manager's come first, so that Python's own folder ends up before them on PATH.
    expect(exported.slice(0, lines.length)).toEqual(lines);
    expect(exported[lines.length]).toBe('export PATH="/app/.heroku/python/bin:$PATH"');
    const profile = (await rig.built(".profile.d/python.sh")).split("\n");
    const own = profile.filter((line) => /pipenv|PIPENV|VIRTUAL_ENV|poetry|POETRY|uv|UV|PIP/.test(line));
    expect(own).toEqual(lines.slice(0, atRunTime));
    expect(profile.slice(0, atRunTime)).toEqual(own);
  },
);

it("5.3.place: an environment of its own in the slug, one link on PATH, no pip for the app", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: appOf("pipenv").files });
  const root = join(rig.buildDir, ".heroku/python");
  expect(await readdir(join(root, "bin"))).toEqual(["python"]);
  expect(await readdir(join(root, "pipenv/bin"))).toEqual(["pipenv"]);
  const target = await readlink(join(root, "pipenv/bin/pipenv"));
  expect(target).toBe(join(rig.app, ".heroku/python/pipenv/venv/bin/pipenv"));
  expect(await rig.calls()).toEqual([
    "-m venv --without-pip /app/.heroku/python/pipenv/venv",
    "bootstrap install --disable-pip-version-check --isolated --no-cache-dir --no-input --quiet pipenv==2026.7.1",
    "pipenv install --deploy",
  ]);
});

it("5.4.place: in the cache, not in the slug", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: appOf("poetry").files });
  expect(await rig.calls()).toEqual([
    "-m venv --without-pip CACHE_DIR/.heroku/python-poetry/venv",
    "bootstrap install --disable-pip-version-check --isolated --no-cache-dir --no-input --quiet poetry==2.4.1",
    "poetry sync --only main --compile --no-ansi --no-interaction",
  ]);
  expect(await readdir(join(rig.cache, ".heroku/python-poetry/bin"))).toEqual(["poetry"]);
  expect(await namesBelow(rig.buildDir)).not.toContain("poetry");
});

it("5.4.moved: a cache in another place means that Poetry is installed anew", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: appOf("poetry").files });
  const venv = join(rig.cache, ".heroku/python-poetry/venv");
  await rename(venv, `${venv}-moved`);
  const { output, status } = await rig.compile({ files: appOf("poetry").files });
  expect({ status, steps: steps(output).slice(1, 4) }).toEqual({
    status: 0,
    steps: ["Restoring cache", "Using cached install of Python 3.13.5", "Installing Poetry 2.4.1"],
  });
  expect(await readdir(join(rig.cache, ".heroku"))).toEqual([
    "python",
    "python-poetry",
    "python-stack",
    "python-state",
    "python-version",
    "python.return",
  ]);
});

it("5.5.place: in the cache, not in the slug", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: appOf("uv").files });
  expect(await rig.calls()).toEqual([
    "bootstrap install --disable-pip-version-check --isolated --no-cache-dir --no-input --quiet --no-deps --target CACHE_DIR/.heroku/python-uv/package uv==0.12.5",
    "uv sync --locked --no-default-groups --color always --compile-bytecode --no-progress",
  ]);
  expect(await readdir(join(rig.cache, ".heroku/python-uv"))).toEqual(["uv"]);
  expect(await namesBelow(rig.buildDir)).not.toContain("uv");
});

it.concurrent.for(KEPT_APPS)(
  "5.elsewhere: $manager: a cached one is told as what it is",
  async ({ manager, name, version, files }, { expect }) => {
    await using rig = await PythonRig.open();
    const bootstrap = `ERROR: (from versions: 1.0)\nERROR: No matching distribution found for ${manager}==${version}\n`;
    const puppet = { "bootstrap.status": "1", "bootstrap.out": bootstrap, [`${manager}-version`]: "2.0\n" };
    await rig.compile({ files, puppet });
    const { output } = await rig.compile({ files });
    expect(output).toContain(
      `-----> Using cached ${name} ${version}\n       (the package index of this machine has no ${name} ${version}; ${name} 2.0 is used instead)\n`,
    );
  },
);

it.concurrent.for(["poetry", "uv"] as const)(
  "6.failed-build: %s: what a killed build left half-made is put back",
  async (manager, { expect }) => {
    await using rig = await PythonRig.open();
    const { files, name, version } = appOf(manager);
    await rig.compile({ files });
    const kept = join(rig.cache, `.heroku/python-${manager}`);
    // As after a build that discarded the cache and was killed while it fetched the manager.
    await rename(kept, `${kept}.former`);
    await rm(join(rig.cache, ".heroku/python-other"), { force: true });
    await writeFile(kept, "half");
    const { output, status } = await rig.compile({ files });
    expect({ status, steps: steps(output) }).toMatchObject({
      status: 0,
      steps: expect.arrayContaining(["Restoring cache", `Using cached ${name} ${version}`]),
    });
    expect((await lstat(kept)).isDirectory()).toBe(true);
  },
);

it("5.6.editable: the rest of the build's path goes at boot, whichever manager wrote it", async () => {
  await using rig = await PythonRig.open();
  const text =
    '#!/bin/sh\necho "$BUILD_DIR/.heroku/python/src/x" >"$1/_uvapp.pth"\necho "$BUILD_DIR/src" >>"$1/_uvapp.pth"\n';
  await writeFile(join(rig.puppet, "installs"), text);
  await chmod(join(rig.puppet, "installs"), 0o755);
  await rig.compile({ files: appOf("uv").files });
  const pth = ".heroku/python/lib/python3.13/site-packages/_uvapp.pth";
  expect(await rig.built(pth)).toBe("/app/.heroku/python/src/x\nBUILD_DIR/src\n");
  expect(await rig.built(".profile.d/python.sh")).toContain("s#BUILD_DIR#/app#");
});

async function namesBelow(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.map(({ name }) => name);
}
