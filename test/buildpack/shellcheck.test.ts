import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

/** Each folder with a script of it that must be among those found: else the search itself has gone wrong. */
const FOLDERS = [
  ["buildpack-sim/apt", "lib/packages.sh"],
  ["buildpack-sim/nodejs", "profile.d/WEB_CONCURRENCY.sh"],
  ["buildpack-sim/procfile", "bin/compile"],
  ["buildpack-sim/python", "lib/cache.sh"],
  ["images", "provision-run.sh"],
  ["scripts", "setup-tools"],
  [".ci", "run"],
  ["test", "buildpack/python/puppet-python.sh"],
] as const;

async function scriptsBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(paths.map(async (path) => await readFile(path, "latin1")));
  return paths
    .filter((_, index) => /^(?:#!.*[/ ](?:ba)?sh\b|# shellcheck shell=)/.test(texts[index] ?? ""))
    .map((path) => relative(folder, path))
    .toSorted();
}

it.concurrent.for(FOLDERS)("shellcheck has nothing to say of %s", async ([name, sample], { expect }) => {
  const folder = join(ROOT, name);
  const scripts = await scriptsBelow(folder);
  expect(scripts).toContain(sample);
  const said = await run("shellcheck", ["-x", "-P", "SCRIPTDIR", "-P", ROOT, ...scripts], {
    cwd: folder,
  }).then(
    () => "",
    (problem: Error & { readonly stdout?: string }) => problem.stdout || problem.message,
  );
  expect(said).toBe("");
});
