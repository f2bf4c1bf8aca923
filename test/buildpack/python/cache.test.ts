import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { steps } from "./build-case.ts";
import { write, type Files, type Outcome } from "../rig.ts";
import { installing, PythonRig, type PythonScript } from "./rig.ts";

const APP = { "requirements.txt": "dash\n", ".python-version": "3.13\n" };
const INSTALL = [
  "Installing pip 26.2.1",
  "Installing dependencies using 'pip install -r requirements.txt'",
  "Saving cache",
];
const RESTORED = [
  "Using Python 3.13 specified in .python-version",
  "Restoring cache",
  "Using cached install of Python 3.13.5",
  ...INSTALL,
];

interface CacheCase {
  readonly name: string;
  readonly first?: PythonScript;
  /** Between the builds. */
  readonly between?: (rig: PythonRig) => Promise<void>;
  readonly second?: PythonScript;
  /** Undefined: the cache is restored. */
  readonly reasons: readonly string[] | undefined;
}

const data = (rig: PythonRig): string => join(rig.cache, "build-data/python.json");
const edit = async (path: string, from: string, to: string): Promise<void> => {
  const text = await readFile(path, "utf8");
  expect(text).toContain(from);
  await writeFile(path, text.replace(from, to));
};

const CASES: readonly CacheCase[] = [
  { name: "6.restore: nothing changed", reasons: undefined },
  {
    name: "6.stack: another",
    second: { env: { STACK: "heroku-26" } },
    reasons: ["The stack has changed from heroku-24 to heroku-26"],
  },
  {
    name: "6.python: the image has a new patch",
    between: (rig) => rig.useImage("3.13.6"),
    reasons: ["The Python version has changed from 3.13.5 to 3.13.6"],
  },
  {
    name: "6.python: another minor is asked for, and the image has none of the two",
    first: { files: { ...APP, ".python-version": "3.11" } },
    second: { files: { ...APP, ".python-version": "3.12" } },
    reasons: ["The Python version has changed from 3.11.16 to 3.12.14"],
  },
  {
    name: "6.python: same substitution, another image",
    first: { files: { ...APP, ".python-version": "3.12" } },
    between: (rig) => rig.useImage("3.14.2"),
    second: { files: { ...APP, ".python-version": "3.12" } },
    reasons: ["The Python version has changed from 3.13.5 to 3.14.2"],
  },
  {
    name: "6.python: another patch is asked for",
    first: { files: { ...APP, ".python-version": "3.13.1" } },
    second: { files: { ...APP, ".python-version": "3.13.2" } },
    reasons: ["The Python version has changed from 3.13.1 to 3.13.2"],
  },
  {
    name: "6.format: no stored manager",
    between: (rig) => rm(data(rig)),
    reasons: ["The format of the cache has changed"],
  },
  {
    name: "6.manager: another",
    between: (rig) => edit(data(rig), '"package_manager": "pip"', '"package_manager": "poetry"'),
    reasons: ["The package manager has changed from poetry to pip"],
  },
  {
    name: "6.pip: another version",
    between: (rig) => edit(data(rig), '"pip_version": "26.2.1"', '"pip_version": "25.0"'),
    reasons: ["The pip version has changed from 25.0 to 26.2.1"],
  },
  {
    name: "6.requirements: a trailing newline",
    second: { files: { ...APP, "requirements.txt": "dash\n\n" } },
    reasons: ["The contents of requirements.txt changed"],
  },
  {
    name: "6.requirements: not a file that it pulls in",
    first: { files: { ...APP, "requirements.txt": "-r base.txt\n", "base.txt": "dash" } },
    second: { files: { ...APP, "requirements.txt": "-r base.txt\n", "base.txt": "flask" } },
    reasons: undefined,
  },
  {
    name: "6.sqlite: headers",
    between: (rig) => write(rig.cache, { ".heroku/python/include/sqlite3.h": "" }),
    reasons: ["The cache holds a legacy install of the SQLite headers"],
  },
  {
    name: "6.all: in order",
    between: async (rig) => {
      await rig.useImage("3.13.6");
      await edit(data(rig), '"pip_version": "26.2.1"', '"pip_version": "25.0"');
      await write(rig.cache, { ".heroku/python/include/sqlite3.h": "" });
    },
    second: { files: { ...APP, "requirements.txt": "flask\n" }, env: { STACK: "heroku-22" } },
    reasons: [
      "The stack has changed from heroku-24 to heroku-22",
      "The Python version has changed from 3.13.5 to 3.13.6",
      "The pip version has changed from 25.0 to 26.2.1",
      "The contents of requirements.txt changed",
      "The cache holds a legacy install of the SQLite headers",
    ],
  },
];

it.concurrent.for(CASES)("$name", async ({ first, between, second, reasons }, { expect }) => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: APP, ...first });
  await writeKept(rig, { ".heroku/python/mark": "" });
  await between?.(rig);
  await rig.calls();
  const base = await baseOf(rig);
  const outcome = await rig.compile({
    files: APP,
    ...(first?.files === undefined ? {} : { files: first.files }),
    ...second,
  });
  expect(outcome).toMatchObject({ status: 0, failure: "" });
  expect(reasonsIn(outcome)).toEqual(reasons ?? []);
  const words = steps(outcome.output).slice(1, 3);
  if (reasons === undefined)
    expect(words).toEqual(["Restoring cache", "Using cached install of Python 3.13.5"]);
  else expect(words[0]).toBe("Discarding cache since:");
  // Restored: what was in the cache is there; discarded: it is gone, and the new tree has replaced it.
  expect(await exists(join(rig.buildDir, ".heroku/python/mark"))).toBe(reasons === undefined);
  expect(await exists(join(rig.cache, ".heroku/python/mark"))).toBe(reasons === undefined);
  // Nothing is skipped because nothing changed; but a tree that is made anew begins with what is kept of the same pip.
  const begun = reasons !== undefined && (await baseOf(rig)) === base;
  const calls = (await rig.calls()).map((call) => call.replace(/ install .*/, ""));
  expect(calls).toEqual(begun ? ["pip"] : ["bootstrap", "pip"]);
});

const baseOf = (rig: PythonRig): Promise<string> =>
  readFile(join(rig.cache, ".heroku/python-base/key"), "utf8");

it("6.empty: silent, and what is kept", async () => {
  await using rig = await PythonRig.open();
  const { output } = await rig.compile({ files: APP });
  expect(steps(output)).toEqual([
    "Using Python 3.13 specified in .python-version",
    "Installing Python 3.13.5",
    ...INSTALL,
  ]);
  const kept = (path: string): Promise<string> => readFile(join(rig.cache, path), "utf8");
  expect(await kept(".heroku/python-stack")).toBe("heroku-24\n");
  expect(await kept(".heroku/python-version")).toBe("python-3.13.5\n");
  expect(await kept(".heroku/requirements.txt")).toBe("dash\n");
  expect(JSON.parse(await kept("build-data/python.json"))).toMatchObject({
    cache_status: "empty",
    package_manager: "pip",
    pip_version: "26.2.1",
    pip_version_installed: "26.2.1",
    python_version: "3.13.5",
    python_version_installed: "3.13.5",
    python_version_major: "3.13",
    python_version_origin: ".python-version",
    python_version_requested: "3.13",
  });
});

it("6.restore: the whole output of a second build, and of a third", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: APP });
  expect(steps((await rig.compile({ files: APP })).output)).toEqual(RESTORED);
  expect(steps((await rig.compile({ files: APP })).output)).toEqual(RESTORED);
});

it("6.restore: the copy home is left out exactly when nothing in the tree changed", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: APP });
  const tree = join(rig.cache, ".heroku/python/bin/python");
  const before = (await stat(tree)).ino;
  // The puppet's bootstrap rewrites bin/pip, so this one changes.
  await rig.compile({ files: APP });
  const after = (await stat(tree)).ino;
  expect(after).not.toBe(before);
  await writeKept(rig, UNCHANGED);
  await rig.compile({ files: APP });
  expect((await stat(tree)).ino).toBe(after);
});

/** What is asked of whoever clears away a build: src/engine/docker/build-box.ts, SWEEP. */
async function putBack(rig: PythonRig): Promise<string> {
  const kept = join(rig.cache, ".heroku");
  await stat(join(kept, "python.return"));
  await rename(join(rig.buildDir, ".heroku/python"), join(kept, "python.ready"));
  return String((await stat(join(kept, "python.ready/bin/python"))).ino);
}

/** Into the cached tree, as one that was saved before there was a digest. */
async function writeKept(rig: PythonRig, files: Files): Promise<void> {
  await write(rig.cache, files);
  await rm(join(rig.cache, ".heroku/python-state"));
}

const UNCHANGED = { ".heroku/python/lib/python3.13/site-packages/pip-26.2.1.dist-info/RECORD": "" };
const built = async (rig: PythonRig): Promise<string> =>
  String((await stat(join(rig.buildDir, ".heroku/python/bin/python"))).ino);

it("6.restore: the tree of the last build is taken back in one move, if it is untouched", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: APP });
  await writeKept(rig, UNCHANGED);
  await rig.compile({ files: APP });
  const tree = await putBack(rig);
  expect(steps((await rig.compile({ files: APP })).output)).toEqual(RESTORED);
  expect(await built(rig)).toBe(tree);
  const touched = await putBack(rig);
  await write(rig.cache, { ".heroku/python.ready/lib/added": "" });
  expect(steps((await rig.compile({ files: APP })).output)).toEqual(RESTORED);
  expect(await built(rig)).not.toBe(touched);
  expect(await exists(join(rig.buildDir, ".heroku/python/lib/added"))).toBe(false);
});

it("6.restore: the tree of the last build does not outlive the cache, nor a build that changes it", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: APP });
  await writeKept(rig, UNCHANGED);
  await rig.compile({ files: APP });
  await putBack(rig);
  const other = { ...APP, "requirements.txt": "flask\n" };
  expect(steps((await rig.compile({ files: other })).output)[1]).toBe("Discarding cache since:");
  expect(await exists(join(rig.cache, ".heroku/python.ready"))).toBe(false);
  const tree = await putBack(rig);
  expect(steps((await rig.compile({ files: other })).output)).toEqual(RESTORED);
  expect(await built(rig)).toBe(tree);
});

it("6.empty: a tree of the last build without the cached one counts for nothing", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: APP });
  await writeKept(rig, UNCHANGED);
  await rig.compile({ files: APP });
  const tree = await putBack(rig);
  await rm(join(rig.cache, ".heroku/python"), { recursive: true });
  expect(steps((await rig.compile({ files: APP })).output)[1]).toBe("Installing Python 3.13.5");
  expect(steps((await rig.compile({ files: APP })).output)).toEqual(RESTORED);
  expect(await built(rig)).not.toBe(tree);
});

it("6.failed-build: leaves the cache as it was", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: APP });
  expect((await rig.compile({ files: APP, puppet: { "pip.status": "1" } })).status).toBe(1);
  expect(steps((await rig.compile({ files: APP, puppet: { "pip.status": "0" } })).output)).toEqual(RESTORED);
});

const KEPT_CHANGED = "A file of the cached Python has been changed since it was saved";

it.each([
  ["content", "echo more >>", [KEPT_CHANGED]],
  ["mode", "chmod 000", [KEPT_CHANGED]],
  ["nothing but links and places", "touch -a", []],
])(
  "6.failed-build: what writes into a linked file is not found in the next build: %s",
  async (_, how, reasons) => {
    await using rig = await PythonRig.open();
    const installs = 'mkdir -p "$1/dash" && echo 1 >"$1/dash/one.py"';
    await rig.compile({ files: APP, installs });
    const failing = { "pip.status": "1" };
    const file = '"$1/dash/one.py"';
    expect((await rig.compile({ files: APP, puppet: failing, installs: `${how} ${file}` })).status).toBe(1);
    const next = await rig.compile({ files: APP, puppet: { "pip.status": "0" }, installs });
    expect(reasonsIn(next)).toEqual(reasons);
    expect(await rig.built(".heroku/python/lib/python3.13/site-packages/dash/one.py")).toBe("1\n");
    expect(reasonsIn(await rig.compile({ files: APP, installs: "true" }))).toEqual([]);
  },
);

it("6.restore: what a later buildpack removes from the slug's Python is in the next build", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: APP });
  await writeKept(rig, UNCHANGED);
  await rig.compile({ files: APP });
  await rm(join(rig.buildDir, ".heroku/python/include"), { recursive: true });
  await putBack(rig);
  expect(steps((await rig.compile({ files: APP })).output)).toEqual(RESTORED);
  expect(await exists(join(rig.buildDir, ".heroku/python/include"))).toBe(true);
});

it("6.restore: a build that is killed while it saves leaves nothing that passes for another's", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: APP });
  const first = await readFile(join(rig.cache, ".heroku/requirements.txt"), "utf8");
  await rig.compile({ files: { ...APP, "requirements.txt": "flask\n" }, installs: installing("flask") });
  await rm(join(rig.cache, ".heroku/python-stack"));
  await writeFile(join(rig.cache, ".heroku/requirements.txt"), first);
  expect(reasonsIn(await rig.compile({ files: APP, installs: "true" }))).toEqual([
    "The stack has changed from unknown to heroku-24",
  ]);
  expect(await exists(join(rig.buildDir, ".heroku/python/lib/python3.13/site-packages/flask"))).toBe(false);
});

it("4.4.sticky: a stack change does not lose the version", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: APP });
  const { output } = await rig.compile({
    files: { "requirements.txt": "dash\n" },
    env: { STACK: "heroku-26" },
  });
  expect(steps(output).slice(0, 2)).toEqual([
    "No Python version was specified. Using the same major version as the last build: Python 3.13",
    "Discarding cache since:",
  ]);
});

it("4.4.sticky: what was asked for sticks, not what stood in for it", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: { ...APP, ".python-version": "3.12" } });
  const { output } = await rig.compile({ files: { "requirements.txt": "dash\n" } });
  expect(steps(output)[0]).toBe(
    "No Python version was specified. Using the same major version as the last build: Python 3.12",
  );
});

function reasonsIn({ output }: Outcome): readonly string[] {
  return output.split("\n").flatMap((line) => (line.startsWith("       - ") ? [line.slice(9)] : []));
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
