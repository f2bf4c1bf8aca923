import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engineTable } from "../../src/cli/render/engine-table.ts";
import { fullEngine } from "../../src/cli/render/full-engine.ts";
import { limitRows } from "../../src/cli/render/limit-rows.ts";
import { strictLimits } from "../../src/cli/strict-limits.ts";
import { ENFORCEMENT } from "../../src/dyno/enforcement.ts";
import { DYNO_TYPES } from "../../src/heroku/dyno-types.ts";
import type { ProcessName } from "../../src/heroku/names.ts";
import { COMPILE_CACHE } from "./compile-cache.ts";
import { PROCESSES } from "./process-report.ts";
import { hostPuppet, runCli, type PuppetHost, type Said } from "./puppet-host.ts";

const MAIN = new URL("./puppet-main.ts", import.meta.url).pathname;
const TABLE = `Dynos are processes of this machine (not shut in). What holds here:
  enforced  open files         as far as your own limit allows (ulimit -Hn)
  enforced  fresh files        each life: a new copy of the slug
  sampled   memory quota       its processes added up every 20 s (R14)
  sampled   memory kill        looked at once a second, then SIGKILL (R15)
  sampled   processes          counted once a second; over the limit: SIGKILL
  partly    cores              nproc shows Heroku's number, all else yours
  partly    python             yours of the wanted minor, in a venv
  absent    kernel memory cap  between two looks it takes what there is
  absent    CPU share          no cap; --cpu dyno changes nothing
  absent    other files        it may write wherever you may
  absent    app folder         in the temp folder; HOME says where
  absent    private tmp        /tmp is the machine's, shared by all
  absent    process tree       it sees yours, and may signal them
  absent    network            dynos see each other and all that listens here
  absent    low ports          it may listen below 1024
  absent    stack              your libraries and programs, not heroku-24's
  absent    user               you: it may read what you may read
More of it holds with Docker or Podman: dynosim doctor says how to get it.
`;

let folder: string;
let environment: Record<string, string>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dynosim-engine-"));
  environment = {
    HOME: folder,
    PATH: process.env["PATH"] ?? "",
    PUPPET: "processes",
    ...COMPILE_CACHE,
  };
});
afterAll(() => rmSync(folder, { recursive: true }));

function dynosim(...args: readonly string[]): Promise<Said> {
  return runCli(MAIN, args, { input: "", cwd: folder, environment });
}

describe("dynos that are processes of this machine", () => {
  it("up tells the table once, before the build, and its box points there", async () => {
    const up = execa(process.execPath, [MAIN, "up", "--control-port", "0"], {
      cwd: folder,
      env: environment,
      extendEnv: false,
      reject: false,
    });
    let told = "";
    up.stderr.on("data", (chunk: Buffer) => (told += chunk.toString()));
    await expect.poll(() => told).toContain("└");
    up.kill("SIGTERM");
    await up;
    expect(told.split(TABLE)).toHaveLength(2);
    expect(told.indexOf(TABLE)).toBeLessThan(told.indexOf("----->"));
    expect(told).toMatch(
      /│ Engine +no containers: 12 of its limits are not as on Heroku \(see the table above\) +│/,
    );
  });

  it("up --strict lists what is absent and starts nothing, with status 3", async () => {
    const { stdout, stderr, exitCode } = await dynosim("up", "--control-port", "0", "--strict");
    expect(exitCode).toBe(3);
    expect(stdout).not.toContain("Ready.");
    expect(stderr).not.toContain("----->");
    expect(stderr.slice(stderr.indexOf("Error: "))).toMatch(
      /^Error: --strict: this engine lacks 9 limits of a dyno\.\n {2}kernel memory cap {2}between two looks it takes what there is\n(.*\n)* {2}user {15}you: it may read what you may read\n {2}Nothing was started\. /,
    );
  });

  it("run tells it before its own words, build why it is not Docker", async () => {
    const run = await dynosim("run", "exit 3");
    expect(run.exitCode).toBe(3);
    expect(run.stderr).toContain(`${PROCESSES.passedOver}\n${TABLE}Running exit 3 on ⬢ example...`);
    const build = await dynosim("build");
    expect(build.stderr.startsWith(`${PROCESSES.passedOver}\n`)).toBe(true);
    expect(build.stderr).not.toContain("absent");
  });

  it("doctor says how it shuts in, what is missing, how to get containers, and each limit", async () => {
    const { stdout, exitCode } = await dynosim("doctor");
    expect(exitCode).toBe(0);
    const lines = stdout.split("\n");
    expect(lines).toContain(
      "ok       engine       processes of this machine (Linux 6.18.0, x64) in /tmp/dynosim-1000",
    );
    expect(lines).toContain(`note     engine       ${PROCESSES.passedOver}`);
    expect(lines).toContain("note     shut in      dynos are not (user namespaces are forbidden here)");
    expect(lines).toContain("ok       Python       3.13 (/usr/bin/python3.13)");
    expect(lines).toContain("missing  program      zstd: apt-get install zstd");
    expect(lines.filter((line) => /^note +full engine +\S/.test(line))).toHaveLength(1);
    expect(lines).toContain(
      "note     limit        sampled only: memory quota: its processes added up every 20 s (R14)",
    );
    expect(lines).toContain("note     limit        not enforced: user: you: it may read what you may read");
  });

  it("images: there are none, and builds take the machine's Pythons", async () => {
    expect((await dynosim("images")).stdout).toBe(
      "Without containers there are no images. Pythons of this machine that a build can use:\n  3.13  /usr/bin/python3.13\n",
    );
    expect((await dynosim("images", "build")).stdout).toBe("Python 3.13 is ready for builds.\n");
  });

  it("info names them, and gives them to programs", async () => {
    expect((await dynosim("info")).stdout).toMatch(
      /^Not as on Heroku: +kernel memory cap, CPU share, cores,/m,
    );
    const { stdout } = await dynosim("info", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ engine: PROCESSES });
  });
});

describe("--engine", () => {
  it("takes three words", async () => {
    for (const command of ["up", "build", "doctor", "clean"])
      expect(await dynosim(command, "--engine", "podman")).toEqual({
        stdout: "",
        stderr:
          "Error: --engine is docker, process or auto, not podman.\n  auto takes Docker when it answers, else processes of this machine.\n",
        exitCode: 2,
      });
  });

  it.each(["docker", "process"])("%s gets to where the engine is opened", async (choice) => {
    const seen = join(folder, "engine");
    for (const args of [["info"], ["build"], ["build", "."], ["images"], ["run", "exit 0"]]) {
      await runCli(MAIN, [...args, "--engine", choice].toSorted(runFirst), {
        input: "",
        cwd: folder,
        environment: { ...environment, PUPPET_ENGINE: seen },
      });
      expect(readFileSync(seen, "utf8")).toBe(choice);
      rmSync(seen);
    }
  });
});

/** The options of `run` stand before the app's command. */
function runFirst(one: string, other: string): number {
  const place = (word: string): number => (word.startsWith("exit") ? 1 : 0);
  return place(one) - place(other);
}

describe("an app that is up", () => {
  let host: PuppetHost;
  beforeAll(async () => void (host = await hostPuppet()));
  afterAll(() => host[Symbol.asyncDispose]());

  it("stays with its engine", async () => {
    const { stderr, exitCode } = await host.dynosim(["info", "--engine", "process"]);
    expect({ stderr, exitCode }).toEqual({
      stderr: "⬢ example is up, and stays with its engine.\n",
      exitCode: 0,
    });
    expect((await host.dynosim(["info"])).stderr).toBe("");
  });

  it("clean says which engine could not be looked at", async () => {
    host.platform.unseen = [{ engine: "docker", why: "No container engine answers" }];
    const said = await host.dynosim(["clean", "--all", "--json"]);
    expect(said.stderr).toBe(
      "What dynosim keeps in Docker could not be looked at, and may be there still: No container engine answers.\n",
    );
    expect(JSON.parse(said.stdout)).toHaveLength(2);
  });
});

describe("limits", () => {
  const { basic } = DYNO_TYPES;
  const formation = [{ type: "web" as ProcessName, command: "serve", quantity: 1, size: basic }];

  it("the table keeps to 80 columns, however dynos are shut in", () => {
    expect(`${engineTable(PROCESSES).join("\n")}\n`).toBe(TABLE);
    for (const confinement of ["unshare", "bubblewrap"] as const) {
      const report = { ...PROCESSES, means: { ...PROCESSES.means, confinement } } as const;
      const table = engineTable(report);
      expect(table[0]).toContain(`(shut in by ${confinement})`);
      for (const line of table) expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  it("of the memory: what it says of swap is said of containers", () => {
    const row = limitRows(formation, ENFORCEMENT, PROCESSES).find(([name]) => name === "Memory")?.[1];
    expect(row).toBe("only looked at: over its quota a dyno gets R14, but is not slowed down as on Heroku");
  });

  it("of the CPU: none is promised that cannot be kept", () => {
    const row = (cpu: "machine" | "dyno"): string | undefined =>
      limitRows(formation, { ...ENFORCEMENT, cpu }, PROCESSES).find(([name]) => name === "CPU")?.[1];
    expect(row("machine")).toMatch(/^not capped .*; this engine cannot cap it$/);
    expect(row("dyno")).toBe(row("machine"));
  });

  it.each([
    ["machine", true],
    ["dyno", false],
  ] as const)("--strict with --cpu %s on an engine that cannot cap it: %s", (cpu, isOk) => {
    const limits = [{ limit: "cpu-share", how: "absent", detail: "no CFS quota" }] as const;
    expect(strictLimits({ ...PROCESSES, limits }, { cpu }).ok).toBe(isOk);
  });
});

it.each([
  ["darwin", "", /^Docker Desktop/],
  ["linux", "ID=debian\n", /^sudo apt-get install docker\.io/],
  ["linux", 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', /^sudo apt-get install docker\.io/],
  ["linux", "ID=fedora\n", /^sudo dnf install podman/],
  ["linux", "ID=arch\n", /^sudo pacman/],
  ["linux", "ID=alpine\n", /^https:/],
  ["linux", "", /^https:/],
])("the full engine on %s, %j", (platform, release, words) => {
  expect(fullEngine({ platform, release })).toMatch(words);
});
