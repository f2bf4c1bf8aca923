import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildReference, runReference } from "../../../src/engine/docker/stack-images/references.ts";
import { rotatingSlice } from "../../rotating-slice.ts";
import { StackContainer } from "../stack-container.ts";
import { steps } from "./build-case.ts";

// The true managers and the package index, in the stack images. Each app has a package of the index, one of its own folder
// and one of a repository; the locks were made by the managers' pinned releases.
const APPS = join(import.meta.dirname, "apps");
const CACHE = "/tmp/codon/tmp/cache";
const SITE = "/app/.heroku/python/lib/python3.13/site-packages";
const SOURCES = "/app/.heroku/python/src/vcslib/vcslib.py";

interface Real {
  readonly manager: string;
  readonly origin: string;
  readonly tool: string;
  readonly command: string;
  /** What a first build prints below the command. */
  readonly installs: string;
  /** What an unchanged second build prints. */
  readonly updates: string;
  /** Makes the lock stale, in the source; and what the manager says then. Undefined: there is no lock. */
  readonly stale: { readonly edit: string; readonly says: string } | undefined;
  readonly vcslib: string;
  /** Programs among python, pip, pipenv, poetry and uv that the dyno has. */
  readonly atRunTime: readonly string[];
  readonly commandForTests: string;
}

const BUILD = String.raw`/tmp/build_\d+`;
const VCS_URL = String.raw`git\+file:///tmp/vcslib\.git@[0-9a-f]{40}`;
const lines = (...patterns: readonly string[]): string => patterns.map((text) => `       ${text}\n`).join("");

const PIP: Real = {
  manager: "pip",
  origin: ".python-version",
  tool: "pip 26.2.1",
  command: "pip install -r requirements.txt",
  installs: lines(
    "Installing collected packages: vcslib, mylib, six",
    "Successfully installed mylib-1 six-1.17.0 vcslib-1",
  ),
  updates: lines(
    String.raw`Requirement already satisfied: six==1\.17\.0 \(from -r requirements\.txt \(line 1\)\) \(1\.17\.0\)`,
  ),
  stale: undefined,
  vcslib: SOURCES,
  atRunTime: ["pip"],
  commandForTests: "pip install -r requirements.txt -r requirements-test.txt",
};

const PIPENV: Real = {
  manager: "pipenv",
  origin: "Pipfile.lock",
  tool: "Pipenv 2026.7.1",
  command: "pipenv install --deploy",
  installs: "",
  updates: "",
  stale: { edit: "sed -i 's/1.17.0/1.16.0/' Pipfile", says: "ERROR:: Aborting deploy" },
  vcslib: SOURCES,
  atRunTime: ["pipenv"],
  commandForTests: "pipenv install --deploy --dev",
};

const POETRY: Real = {
  manager: "poetry",
  origin: ".python-version",
  tool: "Poetry 2.4.1",
  command: "poetry sync --only main",
  installs: lines(
    "Installing dependencies from lock file",
    "",
    "Package operations: 3 installs, 0 updates, 0 removals",
    "",
    String.raw`  - Installing six \(1\.17\.0\)`,
    String.raw`  - Installing mylib \(1 ${BUILD}/lib\)`,
    String.raw`  - Installing vcslib \(1 [0-9a-f]{7}\)`,
  ),
  updates: lines(
    "Installing dependencies from lock file",
    "",
    "Package operations: 0 installs, 2 updates, 0 removals",
    "",
    String.raw`  - Updating mylib \(1 ${BUILD}/lib -> 1 ${BUILD}/lib\)`,
    String.raw`  - Updating vcslib \(1 /app/\.heroku/python/src/vcslib -> 1 [0-9a-f]{7}\)`,
  ),
  stale: {
    edit: "sed -i 's/1.17.0/1.16.0/' pyproject.toml",
    says: "pyproject.toml changed significantly since poetry.lock was last generated.",
  },
  vcslib: SOURCES,
  atRunTime: [],
  commandForTests: "poetry sync",
};

const UV: Real = {
  manager: "uv",
  origin: ".python-version",
  tool: "uv 0.12.5",
  command: "uv sync --locked --no-default-groups",
  installs: lines(
    String.raw` \+ mylib==1 \(from file://${BUILD}/lib\)`,
    String.raw` \+ six==1\.17\.0`,
    String.raw` \+ vcslib==1 \(from ${VCS_URL}\)`,
  ),
  updates: lines(
    String.raw` - mylib==1 \(from file://${BUILD}/lib\)`,
    String.raw` \+ mylib==1 \(from file://${BUILD}/lib\)`,
  ),
  stale: {
    edit: "sed -i 's/1.17.0/1.16.0/' pyproject.toml",
    says: "error: The lockfile at `uv.lock` needs to be updated, but `--locked` was provided.",
  },
  // uv has no editable install of a repository
  vcslib: `${SITE}/vcslib.py`,
  atRunTime: [],
  commandForTests: "uv sync --locked",
};

let container: StackContainer;
let dyno: StackContainer;
let image: string;
let builds = 0;
beforeAll(async () => {
  [container, dyno] = await Promise.all([
    StackContainer.open(buildReference("3.13"), "python", true),
    StackContainer.open(runReference("3.13"), "python", false),
  ]);
  await container.putFolder(APPS, "apps");
  await container.run(`mkdir -p ${CACHE} && chown -R 1000:1000 /tmp/codon /buildpack /apps`, {}, "root");
  await container.run("bash /apps/make-vcslib.sh");
  image = (await container.run("cat /opt/dynosim/python-version")).output.trim();
});
afterAll(async () => {
  await container[Symbol.asyncDispose]();
  await dyno[Symbol.asyncDispose]();
});

async function build(
  { manager }: Real,
  edit = ":",
  program = "compile",
): Promise<{ readonly output: string; readonly status: number; readonly dir: string }> {
  builds += 1;
  const dir = `/tmp/build_${String(builds)}`;
  // One build at a time has a directory, as in a build of the platform.
  const script = `rm -rf /tmp/build_* && cp -r /apps/${manager} ${dir} && mkdir -p /tmp/env && cd ${dir} && ${edit} && /buildpack/bin/${program} ${dir} ${CACHE} /tmp/env`;
  const env = { STACK: "heroku-24", HOME: "/app", DYNOSIM_FAILURE_FILE: "/tmp/failure" };
  return { ...(await container.run(script, env)), dir };
}

/** Another app: another cache. */
async function forget(): Promise<void> {
  await container.run(`rm -rf ${CACHE}/* ${CACHE}/.heroku /app/.heroku /app/.cache`);
}

async function buildTwice(real: Real): Promise<void> {
  await forget();
  const step = `Installing dependencies using '${real.command}'`;
  const first = await build(real);
  expect(first).toMatchObject({
    status: 0,
    output: expect.stringMatching(new RegExp(`${real.installs}-----> Saving cache`)),
  });
  expect(steps(first.output)).toEqual([
    `Using Python 3.13 specified in ${real.origin}`,
    `Installing Python ${image}`,
    `Installing ${real.tool}`,
    step,
    "Saving cache",
  ]);
  const second = await build(real);
  expect(second).toMatchObject({ status: 0, output: expect.stringMatching(new RegExp(real.updates)) });
  expect(steps(second.output)).toEqual([
    `Using Python 3.13 specified in ${real.origin}`,
    "Restoring cache",
    `Using cached install of Python ${image}`,
    `${real.manager === "pip" ? "Installing" : "Using cached"} ${real.tool}`,
    step,
    "Saving cache",
  ]);
}

/** Moved to /app, as a slug is. */
async function importOnDyno(real: Real): Promise<void> {
  await dyno.run("rm -rf /app/* /app/.[!.]*", {}, "root");
  await dyno.put(await container.get(`/tmp/build_${String(builds)}/.`), "/app");
  const script = [
    "cd /app; for f in .profile.d/*.sh; do . $f; done 2>/dev/null",
    'python -c "import six, mylib, vcslib; print(six.__version__, mylib.WORD, mylib.__file__, vcslib.WORD, vcslib.__file__)"',
    'python -c "import iniconfig" 2>&1 | tail -n 1',
    'for tool in pip pipenv poetry uv; do command -v $tool >/dev/null && $tool --version >/dev/null && echo "has $tool"; done',
    "grep -rlE /tmp/build_ .heroku/python/lib/python3.13/site-packages/*.pth .heroku/python/bin; echo end",
  ].join("; ");
  const { output } = await dyno.run(script, {
    HOME: "/app",
    PATH: "/usr/local/bin:/usr/bin:/bin",
    DYNO: "run.1",
  });
  expect(output.split("\n")).toEqual([
    `1.17.0 from the app itself /app/lib/mylib.py from a repository ${real.vcslib}`,
    "ModuleNotFoundError: No module named 'iniconfig'",
    ...real.atRunTime.map((tool) => `has ${tool}`),
    "end",
    "",
  ]);
}

const staleLock = (real: Real, stale: { readonly edit: string; readonly says: string }): void => {
  it("5.failure: a stale lock, in the manager's words, then the block", async () => {
    const { output, status } = await build(real, stale.edit);
    expect({ status, output }).toEqual({
      status: 1,
      output: expect.stringContaining(`       ${stale.says}`),
    });
    const name = real.tool.replace(/ .*/, "");
    expect(output).toContain(`\n !     Error: Unable to install dependencies using ${name}.\n`);
    expect((await container.run("cat /tmp/failure")).output).toBe(`install-dependencies::${real.manager}\n`);
  });
};

describe.for(rotatingSlice([UV, POETRY, PIPENV], 1))("$manager", (real) => {
  it("5.install: a first build, and a second with nothing changed", () => buildTwice(real));
  it("5.6.editable: all of it imports on a dyno, which has what it shall have and no more", () =>
    importOnDyno(real));
  if (real.stale) staleLock(real, real.stale);
});

interface Further {
  readonly name: string;
  readonly run: () => Promise<void>;
}

const forTests = (real: Real): Further => ({
  name: `13.test-compile: ${real.manager}`,
  async run() {
    await forget();
    const { output, status, dir } = await build(real, ":", "test-compile");
    expect({ status, output }).toEqual({
      status: 0,
      output: expect.stringContaining(`-----> Installing dependencies using '${real.commandForTests}'\n`),
    });
    expect((await container.run(`ls ${dir}/.heroku/python/lib/python3.13/site-packages`)).output).toContain(
      "iniconfig\n",
    );
  },
});

const MORE: readonly Further[] = [
  {
    name: "5.6.editable: pip",
    async run() {
      await buildTwice(PIP);
      await importOnDyno(PIP);
    },
  },
  ...[PIP, PIPENV, POETRY, UV].map(forTests),
  {
    name: "5.failure: a requires-python that excludes the version is an error with uv",
    async run() {
      await forget();
      const edit = "sed -i 's/>=3.11/>=3.14/' pyproject.toml uv.lock";
      const { output, status } = await build(UV, edit);
      expect(status).toBe(1);
      expect(output).toMatch(
        / {7}error: The Python request from `\.python-version` resolved to Python 3\.13\.\d+, which is incompatible/,
      );
      expect(output).toContain("\n !     Error: Unable to install dependencies using uv.\n");
    },
  },
  {
    name: "6.lock-not-part: what has left uv.lock is removed from the restored tree",
    async run() {
      await forget();
      await build(UV, ":", "test-compile");
      const { output, status } = await build(UV);
      expect({ status, output }).toEqual({
        status: 0,
        output: expect.stringContaining("        - iniconfig==2.1.0\n"),
      });
      expect(steps(output)).toContain("Restoring cache");
    },
  },
];

it.for(rotatingSlice(MORE, 1))("$name", async ({ run }) => {
  await run();
});
