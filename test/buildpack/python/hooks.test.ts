import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { buildCases, steps } from "./build-case.ts";
import { PythonRig } from "./rig.ts";

const APP = { "requirements.txt": "dash\n", ".python-version": "3.13\n" };
const NO_MANAGER = "Error: Couldn't find any supported Python package manager files.";

buildCases("hooks", [
  {
    rule: "8.hooks",
    name: "both, in their places; both streams are indented",
    files: {
      ...APP,
      "bin/pre_compile": '#!/bin/sh\necho "out $0"; echo err >&2\n',
      "bin/post_compile": "#!/bin/sh\necho last\n",
    },
    steps: [
      "Running bin/pre_compile hook",
      "Using Python 3.13 specified in .python-version",
      "Installing Python 3.13.5",
      "Installing pip 26.2.1",
      "Installing dependencies using 'pip install -r requirements.txt'",
      "Running bin/post_compile hook",
      "Saving cache",
    ],
  },
  {
    rule: "8.hooks",
    name: "without a first line that names a shell it is bash's; a folder of that name is none",
    files: {
      ...APP,
      "bin/pre_compile": 'set -- a b; [[ "$2" == b ]] && echo "bash"',
      "bin/post_compile/x": "",
    },
  },
  {
    rule: "8.failure",
    name: "pre_compile: nothing else is looked at",
    files: { ...APP, "bin/pre_compile": "#!/bin/sh\necho no luck\nexit 3\n", ".heroku/python/x": "" },
    steps: ["Running bin/pre_compile hook"],
    blocks: ["Error: Failed to run the bin/pre_compile script."],
    failure: "hooks::pre_compile",
  },
  {
    rule: "8.failure",
    name: "post_compile: the cache is not saved",
    files: { ...APP, "bin/post_compile": "#!/nowhere/ruby\n" },
    blocks: ["Error: Failed to run the bin/post_compile script."],
    failure: "hooks::post_compile",
  },
  {
    rule: "8.order",
    name: "what pre_compile writes is honoured",
    files: { "setup.py": "", "bin/pre_compile": "touch requirements.txt; echo 3.12 >.python-version" },
    image: "3.12.7",
  },
  {
    rule: "8.order",
    name: "a Python that pre_compile leaves is found after it",
    files: { ...APP, "bin/pre_compile": "mkdir -p .heroku/python/bin" },
    blocks: ["Error: Existing '.heroku/python/' directory found."],
    failure: "checks::existing-python-dir",
  },
  {
    rule: "8.order",
    name: "the stack before it",
    files: { ...APP, "bin/pre_compile": "echo never" },
    env: { STACK: "heroku-20" },
    steps: [],
    blocks: ["Error: The 'heroku-20' stack is no longer supported."],
    failure: "checks::stack::eol",
  },
  {
    rule: "8.environment",
    name: "nothing comes back from it",
    files: { "bin/pre_compile": "cd /; export STACK=cedar BUILD_DIR=/; set +e; exit 0" },
    blocks: [NO_MANAGER],
    failure: "package-manager::none-found",
  },
  {
    rule: "12.data-deleted",
    name: "by pre_compile",
    files: { ...APP, "bin/pre_compile": 'rm -rf "$CACHE_DIR"' },
    blocks: ["Error: Can't find the buildpack's build data file."],
    failure: "build-data::data-file-deleted",
  },
  {
    rule: "12.data-deleted",
    name: "by post_compile",
    files: { ...APP, "bin/post_compile": 'rm -rf "$CACHE_DIR"' },
    blocks: ["Error: Can't find the buildpack's build data file."],
    failure: "build-data::data-file-deleted",
  },
  {
    rule: "8.order",
    name: "post_compile finds the scripts of the dyno, and what it writes there stays",
    files: {
      ...APP,
      "bin/post_compile": "ls .profile.d; command -v pip >/dev/null && echo 'pip is there'",
    },
  },
  {
    rule: "9.1.environment",
    name: "a program of the source shadows none of the system",
    files: {
      ...APP,
      "bin/pre_compile":
        "for name in cat sed find cp python; do printf '#!/bin/sh\\nexit 9\\n' >$name; chmod +x $name; done",
    },
    steps: [
      "Running bin/pre_compile hook",
      "Using Python 3.13 specified in .python-version",
      "Installing Python 3.13.5",
      "Installing pip 26.2.1",
      "Installing dependencies using 'pip install -r requirements.txt'",
      "Saving cache",
    ],
  },
]);

it("8.environment: of the build, with the config vars", async () => {
  await using rig = await PythonRig.open();
  const configVars = { SECRET: 'it\'s\na "secret"\n', LANG: "C", DISABLE: "", PYTHONPATH: "/mine" };
  const { output, status } = await rig.compile({
    files: { ...APP, "bin/post_compile": `env -0 >"${rig.root}/seen"; pwd` },
    configVars,
  });
  expect({ output, status }).toMatchObject({ status: 0 });
  expect(output).toContain("       BUILD_DIR\n");
  expect(await environmentIn(rig, "seen")).toMatchObject({
    SECRET: 'it\'s\na "secret"',
    LANG: "C",
    DISABLE: "",
    PYTHONPATH: "/mine",
    PYTHONUNBUFFERED: "1",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    CACHE_DIR: rig.cache,
    PATH: `${rig.app}/.heroku/python/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  });
});

const BLOCKED = [
  "PATH",
  "CPATH",
  "CPPATH",
  "LD_PRELOAD",
  "LIBRARY_PATH",
  "LD_LIBRARY_PATH",
  "PYTHONHOME",
] as const;

it("9.3.blocked: what no hook gets to see", async () => {
  await using rig = await PythonRig.open();
  const { status } = await rig.compile({
    files: { ...APP, "bin/pre_compile": `env -0 >"${rig.root}/seen"` },
    configVars: { ...Object.fromEntries(BLOCKED.map((name) => [name, "/mine"])), SEEN: "/mine" },
  });
  expect(status).toBe(0);
  const seen = await environmentIn(rig, "seen");
  expect(Object.keys(seen).filter((name) => seen[name] === "/mine")).toEqual(["SEEN"]);
});

it("9.3.own-names: the app sees its own value, and the build goes on", async () => {
  await using rig = await PythonRig.open();
  const names = [
    "BUILD_DIR",
    "CACHE_DIR",
    "ENV_DIR",
    "PYTHONPATH",
    "C_INCLUDE_PATH",
    "APP_DIR",
    "SCRATCH",
    "BASH_ENV",
  ];
  const { status, output } = await rig.compile({
    files: { ...APP, "bin/pre_compile": `env -0 >"${rig.root}/seen"`, "bin/post_compile": "echo done" },
    configVars: Object.fromEntries(names.map((name) => [name, "/mine"])),
  });
  expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining("       done\n") });
  const seen = await environmentIn(rig, "seen");
  expect(names.filter((name) => seen[name] !== "/mine")).toEqual([]);
});

it("8.hooks: the executable bit of the script in the slug is set", async () => {
  await using rig = await PythonRig.open();
  const { output } = await rig.compile({
    files: {
      ...APP,
      "bin/pre_compile": "#!/bin/sh\n",
      "bin/post_compile": 'stat -c %A bin/pre_compile "$0"',
    },
  });
  expect(output).toContain("       -rwxr-xr-x\n       -rwxr-xr-x\n");
});

it("8.order: what post_compile adds to Python is in the next build's cache", async () => {
  await using rig = await PythonRig.open();
  const files = { ...APP, "bin/post_compile": "ls .heroku/python; touch .heroku/python/mine" };
  expect((await rig.compile({ files })).output).not.toContain("mine");
  const second = await rig.compile({ files });
  expect(steps(second.output)).toContain("Restoring cache");
  expect(second.output).toContain("       mine\n");
});

async function environmentIn(rig: PythonRig, file: string): Promise<Record<string, string>> {
  const text = await readFile(join(rig.root, file), "utf8");
  return Object.fromEntries(
    text.split("\0").map((entry) => [entry.replace(/=[^]*/, ""), entry.replace(/^[^=]*=/, "")]),
  );
}
