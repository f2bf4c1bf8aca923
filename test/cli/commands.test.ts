import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hours, minutes } from "../../src/kernel/units.ts";
import { PuppetPlatform } from "../api/puppet-platform.ts";
import { hostPuppet, type PuppetHost } from "./puppet-host.ts";

let host: PuppetHost;
beforeAll(async () => {
  host = await hostPuppet();
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
});
beforeEach(() => {
  const fresh = new PuppetPlatform(host.folder);
  const { platform } = host;
  platform.asked.length = 0;
  platform.refusal = undefined;
  platform.vars = fresh.vars;
  platform.entries = fresh.entries;
  platform.dynoList = fresh.dynoList;
  platform.releaseList = fresh.releaseList;
  platform.hourFigures = fresh.hourFigures;
  platform.tier = fresh.tier;
});

type Case = readonly [line: string, expected: { out?: string; err?: string; code?: number; asked?: unknown }];

function check(cases: readonly Case[]): void {
  it.each(cases)("%s", async (line, { out = "", err = "", code = 0, asked }) => {
    const said = await host.dynosim(words(line));
    expect(said).toEqual({ stdout: out, stderr: err, exitCode: code });
    const wanted = asked === undefined ? host.platform.asked : [asked];
    expect(host.platform.asked).toEqual(wanted);
  });
}

/** heroku.md 9, as it stands there */
const QUOTA = [
  "Eco dyno hours quota remaining this month: 507h 13m (50%)",
  "Eco dyno usage for this app: 492h 47m (49%)",
  "For more information on Eco dyno hours, see:",
  "https://devcenter.heroku.com/articles/eco-dyno-hours",
  "",
];

describe("ps", () => {
  check([
    [
      "ps",
      {
        out: [
          ...QUOTA,
          "=== run: one-off processes (1)",
          "",
          "run.4520 (Eco): up 2026/11/20 08:10:00 +0000 (~ 1h ago): bash",
          "",
          "=== web (Eco): gunicorn app:server (1)",
          "",
          "web.1: up 2026/11/20 09:12:30 +0000 (~ 4m ago)",
          "",
          "=== worker (Eco): python worker.py (1)",
          "",
          "worker.1: up 2026/11/20 09:15:00 +0000 (~ 1m ago)",
          "",
          "",
        ].join("\n"),
      },
    ],
    [
      "ps web",
      {
        out: [
          ...QUOTA,
          "=== web (Eco): gunicorn app:server (1)",
          "",
          "web.1: up 2026/11/20 09:12:30 +0000 (~ 4m ago)",
          "",
          "",
        ].join("\n"),
      },
    ],
    ["ps foo", { err: "Error: No foo dynos on ⬢ example\n", code: 1 }],
  ]);

  it("without dynos", async () => {
    host.platform.dynoList = [];
    expect((await host.dynosim(["ps"])).stdout).toBe([...QUOTA, "No dynos on ⬢ example", ""].join("\n"));
  });

  it("of dyno types without a pool tells no hours", async () => {
    host.platform.tier = "basic";
    host.platform.dynoList = [];
    expect((await host.dynosim(["ps"])).stdout).toBe("No dynos on ⬢ example\n");
  });

  it("of free dynos tells them in the words of their time", async () => {
    host.platform.tier = "free";
    host.platform.dynoList = [];
    host.platform.hourFigures = { pool: hours(550), used: minutes(123 * 60 + 29) };
    expect((await host.dynosim(["ps"])).stdout.split("\n").slice(0, 5)).toEqual([
      "Free dyno hours quota remaining this month: 426h 31m (77%)",
      "Free dyno usage for this app: 123h 29m (22%)",
      "For more information on dyno sleeping and how to upgrade, see:",
      "https://devcenter.heroku.com/articles/dyno-sleeping",
      "",
    ]);
  });

  it("as JSON", async () => {
    const { stdout } = await host.dynosim(["ps", "--json"]);
    expect((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)).toEqual([
      "run.4520",
      "web.1",
      "worker.1",
    ]);
  });
});

describe("hours", () => {
  check([
    [
      "hours",
      {
        out: [
          "=== ⬢ example Eco Dyno Hours",
          "",
          "Pool:       1000h a month",
          "Used:       492h 47m (49%)",
          "Left:       507h 13m (50%)",
          "In use:     by 2 dynos",
          "Empty:      2026/11/30 22:53:00 +0000 (in 10d13h36m30s)",
          "Full again: 2026/12/01 00:00:00 +0000 (in 10d14h43m30s)",
          "",
        ].join("\n"),
      },
    ],
    [
      "hours --used 999h59m",
      {
        err: "Setting the dyno hours of ⬢ example... done, 0h 1m (0%) left\n",
        asked: { setHours: { pool: undefined, used: hours(1000) - minutes(1) } },
      },
    ],
    [
      "hours --pool 550h --used 0h",
      {
        err: "Setting the dyno hours of ⬢ example... done, 550h 0m (100%) left\n",
        asked: { setHours: { pool: hours(550), used: 0 } },
      },
    ],
    [
      "hours --used lots",
      {
        err: 'Error: "lots" is no duration.\n  Write a number with a unit: 90s, 31m, 2h30m, 1d\n',
        code: 2,
        asked: undefined,
      },
    ],
  ]);

  it("as JSON", async () => {
    const { stdout } = await host.dynosim(["hours", "--pool", "100h", "--used", "100h", "--json"]);
    expect(JSON.parse(stdout)).toEqual({
      type: "eco",
      pool_ms: 360_000_000,
      used_ms: 360_000_000,
      running: 2,
      empty_at: null,
      next_month: "2026-12-01T00:00:00.000Z",
    });
  });
});

describe("ps:scale", () => {
  check([
    ["ps:scale", { out: "web=1:Eco worker=1:Eco\n" }],
    [
      "ps:scale web=2:standard-1x",
      {
        err: "Scaling dynos... done, now running web at 2:Standard-1X\n",
        asked: { scale: [{ type: "web", quantity: "2", size: "standard-1x" }] },
      },
    ],
    [
      "ps:scale web=1 worker+1",
      { err: "Scaling dynos... done, now running web at 1:Eco, worker at 2:Eco\n" },
    ],
    ["ps:scale worker-1", { err: "Scaling dynos... done, now running worker at 0:Eco\n" }],
    [
      "ps:scale clock=1",
      {
        err:
          "Scaling dynos... !\n" +
          "Error: Couldn't find that process type (clock).\n" +
          "  The Procfile has web, worker.\n" +
          '  Add a line "clock: COMMAND" to the Procfile and run dynosim up again, or name one that is there.\n',
        code: 1,
      },
    ],
    [
      "ps:scale web",
      {
        err: "Error: web is no change of the formation.\n  For example: dynosim ps:scale web=2:standard-1x worker+1\n",
        code: 2,
        asked: undefined,
      },
    ],
  ]);

  it("names the way out of a scaling limit", async () => {
    host.platform.refusal = {
      kind: "scaling-limit",
      type: "web",
      size: "eco",
      quantity: 2,
      limit: 1,
      scope: "type",
      others: [],
    };
    const said = await host.dynosim(["ps:scale", "web=2"]);
    expect(said.exitCode).toBe(1);
    expect(said.stderr).toContain("dynosim ps:scale web=2:standard-1x");
  });
});

describe("ps:restart, ps:stop", () => {
  const all = { restart: { kind: "all" } };
  const web = { restart: { kind: "type", type: "web" } };
  const one = { restart: { kind: "dyno", dyno: "web.1" } };
  check([
    ["ps:restart", { err: "Restarting all dynos on ⬢ example... done\n", asked: all }],
    ["restart", { err: "Restarting all dynos on ⬢ example... done\n", asked: all }],
    ["dyno:restart -p web", { err: "Restarting all web dynos on ⬢ example... done\n", asked: web }],
    ["ps:restart -d web.1", { err: "Restarting dyno web.1 on ⬢ example... done\n", asked: one }],
    ["ps:restart --dyno web.1", { err: "Restarting dyno web.1 on ⬢ example... done\n", asked: one }],
    [
      "ps:restart web.1",
      {
        err:
          "Warning: a dyno without a flag is deprecated; write -d web.1.\n" +
          "Restarting dyno web.1 on ⬢ example... done\n",
        asked: one,
      },
    ],
    ["ps:restart -d web.1 -p web", { err: "Error: -d and -p exclude each other.\n", code: 2 }],
    [
      "ps:stop -d web.1",
      {
        err: "Stopping dyno web.1 on ⬢ example... done\n",
        asked: { stop: { kind: "dyno", dyno: "web.1" } },
      },
    ],
    [
      "ps:kill -p worker",
      {
        err: "Stopping all worker dynos on ⬢ example... done\n",
        asked: { stop: { kind: "type", type: "worker" } },
      },
    ],
    [
      "ps:stop",
      {
        err: "Error: Say what to stop.\n  For example: dynosim ps:stop -d run.1234, or dynosim ps:stop -p worker\n",
        code: 2,
      },
    ],
  ]);
});

describe("config", () => {
  check([
    ["config", { out: "=== ⬢ example Config Vars\n\nLANG:       en_US.UTF-8\nSECRET_KEY: a b\n" }],
    ["config -s", { out: "LANG=en_US.UTF-8\nSECRET_KEY='a b'\n" }],
    ["config -j", { out: '{\n  "LANG": "en_US.UTF-8",\n  "SECRET_KEY": "a b"\n}\n' }],
    ["config:get LANG", { out: "en_US.UTF-8\n" }],
    ["config:get NONE", { out: "\n" }],
    ["config:get -s SECRET_KEY", { out: "SECRET_KEY='a b'\n" }],
    ["config:get", { err: "Error: Usage: dynosim config:get KEY...\n  Must specify KEY.\n", code: 2 }],
    [
      "config:set A=1",
      {
        out: "A: 1\n",
        err: "Setting A and restarting ⬢ example... done, v6\n",
        asked: { setConfigVars: { A: "1" } },
      },
    ],
    [
      "config:set LONG=x=y B=",
      { out: "LONG: x=y\nB:\n", err: "Setting LONG, B and restarting ⬢ example... done, v6\n" },
    ],
    [
      "config:set VITE_URL=x A=1",
      {
        out: "VITE_URL: x\nA:        1\n",
        err:
          "Setting VITE_URL, A and restarting ⬢ example... done, v6\n" +
          "VITE_URL takes part in the build, and a config change builds nothing: the slug keeps the value it had then until the next deploy (dynosim up).\n",
      },
    ],
    ["config:set A", { err: "Error: A is invalid. Must be in the format FOO=bar.\n", code: 2 }],
    [
      "config:set",
      {
        err: "Error: Usage: dynosim config:set KEY1=VALUE1 [KEY2=VALUE2 ...]\n  Must specify KEY and VALUE to set.\n",
        code: 2,
      },
    ],
    [
      "config:unset LANG",
      {
        err: "Unsetting LANG and restarting ⬢ example... done, v6\n",
        asked: { setConfigVars: { LANG: null } },
      },
    ],
  ]);
});

describe("releases, rollback", () => {
  check([
    [
      "releases -n 3",
      {
        out: [
          "=== ⬢ example Releases - Current: v4",
          "",
          "v5  Deploy 0a1ba830 release command failed  me@example.com  2026/11/20 08:21:30 +0000 (~ 55m ago)",
          "v4  Deploy 5ec13510                         me@example.com  2026/11/20 08:20:30 +0000 (~ 56m ago)",
          "v3  Deploy 71c09b06                         me@example.com  2026/11/20 08:19:30 +0000 (~ 57m ago)",
          "",
        ].join("\n"),
      },
    ],
    [
      "rollback v3",
      {
        err:
          "Rolling back ⬢ example to v3... done, v6\n" +
          "Warning: Rollback affects code and config vars; it doesn't add or remove addons.\n" +
          "To undo, run: dynosim rollback v4\n",
        asked: { rollback: 3 },
      },
    ],
    [
      "rollback",
      {
        err:
          "Rolling back ⬢ example to v3... done, v6\n" +
          "Warning: Rollback affects code and config vars; it doesn't add or remove addons.\n" +
          "To undo, run: dynosim rollback v4\n",
      },
    ],
    ["rollback v77", { err: "Error: Couldn't find release v77.\n  See them: dynosim releases\n", code: 1 }],
    ["rollback last", { err: "Error: last is no release.\n  For example: dynosim rollback v7\n", code: 2 }],
  ]);

  it("without releases", async () => {
    host.platform.releaseList = [];
    expect((await host.dynosim(["releases"])).stdout).toBe("⬢ example has no releases.\n");
  });
});

describe("sleep", () => {
  check([
    ["idle", { err: "Idling ⬢ example... done\n", asked: "idle" }],
    ["wake", { err: "Unidling ⬢ example... done\n", asked: "wake" }],
  ]);
});

describe("machine", () => {
  check([
    [
      "images",
      { out: "3.13  build  700.0 MB  dynosim/build:3.13\n3.13  run    100.0 MB  dynosim/run:3.13\n" },
    ],
    [
      "images build",
      {
        out: "The images for Python 3.13 are there.\n",
        err: "Making the build image for Python 3.13\n",
        asked: { buildImage: "3.13" },
      },
    ],
    ["images rm 3.13", { err: "Removing the images for Python 3.13... done\n" }],
    [
      "images rm 3.11",
      {
        err: "Removing the images for Python 3.11... !\nError: There are no images for Python 3.11.\n",
        code: 1,
      },
    ],
    [
      "clean --dry-run --all",
      {
        out: "would remove  image    dynosim/example:v3  10.0 MB\nwould remove  network  dynosim-example\n",
        asked: { clean: { everything: true, dryRun: true } },
      },
    ],
    [
      "build --env A=1 --working-tree --strict",
      {
        out: "Compiled: 45.8 MB\n",
        err: "-----> Building on the Heroku-24 stack\n-----> Python app detected\n",
        asked: {
          build: {
            source: { kind: "working-tree" },
            strict: true,
            extraEnv: { A: "1" },
            slugFile: undefined,
          },
        },
      },
    ],
    [
      "build --offline",
      {
        out: "Compiled: 45.8 MB\n",
        err: "-----> Building on the Heroku-24 stack\n-----> Python app detected\n",
        asked: {
          build: {
            source: { kind: "tracked" },
            strict: false,
            offline: true,
            extraEnv: {},
            slugFile: undefined,
          },
        },
      },
    ],
    [
      "build --ref main --working-tree",
      {
        err: "Error: --ref and --working-tree exclude each other.\n  A commit has no files that are not in it.\n",
        code: 2,
      },
    ],
  ]);

  it("a build that fails ends with the failure's own code", async () => {
    host.platform.refusal = { kind: "no-buildpack", files: ["README.md"], below: undefined };
    expect(await host.dynosim(["build"])).toMatchObject({ exitCode: 4, stdout: "" });
  });

  it("and --json prints its identifier and its buildpack's report", async () => {
    const report = { failure_reason: "python-version::eol", python_version_requested: "3.9" };
    host.platform.refusal = {
      kind: "compile-failed",
      language: "Python",
      status: 1,
      identifier: "python-version::eol",
      report,
    };
    const { exitCode, stdout, stderr } = await host.dynosim(["build", "--json"]);
    expect({ exitCode, said: JSON.parse(stdout) as unknown }).toEqual({
      exitCode: 4,
      said: {
        compiled: false,
        error: {
          message: "The Python app could not be compiled (python-version::eol).",
          language: "Python",
          status: 1,
          identifier: "python-version::eol",
          report,
        },
      },
    });
    expect(stderr).toContain("could not be compiled (python-version::eol)");
  });

  it("doctor ends with 3 when no engine answers", async () => {
    host.platform.refusal = { kind: "engine-unreachable", tried: ["/var/run/docker.sock"] };
    const said = await host.dynosim(["doctor"]);
    expect(said.exitCode).toBe(3);
    expect(said.stdout).toMatch(/^ok {7}Node +v/m);
    expect(said.stdout).toMatch(/^missing {2}engine/m);
  });
});

describe("which app, which command", () => {
  check([
    [
      "pss",
      {
        err: "Error: pss is not a dynosim command. Did you mean ps?\n  See all commands: dynosim --help\n",
        code: 2,
      },
    ],
    [
      "confg:set A=1",
      {
        err: "Error: confg:set is not a dynosim command. Did you mean config:set?\n  See all commands: dynosim --help\n",
        code: 2,
      },
    ],
    ["ps --nope", { err: "Error: unknown option '--nope'\n  See dynosim ps --help\n", code: 2 }],
    ["logs -d web.1 -p web", { err: "Error: -d and -p exclude each other.\n", code: 2 }],
    ["logs -n 1501", { err: "Error: -n takes a number from 0 to 1500.\n", code: 2 }],
    [
      "logs -s router",
      { err: "Error: There is no log source router.\n  Sources are app and heroku.\n", code: 2 },
    ],
    [
      "ps -a nosuch",
      {
        err:
          "Error: ⬢ nosuch is not up.\n" +
          "  This command talks to a running app, and none was found.\n" +
          "  Start it: dynosim up (what is up: dynosim apps)\n",
        code: 1,
      },
    ],
  ]);

  it("-a finds an app from anywhere, --dir from beside it", async () => {
    const expected = { stdout: "web=1:Eco worker=1:Eco\n", stderr: "", exitCode: 0 };
    expect(await host.dynosim(["ps:scale", "-a", "example"], { cwd: "/" })).toEqual(expected);
    expect(await host.dynosim(["ps:scale", "--dir", host.folder], { cwd: "/" })).toEqual(expected);
  });

  it("apps lists what is up", async () => {
    const { stdout } = await host.dynosim(["apps"], { cwd: "/" });
    expect(stdout).toBe(`=== me@example.com Apps\n\n⬢ example (http://localhost:5000, ${host.folder})\n\n`);
  });

  it("version", async () => {
    const { stdout } = await host.dynosim(["--version"]);
    expect(stdout).toMatch(/^dynosim\/\d+\.\d+\.\d+ \w+-\w+ node-v\d+\.\d+\.\d+\n$/);
    expect((await host.dynosim(["version"])).stdout).toBe(stdout);
  });
});

describe("run", () => {
  it("passes pipes and the exit status", async () => {
    const said = await host.dynosim(["run", "-e", "A=1;B=2", "-e", "C=3", "cat", "-n", "a b"], {
      input: "one\n",
    });
    expect(said).toEqual({
      stdout: 'hello from cat -n "a b"\nONE\n',
      stderr: 'Running cat -n "a b" on ⬢ example... up, run.9157\n',
      exitCode: 0,
    });
    expect(host.platform.oneOffs.at(-1)?.spec).toEqual({
      command: 'cat -n "a b"',
      env: { A: "1", B: "2", C: "3" },
      size: undefined,
      attach: { kind: "pipe" },
      type: undefined,
    });
  });

  it.each([
    [["run", "exit 7"], 7],
    [["run", "--", "exit 130"], 130],
    [["run", "-s", "standard-1x", "exit 0"], 0],
  ])("%j ends with %d", async (line, code) => {
    const said = await host.dynosim(line);
    expect(said.exitCode).toBe(code);
    expect(said.stderr).toContain("bye\n");
  });

  it("detached", async () => {
    const said = await host.dynosim(["run:detached", "exit 0"]);
    expect(said).toEqual({
      stdout: "Run dynosim logs --app example --dyno run.9157 to view the output.\n",
      stderr: "Running exit 0 on ⬢ example... done, run.9157\n",
      exitCode: 0,
    });
    expect(host.platform.oneOffs.at(-1)?.spec.attach).toBeUndefined();
  });

  it.each([
    ["run", "run bash"],
    ["run:detached", "run:detached python manage.py reindex"],
  ])("%s wants a command", async (command, example) => {
    expect(await host.dynosim([command])).toEqual({
      stdout: "",
      stderr: `Error: Usage: dynosim ${command} COMMAND\n  For example: dynosim ${example}\n`,
      exitCode: 2,
    });
  });

  it("refuses in words when nothing is deployed", async () => {
    host.platform.refusal = { kind: "nothing-deployed", app: "example" };
    const said = await host.dynosim(["run", "ls"]);
    expect(said).toMatchObject({ exitCode: 1, stdout: "" });
    expect(said.stderr).toContain("has no release with a slug yet");
  });
});

function words(line: string): string[] {
  return line.split(" ");
}
