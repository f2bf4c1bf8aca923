import { execFile } from "node:child_process";
import { readFile, readlink, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { PythonRig } from "./rig.ts";

const APP = { "requirements.txt": "", ".python-version": "3.13" };
const run = promisify(execFile);

/** Sources a script in a bare environment and gives what it leaves behind, besides what bash itself sets. */
async function environmentAfter(
  script: string,
  cwd: string,
  env: Record<string, string>,
): Promise<Record<string, string>> {
  const { stdout } = await run("/bin/bash", ["--norc", "-c", `. "${script}" >/dev/null && env -0`], {
    cwd,
    env,
  });
  const all = stdout.split("\0").filter((entry) => entry !== "");
  const entries = all.map((entry): [string, string] => [
    entry.replace(/=[^]*/, ""),
    entry.replace(/^[^=]*=/, ""),
  ]);
  return Object.fromEntries(entries.filter(([name]) => !["_", "SHLVL", "PWD", "OLDPWD"].includes(name)));
}

it("9.4.profile: python.sh, word for word", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: APP });
  expect(await rig.built(".profile.d/python.sh")).toMatchInlineSnapshot(`
    "export PIP_DISABLE_PIP_VERSION_CHECK=1
    # shellcheck shell=bash
    export PATH="$HOME/.heroku/python/bin:$PATH"
    export PYTHONUNBUFFERED=true
    export PYTHONHOME="$HOME/.heroku/python"
    export LIBRARY_PATH="$HOME/.heroku/python/lib\${LIBRARY_PATH:+:$LIBRARY_PATH}"
    export LD_LIBRARY_PATH="$HOME/.heroku/python/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
    export LANG="\${LANG:-en_US.UTF-8}"
    export PYTHONPATH="\${PYTHONPATH:-$HOME}"
    # Scripts name /app in their first line, wherever the app runs.
    if [[ "$HOME" != /app ]]; then
      mkdir -p /app/.heroku
      ln -nsf "$HOME/.heroku/python" /app/.heroku/python
    fi
    find .heroku/python/lib/python*/site-packages/ -type f -and \\( -name '*.egg-link' -or -name '*.pth' -or -name '__editable___*_finder.py' \\) -exec sed -i -e 's#BUILD_DIR#/app#' {} \\+
    "
  `);
});

it("9.4.profile: what it sets on a bare dyno", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: APP });
  const env = await environmentAfter(".profile.d/python.sh", rig.buildDir, {
    HOME: "/app",
    PATH: "/usr/local/bin:/usr/bin:/bin",
  });
  expect(env).toEqual({
    HOME: "/app",
    PATH: "/app/.heroku/python/bin:/usr/local/bin:/usr/bin:/bin",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PYTHONUNBUFFERED: "true",
    PYTHONHOME: "/app/.heroku/python",
    LIBRARY_PATH: "/app/.heroku/python/lib",
    LD_LIBRARY_PATH: "/app/.heroku/python/lib",
    LANG: "en_US.UTF-8",
    PYTHONPATH: "/app",
  });
});

it("9.4.profile: config vars that it overrides, prepends to and respects", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: APP });
  const mine = {
    LANG: "C",
    PYTHONPATH: "/mine",
    PYTHONHOME: "/mine",
    PYTHONUNBUFFERED: "0",
    LIBRARY_PATH: "/mine",
    LD_LIBRARY_PATH: "/mine",
  };
  const env = await environmentAfter(".profile.d/python.sh", rig.buildDir, {
    HOME: "/app",
    PATH: "/usr/bin:/bin",
    ...mine,
  });
  expect(env).toMatchObject({
    LANG: "C",
    PYTHONPATH: "/mine",
    PYTHONHOME: "/app/.heroku/python",
    PYTHONUNBUFFERED: "true",
    LIBRARY_PATH: "/app/.heroku/python/lib:/mine",
    LD_LIBRARY_PATH: "/app/.heroku/python/lib:/mine",
  });
});

it.for([
  ["elsewhere", true],
  ["where it was built for", false],
] as const)("9.4.profile: an app %s: a link to its Python", async ([, moved]) => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: APP });
  await rm(rig.app, { recursive: true });
  // /app of a dyno is a folder of the rig here
  const script = join(rig.buildDir, ".profile.d/python.sh");
  await writeFile(script, (await readFile(script, "utf8")).replaceAll("/app", rig.app));
  const home = moved ? rig.buildDir : rig.app;
  await environmentAfter(script, rig.buildDir, { HOME: home, PATH: "/usr/bin:/bin" });
  const link = await readlink(join(rig.app, ".heroku/python")).catch(() => "none");
  expect(link).toBe(moved ? join(rig.buildDir, ".heroku/python") : "none");
});

it("5.6.editable: the rest of the build's path goes when a dyno boots", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: APP });
  const pth = join(rig.buildDir, ".heroku/python/lib/python3.13/site-packages/mine.pth");
  await run("/bin/sh", ["-c", `echo "${rig.buildDir}/src" > "${pth}"`]);
  await environmentAfter(".profile.d/python.sh", rig.buildDir, { HOME: "/app", PATH: "/usr/bin:/bin" });
  expect(await readFile(pth, "utf8")).toBe("/app/src\n");
});

it.for<[string, Record<string, string>, string]>([
  ["unset", {}, "--access-logfile -"],
  ["empty", { GUNICORN_CMD_ARGS: "" }, "--access-logfile -"],
  ["set", { GUNICORN_CMD_ARGS: "--workers 3" }, "--workers 3"],
])("9.4.gunicorn: GUNICORN_CMD_ARGS %s", async ([, env, expected]) => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: APP });
  expect(
    await environmentAfter(".profile.d/python.gunicorn.sh", rig.buildDir, {
      FORWARDED_ALLOW_IPS: "10.0.0.1",
      ...env,
    }),
  ).toEqual({
    FORWARDED_ALLOW_IPS: "*",
    GUNICORN_CMD_ARGS: expected,
  });
});

it("9.2.export: for later buildpacks", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: APP });
  const env = await environmentAfter(join(rig.root, "buildpack/export"), rig.root, { PATH: "/usr/bin:/bin" });
  const home = join(rig.root, "app/.heroku/python");
  expect(env).toEqual({
    PATH: `${home}/bin:/usr/bin:/bin`,
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PYTHONUNBUFFERED: "true",
    PYTHONHOME: home,
    LIBRARY_PATH: `${home}/lib`,
    LD_LIBRARY_PATH: `${home}/lib`,
    LANG: "en_US.UTF-8",
    PYTHONPATH: join(rig.root, "app"),
  });
});

it("a virtual environment of this machine's Python gets no PYTHONHOME, for a dyno or a later buildpack, and no link in /app", async () => {
  await using rig = await PythonRig.open();
  await writeFile(join(rig.root, "image/python/pyvenv.cfg"), "home = /usr/bin\n");
  expect((await rig.compile({ files: APP })).status).toBe(0);
  const profile = await rig.built(".profile.d/python.sh");
  expect(profile).toContain('export PATH="$HOME/.heroku/python/bin:$PATH"');
  expect(profile).not.toMatch(/PYTHONHOME|ln -nsf/);
  const later = await readFile(join(rig.root, "buildpack/export"), "utf8");
  expect(later).toContain("export PYTHONUNBUFFERED=true\nexport LIBRARY_PATH=");
});
