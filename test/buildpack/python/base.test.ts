import { appendFile, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { steps } from "./build-case.ts";
import { installing, PythonRig } from "./rig.ts";

const app = (requirements: string): Record<string, string> => ({
  "requirements.txt": requirements,
  ".python-version": "3.13\n",
});
/** What a build from scratch says. */
const ANEW = [
  "Installing Python 3.13.5",
  "Installing pip 26.2.1",
  "Installing dependencies using 'pip install -r requirements.txt'",
  "Saving cache",
];
const BOOTSTRAP = ["bootstrap", "pip"];

/** The next build, which discards the cache; what it called, and the packages in its tree. */
async function next(
  rig: PythonRig,
  requirements: string,
): Promise<{ readonly calls: readonly string[]; readonly packages: readonly string[] }> {
  await rig.calls();
  const { output, status } = await rig.compile({
    files: app(requirements),
    installs: installing(requirements.trim()),
  });
  expect(status).toBe(0);
  expect(steps(output).slice(-ANEW.length)).toEqual(ANEW);
  const calls = (await rig.calls()).map((call) => call.replace(/ install .*/, ""));
  const packages = await readdir(join(rig.buildDir, ".heroku/python/lib/python3.13/site-packages"));
  return { calls, packages };
}

describe("5.2.pip: a tree that is made anew begins with the Python and the pip of an earlier one", () => {
  it("which hold nothing of the app's, and whose programs are files of their own", async () => {
    await using rig = await PythonRig.open();
    expect(await next(rig, "dash\n")).toMatchObject({ calls: BOOTSTRAP, packages: ["dash"] });
    const base = join(rig.cache, ".heroku/python-base/tree/bin/pip");
    expect(await next(rig, "flask\n")).toMatchObject({ calls: ["pip"], packages: ["flask"] });
    const pip = join(rig.buildDir, ".heroku/python/bin/pip");
    expect(await readFile(pip, "utf8")).toBe(await readFile(base, "utf8"));
    expect((await stat(pip)).ino).not.toBe((await stat(base)).ino);
    expect(await next(rig, "dash\n")).toMatchObject({ calls: ["pip"], packages: ["dash"] });
  });

  it("not once somebody has written into them", async () => {
    await using rig = await PythonRig.open();
    await next(rig, "dash\n");
    await appendFile(join(rig.cache, ".heroku/python-base/tree/bin/python"), "# and more\n");
    expect((await next(rig, "flask\n")).calls).toEqual(BOOTSTRAP);
    expect(await readFile(join(rig.buildDir, ".heroku/python/bin/python"), "utf8")).not.toContain("and more");
    expect((await next(rig, "dash\n")).calls).toEqual(["pip"]);
  });

  it("not after the stack image has changed, though its Python has the same number", async () => {
    await using rig = await PythonRig.open();
    await next(rig, "dash\n");
    await rig.useImage("3.13.5");
    await appendFile(join(rig.root, "image/python/bin/python"), "# mended\n");
    expect((await next(rig, "flask\n")).calls).toEqual(BOOTSTRAP);
    expect(await readFile(join(rig.buildDir, ".heroku/python/bin/python"), "utf8")).toContain("mended");
  });

  it("not with a pip that only stands in for the one wanted", async () => {
    await using rig = await PythonRig.open();
    const puppet = {
      "pip-version": "25.0\n",
      "bootstrap.status": "1",
      "bootstrap.out":
        "ERROR: Could not find a version (from versions: 25.0)\nERROR: No matching distribution found for pip==26.2.1\n",
    };
    for (const requirements of ["dash\n", "flask\n"]) {
      await rig.calls();
      const { output } = await rig.compile({ files: app(requirements), puppet });
      expect(output).toContain("is used instead");
      expect((await rig.calls()).filter((call) => call.startsWith("bootstrap"))).toHaveLength(2);
    }
  });
});
