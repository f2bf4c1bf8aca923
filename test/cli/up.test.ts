import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, type ResultPromise } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Run } from "../../src/platform/run-file.ts";
import { COMPILE_CACHE } from "./compile-cache.ts";
import { runCli, type Said } from "./puppet-host.ts";

const MAIN = new URL("./puppet-main.ts", import.meta.url).pathname;
const READY = "Ready. http://localhost:5000 (app example)\n";

let folder: string;
let environment: Record<string, string>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dynosim-up-"));
  environment = { HOME: folder, PATH: process.env["PATH"] ?? "", TZ: "UTC", ...COMPILE_CACHE };
});
afterEach(() => {
  // what a failed case left running in the background
  if (existsSync(join(folder, ".dynosim", "run.json"))) process.kill(runFile().pid, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

function dynosim(...args: readonly string[]): Promise<Said> {
  return runCli(MAIN, args, { input: "", cwd: folder, environment });
}

interface Settings {
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly extendEnv: false;
  readonly reject: false;
  readonly stripFinalNewline: false;
}

interface Up {
  readonly process: ResultPromise<Settings>;
  stdout(): string;
  stderr(): string;
}

function up(...args: readonly string[]): Up {
  const settings: Settings = {
    cwd: folder,
    env: environment,
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
  };
  const host = execa(process.execPath, [MAIN, "up", "--control-port", "0", ...args], settings);
  let [out, err] = ["", ""];
  host.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  host.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  return { process: host, stdout: () => out, stderr: () => err };
}

const until = (look: () => unknown): Promise<void> => expect.poll(look).toBeTruthy();

function runFile(): Run {
  return JSON.parse(readFileSync(join(folder, ".dynosim", "run.json"), "utf8")) as Run;
}

describe("up", () => {
  it("--json: the log and what came of the build, one JSON value a line", async () => {
    const app = up("--json");
    await until(() => app.stdout().includes('"ready"'));
    app.process.kill("SIGTERM");
    await app.process;
    const values = app
      .stdout()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(values).toContainEqual({
      ready: {
        app: "example",
        url: "http://localhost:5000",
        httpsUrl: "https://localhost:5000",
        release: expect.any(Number),
        compiled: true,
        slugSize: 48_000_000,
        buildpackReports: { "heroku/python": { cache_status: "empty", total_duration: 1.5 } },
        engine: {
          product: "Docker",
          means: {
            kind: "containers",
            apiVersion: "1.41",
            storage: "overlay2",
            cgroup: "1",
            swap: false,
            socket: "/var/run/docker.sock",
          },
          limits: [{ limit: "cores", how: "partly", detail: "os.cpu_count() shows this machine's" }],
        },
      },
    });
    expect(values).toContainEqual(expect.objectContaining({ source: "app", process: "api" }));
  });

  it("--json is not for the background", async () => {
    expect(await dynosim("up", "-d", "--json")).toMatchObject({
      exitCode: 2,
      stderr: "Error: --json is for an up in the foreground.\n  After up -d ask for: dynosim info --json\n",
    });
  });

  it("a control port asked for and taken is refused, and who has it is said", async () => {
    const app = up();
    await until(() => app.stdout().includes(READY));
    const taken = new URL(runFile().controlUrl).port;
    const other = mkdtempSync(join(folder, "other-"));
    const { exitCode, stderr } = await dynosim("up", "--dir", other, "--control-port", taken);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `Error: Port ${taken} is taken.\n` +
        "  The control API was to listen there (--control-port), and the dynosim of example does.\n" +
        "  Choose another (--control-port 0 takes any free one), or: dynosim down -a example\n",
    );
    app.process.kill("SIGTERM");
    await app.process;
  });

  it.each(["everybody", "example.com", "300.1.1.1"])("--bind %s is no address", async (text) => {
    expect(await dynosim("up", "--bind", text)).toMatchObject({
      exitCode: 2,
      stderr:
        `Error: ${text} is no address.\n` +
        "  --bind takes an address of this machine, or 0.0.0.0 for all of IPv4, or :: for all there are.\n",
    });
  });

  it("says when it is ready, lists what it runs, and ends with down", async () => {
    const app = up();
    await until(() => app.stdout().includes(READY));
    const run = runFile();
    expect(run).toMatchObject({ app: "example", folder, url: "http://localhost:5000", pid: app.process.pid });
    expect(statSync(run.tokenPath).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, ".dynosim")).mode & 0o777).toBe(0o700);
    expect((await dynosim("apps")).stdout).toContain("⬢ example (http://localhost:5000");

    expect(await dynosim("down")).toEqual({
      stdout: "",
      stderr: "Stopping ⬢ example... done\n",
      exitCode: 0,
    });
    expect((await app.process).exitCode).toBe(0);
    expect(readdirSync(join(folder, ".dynosim"))).toEqual([]);
    expect(readdirSync(join(folder, ".local", "state", "dynosim", "runs"))).toEqual([]);
    expect((await dynosim("apps")).stdout).toBe("You have no apps.\n");

    const [stdout, stderr] = [app.stdout(), app.stderr()];
    expect(stdout).toBe(
      "2026-11-20T09:16:30.000000+00:00 app[api]: Build started by user me@example.com\n" +
        READY +
        "2026-11-20T09:16:30.001000+00:00 heroku[web.1]: Stopping all processes with SIGTERM\n",
    );
    const shown = stderr.split("\n");
    expect(shown[0]).toBe("-----> Building on the Heroku-24 stack");
    expect(shown[1]).toMatch(/^┌─+┐$/);
    expect(stderr).toMatch(/│ Processes +web=1:Eco worker=1:Eco +│/);
    expect(stderr).toMatch(/│ Limits +Eco: 512 MB, 256 processes, 10000 open files +│/);
    expect(stderr).toMatch(
      /│ Memory +no swap here: over its quota a dyno gets R14, but is not slowed down as on Heroku +│/,
    );
    expect(stderr).toMatch(/│ CPU +not capped \(on Heroku Eco 1x to 4x\); --cpu dyno caps it +│/);
    expect(stderr).toMatch(/│ Not enforced +cores \(see dynosim doctor\) +│/);
    expect(stderr).toMatch(/└─+┘\nLeft out, as git does not track it: notes.txt/);
  });

  it("--watch tells of each change, of what came of it, and what is new to know", async () => {
    const app = up("--watch");
    await until(() => app.stderr().includes("Watching for changes"));
    await until(() => app.stderr().includes("One more thing."));
    app.process.kill("SIGINT");
    expect((await app.process).exitCode).toBe(130);
    const said = app.stderr().slice(app.stderr().indexOf("app.py"));
    expect(said.split("\n").filter((line) => !line.startsWith("Stopping"))).toEqual([
      "app.py, a.html, b.html and 1 more changed: building.",
      expect.stringMatching(/^Error: .*15 minutes/),
      expect.stringMatching(/^ /),
      expect.stringMatching(/^ /),
      "v4 goes on serving. Waiting for the next change.",
      "The source has changed: building.",
      "-----> Building on the Heroku-24 stack",
      "Not told of each change by the system (no more watches): looking every two seconds.",
      "One more thing.",
      "Watching for changes; each is built and released while the former release serves.",
      "",
    ]);
  });

  it("--watch of a commit is wrong usage", async () => {
    expect(await dynosim("up", "--watch", "--ref", "main")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("--watch and --ref contradict each other"),
    });
  });

  it("says which limits are harder than usual", async () => {
    const app = up("--memory", "strict", "--cpu", "dyno");
    await until(() => app.stdout().includes(READY));
    app.process.kill("SIGINT");
    await app.process;
    expect(app.stderr()).toMatch(
      /│ Memory +strict: killed at the quota itself \(R15\), without R14 before it +│/,
    );
    expect(app.stderr()).toMatch(/│ CPU +cores at most: Eco 0\.64 \(1x taken for 0\.16 of a core\) +│/);
  });

  it("prints what was told before it could listen: the app's creation", async () => {
    environment["PUPPET"] = "created";
    const app = up();
    await until(() => app.stdout().includes(READY));
    app.process.kill("SIGINT");
    await app.process;
    expect(app.stdout().split("\n")[0]).toMatch(/ app\[api\]: Initial release by user me@example\.com$/);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s stops the dynos and ends with %d", async (signal, code) => {
    const app = up();
    await until(() => app.stdout().includes(READY));
    app.process.kill(signal);
    expect((await app.process).exitCode).toBe(code);
    expect(app.stderr()).toContain("SIGTERM, then up to 30 s (Ctrl-C again kills at once)");
    expect(app.stdout()).toContain("Stopping all processes with SIGTERM");
    expect(existsSync(join(folder, ".dynosim", "run.json"))).toBe(false);
  });

  it("a second Ctrl-C kills and lists what was killed; two at once count as one", async () => {
    environment["PUPPET"] = "stubborn";
    const app = up();
    await until(() => app.stdout().includes(READY));
    app.process.kill("SIGINT");
    app.process.kill("SIGINT");
    await until(() => app.stderr().includes("Ctrl-C again"));
    await new Promise((resolve) => setTimeout(resolve, 200)); // longer than one press lasts
    expect(app.process.exitCode).toBeNull();
    app.process.kill("SIGINT");
    expect((await app.process).exitCode).toBe(130);
    expect(app.stderr()).toContain("Killed worker.1, web.1, run.4520.\n");
  });

  it.each([
    ["no-buildpack", 4],
    ["release-phase-failed", 5],
  ])("%s ends with %d and leaves nothing", async (puppet, code) => {
    environment["PUPPET"] = puppet;
    const app = up();
    expect((await app.process).exitCode).toBe(code);
    expect(app.stdout()).not.toContain("Ready.");
    expect(existsSync(join(folder, ".dynosim", "run.json"))).toBe(false);
  });

  it.each([
    ["SIGINT", 130],
    ["down", 0],
  ] as const)("%s in the middle of a build ends it, with %d", async (end, code) => {
    environment["PUPPET"] = "building";
    const app = up();
    await until(() => existsSync(join(folder, ".dynosim", "run.json")) && app.stderr().includes("----->"));
    if (end === "SIGINT") app.process.kill(end);
    else expect((await dynosim("down")).exitCode).toBe(0);
    expect((await app.process).exitCode).toBe(code);
    expect(app.stdout()).not.toContain("Ready.");
    expect(app.stderr()).toContain("Stopped before it was released; a former release stands as it was.\n");
  });

  it("SIGINT ends a deploy that does not listen to it", async () => {
    environment["PUPPET"] = "releasing";
    const app = up();
    await until(() => existsSync(join(folder, ".dynosim", "run.json")));
    app.process.kill("SIGINT");
    expect((await app.process).exitCode).toBe(130);
  });

  it("ends with 6 when it is not up in time", async () => {
    environment["PUPPET"] = "unready";
    const app = up("--wait", "200ms");
    expect((await app.process).exitCode).toBe(6);
    expect(app.stderr()).toContain("example was not up within 200ms.");
  });

  it.each([
    [["--wait", "soon"], 2],
    [["--port", "70000"], 2],
    [["--era", "later"], 2],
    [["--memory", "lax"], 2],
    [["--cpu", "4"], 2],
    [["--switch", "stuck-after-clean-exit=on"], 2],
    [["--switch", "route-times=yes"], 2],
    [["--switch", "route-times"], 2],
    [["--forwarded-proto", "ftp"], 2],
    [["--all", "web"], 2],
    [["./a", "./b"], 2],
    [["--ref", "x", "--working-tree"], 2],
    [["--paused", "--real-time"], 2],
  ])("%j is refused with %d", async (args, code) => {
    const app = up(...args);
    const { exitCode } = await app.process;
    expect([exitCode, app.stdout()]).toEqual([code, ""]);
    expect(app.stderr()).toMatch(/^Error: /);
  });
});

describe("up --env-file", () => {
  it("sets what differs, in one release", async () => {
    writeFileSync(join(folder, "app.env"), "LANG=en_US.UTF-8\nA=1\nexport B='two words' # why\n");
    const app = up("--env-file", "app.env");
    await until(() => app.stdout().includes(READY));
    expect((await dynosim("config", "-s")).stdout).toBe(
      "A=1\nB='two words'\nLANG=en_US.UTF-8\nSECRET_KEY='a b'\n",
    );
    expect((await dynosim("releases", "--json")).stdout).toContain('"version": 6');
    expect((await dynosim("releases", "--json")).stdout).not.toContain('"version": 7');
    await dynosim("down");
    await app.process;
  });

  it("names the line that is none", async () => {
    writeFileSync(join(folder, "app.env"), "A=1\nnonsense\n");
    const app = up("--env-file", "app.env");
    expect((await app.process).exitCode).not.toBe(0);
    expect(app.stderr()).toMatch(/^Error: .*2/);
  });
});

describe("up -d", () => {
  it("returns when the app is ready, and leaves it running", async () => {
    const said = await dynosim("up", "-d", "--control-port", "0", "--wait", "30s");
    expect(said).toMatchObject({ exitCode: 0, stdout: READY });
    expect(said.stderr).toContain("-----> Building on the Heroku-24 stack");
    // box and notices are the host's last words before the app counts as ready: not one of them is lost
    expect(said.stderr).toContain("│ URL ");
    expect(said.stderr).toMatch(/notes\.txt .*\n$/);
    expect((await dynosim("ps:scale")).stdout).toBe("web=1:Eco worker=1:Eco\n");
    expect((await dynosim("down")).exitCode).toBe(0);
  });

  it("hands on which buildpacks it was given", async () => {
    await dynosim("up", "-d", "--control-port", "0", "--buildpack", "./mine", "--buildpack", "heroku/python");
    const { stdout } = await dynosim("buildpacks");
    expect(stdout).toContain("\n1. ./mine\n2. heroku/python\n");
    expect((await dynosim("down")).exitCode).toBe(0);
  });

  it.each(["unready", "building"])(
    "ends with 6 when it is late (%s), and leaves it running",
    async (puppet) => {
      environment["PUPPET"] = puppet;
      const said = await dynosim("up", "-d", "--control-port", "0", "--wait", "2s");
      expect([said.exitCode, said.stdout]).toEqual([6, ""]);
      expect((await dynosim("down")).exitCode).toBe(0);
    },
  );

  it("passes a failure on", async () => {
    environment["PUPPET"] = "no-buildpack";
    const said = await dynosim("up", "-d", "--control-port", "0");
    expect([said.exitCode, said.stdout]).toEqual([4, ""]);
    expect(said.stderr).toContain("Error: ");
  });
});

describe("without a running app", () => {
  it.each([
    [["config"], "=== ⬢ example Config Vars"],
    [["config:set", "A=1"], "A: 1"],
    [["releases"], "=== ⬢ example Releases"],
    [["run", "exit 3"], "hello from exit 3"],
    [["info"], "=== ⬢ example"],
    [["doctor"], "Docker 20.10.24"],
    [["images"], "3.13  build"],
    [["clean"], "removed  image"],
    [["build"], "Compiled: 45.8 MB"],
  ])("%j works on the stored state", async (args, out) => {
    const said = await dynosim(...args);
    expect(said.exitCode).toBe(args[1] === "exit 3" ? 3 : 0);
    expect(said.stdout).toContain(out);
  });

  it.each(["ps", "ps:scale", "ps:restart", "logs", "rollback", "idle", "wake", "clock", "open", "down"])(
    "%s says how to start it",
    async (command) => {
      const said = await dynosim(command);
      expect([said.exitCode, said.stdout]).toEqual([1, ""]);
      expect(said.stderr).toContain(`Start it: dynosim up ${folder}`);
    },
  );

  it("a run file of a dead process is removed and not believed", async () => {
    const app = up();
    await until(() => app.stdout().includes(READY));
    app.process.kill("SIGKILL");
    await app.process;
    expect((await dynosim("ps")).exitCode).toBe(1);
    expect((await dynosim("apps")).stdout).toBe("You have no apps.\n");
    expect(existsSync(join(folder, ".dynosim", "run.json"))).toBe(false);
  });
});
