import { afterAll, beforeAll, expect, it } from "vitest";
import { buildReference, runReference } from "../../../src/engine/docker/stack-images/references.ts";
import { steps } from "./build-case.ts";
import { StackContainer } from "../stack-container.ts";

// The true Python, pip and package index, in the stack images. Built before by `dynosim images build`.
const MINOR = process.env["DYNOSIM_TEST_MINOR"] ?? "3.13";
const APP = {
  "/src/requirements.txt": "six==1.17.0\nmarkupsafe==3.0.2 --no-binary markupsafe\ngunicorn\n-e ./lib\n",
  "/src/.python-version": `${MINOR}\n`,
  "/src/lib/setup.py":
    "from setuptools import setup\nsetup(name='mylib', version='1', py_modules=['mylib'])\n",
  "/src/lib/mylib.py": "WORD = 'from the app itself'\n",
};

let container: StackContainer;
let image: string;
beforeAll(async () => {
  container = await StackContainer.open(buildReference(MINOR), "python", true);
  await container.run(
    "mkdir -p /tmp/codon/tmp/cache && chown -R 1000:1000 /tmp/codon /buildpack",
    {},
    "root",
  );
  image = (await container.run("cat /opt/dynosim/python-version")).output.trim();
});
afterAll(async () => {
  await container[Symbol.asyncDispose]();
});

async function build(dir: string): Promise<{ readonly output: string; readonly status: number }> {
  const compile = `cp -r /src ${dir} && mkdir -p /tmp/env && /buildpack/bin/compile ${dir} /tmp/codon/tmp/cache /tmp/env`;
  return await container.run(compile, {
    STACK: "heroku-24",
    HOME: "/app",
    DYNOSIM_FAILURE_FILE: "/tmp/failure",
  });
}

it("1.order: a first build, a cached build, and one after an edit", async () => {
  await container.putFiles(APP);
  const using = `Using Python ${MINOR} specified in .python-version`;
  const pip = /Installing pip 26\.2\.1/;
  const install = "Installing dependencies using 'pip install -r requirements.txt'";

  const first = await build("/tmp/build_00000001");
  expect(first).toEqual({ status: 0, output: expect.any(String) });
  expect(steps(first.output)).toEqual([
    using,
    `Installing Python ${image}`,
    expect.stringMatching(pip),
    install,
    "Saving cache",
  ]);
  expect(first.output).toContain("Successfully installed");

  const second = await build("/tmp/build_00000002");
  expect(second).toEqual({ status: 0, output: expect.any(String) });
  expect(steps(second.output)).toEqual([
    using,
    "Restoring cache",
    `Using cached install of Python ${image}`,
    expect.stringMatching(pip),
    install,
    "Saving cache",
  ]);
  expect(second.output).toContain(
    "       Requirement already satisfied: six==1.17.0 (from -r requirements.txt (line 1)) (1.17.0)\n",
  );

  await container.putFiles({ "/src/requirements.txt": `${APP["/src/requirements.txt"]}\n` });
  const third = await build("/tmp/build_00000003");
  expect(third).toEqual({ status: 0, output: expect.any(String) });
  expect(third.output).toContain(
    "-----> Discarding cache since:\n       - The contents of requirements.txt changed\n",
  );
});

it("5.1.python: the slug runs from /app on the run image, which has no Python of its own", async () => {
  // Built by the case above: a compile with real packages is dear.
  const slug = "/tmp/build_00000003";
  await using dyno = await StackContainer.open(runReference(MINOR), "python", false);
  await dyno.put(await container.get(`${slug}/.`), "/app");
  const script = [
    "import sys, six, mylib, ssl, sqlite3, ctypes, markupsafe._speedups as s",
    "print(sys.prefix, sys.executable, mylib.WORD, mylib.__file__, s.__file__)",
  ].join("; ");
  const shell = `cd /app && for f in .profile.d/*.sh; do . "$f"; done && python -c "${script}" && gunicorn --version && head -n 1 .heroku/python/bin/gunicorn && pip --version`;
  const { output, status } = await dyno.run(shell, {
    HOME: "/app",
    PATH: "/usr/local/bin:/usr/bin:/bin",
    DYNO: "run.1",
  });
  expect({ status, output }).toEqual({ status: 0, output: expect.any(String) });
  const site = `/app/.heroku/python/lib/python${MINOR}/site-packages`;
  expect(output).toContain(
    "/app/.heroku/python /app/.heroku/python/bin/python from the app itself /app/lib/mylib.py",
  );
  expect(output).toContain(`${site}/markupsafe/_speedups.`);
  expect(output).toMatch(/^#!\/app\/\.heroku\/python\/bin\/python/m);
  expect(output).toMatch(/^pip 26\.2\.1 from /m);
  expect((await dyno.run("command -v python3")).status).not.toBe(0);
});

it("5.2.failure: pip's own words, then the block", async () => {
  await container.putFiles({ ...APP, "/src/requirements.txt": "six==99.0\n" });
  const { output, status } = await build("/tmp/build_0000000b");
  expect(status).toBe(1);
  expect(output).toContain("       ERROR: No matching distribution found for six==99.0\n");
  expect(output).toContain("\n !     Error: Unable to install dependencies using pip.\n");
  expect((await container.run("cat /tmp/failure")).output).toBe("install-dependencies::pip\n");
});
