import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const BUILDPACK = join(import.meta.dirname, "../../../buildpack-sim/python");
const run = promisify(execFile);

it("the shell reads versions.json as a JSON parser does", async () => {
  const parsed = JSON.parse(await readFile(join(BUILDPACK, "data/versions.json"), "utf8")) as Record<
    string,
    string
  >;
  const keys = Object.keys(parsed);
  const script = `BUILDPACK_DIR="$0"; . "$0/lib/versions.sh"; for key in "$@"; do known "$key"; done; known nothing; known "python-3x10"`;
  const { stdout } = await run("/bin/bash", ["--norc", "-c", script, BUILDPACK, ...keys]);
  expect(stdout).toBe(`${keys.map((key) => parsed[key]).join("\n")}\n`);
});

it.for<[string, string, boolean]>([
  ["3.9", "3.10", true],
  ["3.10", "3.9", false],
  ["3.10", "3.10", false],
  ["2.99", "3.0", true],
  ["3.13.9", "3.13.15", true],
  ["3.13.15", "3.13.15", false],
  ["3.99999999999999999999", "3.14", false],
])("%s is below %s: %s", async ([a, b, below]) => {
  const script = `. "$0/lib/versions.sh"; if version_below "$1" "$2"; then echo true; else echo false; fi`;
  const { stdout } = await run("/bin/bash", ["--norc", "-c", script, BUILDPACK, a, b]);
  expect(stdout).toBe(`${String(below)}\n`);
});
