import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { HostPythons } from "../../../src/engine/process/host-pythons.ts";
import { ProbeNotes } from "../../../src/engine/process/probe-notes.ts";
import { lookAt } from "../../../src/engine/process/program.ts";
import type { HostPython } from "../../../src/engine/process/probe-python.ts";

let root: string;
beforeEach(() => (root = realpathSync(mkdtempSync(join(tmpdir(), "dynosim-test-pythons-")))));
afterEach(() => rmSync(root, { recursive: true }));

/** A script that answers as a Python of that version does; or fails, with these words. */
function plant(path: string, says: { readonly version: string } | { readonly fails: string }): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  const answer =
    "version" in says
      ? `echo '${JSON.stringify({
          minor: says.version.replace(/\.\d+$/, ""),
          version: says.version,
          executable: file,
        })}'`
      : `echo '${says.fails}' >&2; exit 1`;
  writeFileSync(file, `#!/bin/sh\n${answer}\n`);
  chmodSync(file, 0o755);
  return file;
}

function pythons(path: readonly string[] = ["bin"], more: Record<string, string> = {}): HostPythons {
  const PATH = path.map((folder) => join(root, folder)).join(":");
  return new HostPythons({ PATH, HOME: join(root, "home"), ...more }, join(root, "notes.json"), root);
}

const WORKS = { version: "3.13.1" };

it.each([
  ["PATH", "bin/python3.13", {}],
  ["PATH, by another name", "bin/python3", {}],
  ["PATH, by the shortest name", "bin/python", {}],
  ["pyenv", "home/.pyenv/versions/3.13.1/bin/python3.13", {}],
  ["pyenv, elsewhere", "else/versions/3.13.1/bin/python3.13", { PYENV_ROOT: "else" }],
  ["uv", "home/.local/share/uv/python/cpython-3.13.1-linux-x86_64-gnu/bin/python3.13", {}],
  ["uv, elsewhere", "uvs/cpython-3.13.1/bin/python3.13", { UV_PYTHON_INSTALL_DIR: "uvs" }],
  ["mise", "home/.local/share/mise/installs/python/3.13.1/bin/python3.13", {}],
  ["asdf", "home/.asdf/installs/python/3.13.1/bin/python3.13", {}],
  ["the system", "usr/bin/python3.13", {}],
  ["what was installed by hand", "usr/local/bin/python3.13", {}],
  ["Homebrew", "opt/homebrew/bin/python3.13", {}],
  ["Homebrew, not linked", "opt/homebrew/opt/python@3.13/bin/python3.13", {}],
  ["a folder in /opt", "opt/python3.13/bin/python3.13", {}],
  ["a folder in /opt/python", "opt/python/cp313-cp313/bin/python3.13", {}],
  ["python.org's on macOS", "Library/Frameworks/Python.framework/Versions/3.13/bin/python3.13", {}],
])("is found: %s", (_, path, variables) => {
  const file = plant(path, WORKS);
  const more = Object.entries(variables).map(([name, folder]) => [name, join(root, folder)]);
  const found = pythons(["bin"], Object.fromEntries(more));
  expect(found.find("3.13")).toEqual({ minor: "3.13", version: "3.13.1", executable: file });
  expect(found.minors()).toEqual(["3.13"]);
  expect(found.find("3.12")).toBeUndefined();
});

it("a script of a version manager that leads nowhere is passed over, and told of", () => {
  const shim = plant("shims/python3.13", { fails: "pyenv: python3.13: command not found" });
  const real = plant("home/.pyenv/versions/3.13.1/bin/python3.13", WORKS);
  const found = pythons(["shims", "bin"]);
  expect(found.find("3.13")?.executable).toBe(real);
  expect(found.unfit("3.13")).toEqual([{ executable: shim, reason: "pyenv: python3.13: command not found" }]);
});

it.each([
  ["PATH before all else", ["bin/python3.13", "home/.pyenv/versions/3.13.9/bin/python3.13"]],
  ["PATH in its order", ["first/python3.13", "bin/python3.13"]],
  [
    "the newest of pyenv's",
    ["home/.pyenv/versions/3.13.10/bin/python3.13", "home/.pyenv/versions/3.13.9/bin/python3.13"],
  ],
  ["pyenv's before the system's", ["home/.pyenv/versions/3.13.1/bin/python3.13", "usr/bin/python3.13"]],
])("takes %s", (_, [wanted = "", other = ""]) => {
  plant(other, WORKS);
  const file = plant(wanted, WORKS);
  expect(pythons(["first", "bin"]).find("3.13")?.executable).toBe(file);
});

it.each<[string, string, { readonly version: string } | { readonly fails: string }]>([
  ["another version than its name says", "bin/python3.13", { version: "3.12.1" }],
  ["one that fails", "bin/python3.13", { fails: "Illegal instruction" }],
  ["another program", "bin/python3.13-config", WORKS],
  ["one without a global lock", "bin/python3.13t", WORKS],
  ["Python 2", "bin/python2.7", { version: "2.7.18" }],
])("is none: %s", (_, path, says) => {
  plant(path, says);
  expect(pythons().find("3.13")).toBeUndefined();
});

it("minors are in their order, and none twice; what is long past is none", () => {
  for (const [name, version] of [
    ["bin/python3.9", "3.9.1"],
    ["bin/python3.13", "3.13.1"],
    ["usr/bin/python3.13", "3.13.2"],
    ["usr/bin/python3.11", "3.11.2"],
    ["usr/bin/python3.7", "3.7.17"],
  ] as const)
    plant(name, { version });
  expect(pythons().minors()).toEqual(["3.9", "3.11", "3.13"]);
});

it("what a program told is remembered while it is the same file, and not that it failed", () => {
  const path = plant("bin/python3.13", WORKS);
  const python: HostPython = { minor: "3.13", version: "3.13.1", executable: path };
  let asked = 0;
  const probe = (): HostPython => (asked++, python);
  const look = (): NonNullable<ReturnType<typeof lookAt>> => lookAt(path)!;
  const file = join(root, "deep/notes.json");
  expect(new ProbeNotes(file).recall(look(), () => ({ executable: path, reason: "busy" }))).toHaveProperty(
    "reason",
  );
  expect(new ProbeNotes(file).recall(look(), probe)).toEqual(python);
  expect(new ProbeNotes(file).recall(look(), probe)).toEqual(python);
  expect(asked).toBe(1);
  utimesSync(path, 1, 1);
  new ProbeNotes(file).recall(look(), probe);
  expect(asked).toBe(2);
  writeFileSync(file, "{");
  new ProbeNotes(file).recall(look(), probe);
  expect(asked).toBe(3);
});
