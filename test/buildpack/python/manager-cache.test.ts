import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "vitest";
import { steps } from "./build-case.ts";
import { APPS, appOf, KEPT_APPS, type ManagerApp } from "./managers.ts";
import { PythonRig } from "./rig.ts";

const RESTORED = ["Restoring cache", "Using cached install of Python 3.13.5"];

it.concurrent.for(KEPT_APPS)("6.restore: $manager", async ({ files, name, version, command }, { expect }) => {
  await using rig = await PythonRig.open();
  await rig.compile({ files });
  await rig.calls();
  const { output, status } = await rig.compile({ files });
  expect({ status, steps: steps(output).slice(1) }).toEqual({
    status: 0,
    steps: [
      ...RESTORED,
      `Using cached ${name} ${version}`,
      `Installing dependencies using '${command}'`,
      "Saving cache",
    ],
  });
  // Nothing but the install itself, which is never skipped.
  expect((await rig.calls()).map((call) => call.slice(0, command.length))).toEqual([command]);
});

it.concurrent.for(KEPT_APPS)("6.empty: $manager: what is kept", async (app, { expect }) => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: app.files });
  const names = (await readdir(join(rig.cache, ".heroku"))).filter(
    (name) => !/-(?:stack|state|version)$|[.]return$/.test(name),
  );
  expect(names).toEqual(["python", ...(app.manager === "pipenv" ? [] : [`python-${app.manager}`])]);
  const data = JSON.parse(await rig.text("cache/build-data/python.json")) as Record<string, string>;
  expect(data).toMatchObject({
    package_manager: app.manager,
    [`${app.manager}_version`]: app.version,
    [`${app.manager}_version_installed`]: app.version,
  });
});

it.concurrent.for(KEPT_APPS)(
  "6.manager-version: $manager",
  async ({ manager, name, version, files }, { expect }) => {
    await using rig = await PythonRig.open();
    await rig.compile({ files });
    const path = join(rig.cache, "build-data/python.json");
    const former = `"${manager}_version": "1.0.0"`;
    await writeFile(
      path,
      (await readFile(path, "utf8")).replace(`"${manager}_version": "${version}"`, former),
    );
    const { output } = await rig.compile({ files });
    expect(output).toContain(
      `-----> Discarding cache since:\n       - The ${name} version has changed from 1.0.0 to ${version}\n-----> Installing Python 3.13.5\n-----> Installing ${name} ${version}\n`,
    );
  },
);

it("6.pipfile-lock: any byte, even a trailing newline", async ({ expect }) => {
  await using rig = await PythonRig.open();
  const { files } = appOf("pipenv");
  await rig.compile({ files });
  const edited = { ...files, "Pipfile.lock": "{}\n\n" };
  const { output } = await rig.compile({ files: edited });
  expect(output).toContain(
    "-----> Discarding cache since:\n       - The contents of Pipfile.lock changed\n-----> Installing Python 3.13.5\n-----> Installing Pipenv 2026.7.1\n",
  );
  expect(steps((await rig.compile({ files: edited })).output).slice(1, 3)).toEqual(RESTORED);
});

it("6.pipfile-lock: not the Pipfile", async ({ expect }) => {
  await using rig = await PythonRig.open();
  const { files } = appOf("pipenv");
  await rig.compile({ files });
  const { output } = await rig.compile({ files: { ...files, Pipfile: "# edited\n" } });
  expect(steps(output).slice(1, 3)).toEqual(RESTORED);
});

it.concurrent.for(["poetry", "uv"] as const)("6.lock-not-part: %s", async (manager, { expect }) => {
  await using rig = await PythonRig.open();
  const { files, lock } = appOf(manager);
  await rig.compile({ files });
  const { output } = await rig.compile({
    files: { ...files, [lock]: "edited\n", "pyproject.toml": "edited" },
  });
  expect(steps(output).slice(1, 3)).toEqual(RESTORED);
});

const SWITCHES: readonly (readonly [ManagerApp["manager"], ManagerApp["manager"]])[] = APPS.flatMap((from) =>
  APPS.flatMap((to) => (from === to ? [] : ([[from.manager, to.manager]] as const))),
);

it.concurrent.for(SWITCHES)("6.manager: from %s to %s", async ([from, to], { expect }) => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: appOf(from).files });
  const { output, status } = await rig.compile({ files: appOf(to).files });
  expect({ status, output }).toEqual({
    status: 0,
    output: expect.stringContaining(
      `-----> Discarding cache since:\n       - The package manager has changed from ${from} to ${to}\n-----> Installing Python 3.13.5\n-----> Installing ${appOf(to).name} `,
    ),
  });
});

it.concurrent.for(["poetry", "uv"] as const)(
  "6.discarded-managers: %s leaves the cache when the app does not use it any more",
  async (manager, { expect }) => {
    await using rig = await PythonRig.open();
    const kept = async (): Promise<readonly string[]> =>
      (await readdir(join(rig.cache, ".heroku"))).filter((name) => name.startsWith(`python-${manager}`));
    await rig.compile({ files: appOf(manager).files });
    // A build that fails leaves the cache as it was.
    await rig.compile({ files: appOf("pip").files, puppet: { "pip.status": "1" } });
    expect(await kept()).toEqual([`python-${manager}`]);
    await rig.compile({ files: appOf("pip").files, puppet: { "pip.status": "0" } });
    expect(await kept()).toEqual([]);
  },
);
