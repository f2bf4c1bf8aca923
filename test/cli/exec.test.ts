import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, type ResultPromise } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli, type Said } from "./puppet-host.ts";
import { COMPILE_CACHE } from "./compile-cache.ts";

const MAIN = new URL("./puppet-main.ts", import.meta.url).pathname;

let folder: string;
let environment: Record<string, string>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dynosim-exec-"));
  environment = { HOME: folder, PATH: process.env["PATH"] ?? "", TZ: "UTC", ...COMPILE_CACHE };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function exec(...args: readonly string[]): Promise<Said> {
  return runCli(MAIN, ["exec", ...args], { input: "", cwd: folder, environment });
}

interface Settings {
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly extendEnv: false;
  readonly reject: false;
  readonly stdin: "ignore";
}

function start(...args: readonly string[]): ResultPromise<Settings> {
  const settings: Settings = {
    cwd: folder,
    env: environment,
    extendEnv: false,
    reject: false,
    stdin: "ignore",
  };
  return execa(process.execPath, [MAIN, "exec", ...args], settings);
}

/** Resolves with the text of a file that the command writes, once it is there. */
async function written(name: string): Promise<string> {
  const path = join(folder, name);
  await expect.poll(() => existsSync(path) && readFileSync(path, "utf8")).toMatch(/\n$/);
  return readFileSync(path, "utf8").trim();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

describe("exec", { timeout: 30_000 }, () => {
  it("gives standard output to the command alone, in the app's folder, with the way to the app in its environment", async () => {
    const command =
      'pwd; echo $DYNOSIM_APP $DYNOSIM_URL; curl -s -H "Authorization: Bearer $DYNOSIM_TOKEN" $DYNOSIM_CONTROL_URL/dynosim/health';
    const said = await exec("--", "sh", "-c", command);
    expect(said.stdout).toBe(`${folder}\nexample http://localhost:5000\n{"ready":true}`);
    expect(said.exitCode).toBe(0);
    expect(said.stderr).toBe(
      [
        "-----> Building on the Heroku-24 stack",
        "Left out, as git does not track it: notes.txt (dynosim up --working-tree includes it)",
        "Ready. http://localhost:5000 (app example)",
        "Stopping worker.1, web.1, run.4520: SIGTERM, then up to 30 s (Ctrl-C again kills at once).",
        "",
      ].join("\n"),
    );
    expect(existsSync(join(folder, ".dynosim", "run.json"))).toBe(false);
  });

  it("passes the exit code on, after the end of the app's log", async () => {
    const said = await exec("sh", "-c", "exit 9");
    expect(said.exitCode).toBe(9);
    expect(said.stderr).toContain(
      "\nsh ended with 9. The lines of the app's log:\n2026-11-20T09:16:30.000000+00:00 app[api]: Build started by user me@example.com\nStopping",
    );
  });

  it("a command that a signal ended counts as 128 + its number", async () => {
    expect((await exec("--", "sh", "-c", "kill -KILL $$")).exitCode).toBe(137);
  });

  it("--log writes the whole log to a file", async () => {
    expect((await exec("--log", "app.log", "--", "true")).exitCode).toBe(0);
    expect(readFileSync(join(folder, "app.log"), "utf8")).toMatch(
      /app\[api\]: Build started .*\n.*heroku\[web\.1\]: Stopping all processes with SIGTERM\n$/,
    );
  });

  it("--log - shows it as it comes, and not again at the end", async () => {
    const { stderr } = await exec("--log", "-", "false");
    expect(stderr.match(/Build started/g)).toHaveLength(1);
    expect(stderr).toContain("heroku[web.1]: Stopping all processes with SIGTERM\n");
  });

  it.each([
    [
      ["--", "no-such-command"],
      127,
      "Error: no-such-command: command not found.\n  Looked for it in the folders of PATH.\n",
    ],
    [["./no-such-file"], 127, "Error: ./no-such-file: command not found.\n  Looked for it from FOLDER.\n"],
    [[], 2, "Error: Usage: dynosim exec [options] -- COMMAND\n  For example: dynosim exec -- pytest\n"],
    [
      ["--all", "--types", "web", "true"],
      2,
      "Error: --all starts every process type: name none.\n  For example: dynosim exec --all -- pytest\n",
    ],
    [
      ["--log", "no/such/folder", "true"],
      1,
      "Error: The log cannot be written to no/such/folder.\n  ENOENT: no such file or directory, open 'FOLDER/no/such/folder'\n",
    ],
  ])("%j is refused before anything is built, with %d", async (args, code, words) => {
    const said = await exec(...args);
    expect(said).toEqual({ stdout: "", stderr: words.replaceAll("FOLDER", folder), exitCode: code });
  });

  it.each([
    ["no-buildpack", 4, /^-----> .*\nStopping .*\nError: No buildpack fits this app\./],
    ["release-phase-failed", 5, /\nError: /],
    [
      "crashed",
      6,
      /\nThe app did not come up\. The lines of the app's log:\n.*Build started.*\n(.*\n)*Error: example did not come up: web\.1 crashed\./,
    ],
  ])("%s: the command does not run, and the code is %d", async (puppet, code, words) => {
    environment["PUPPET"] = puppet;
    const said = await exec("--", "echo", "ran");
    expect([said.exitCode, said.stdout]).toEqual([code, ""]);
    expect(said.stderr).toMatch(words);
  });

  it("--wait: not up in time is 6", async () => {
    environment["PUPPET"] = "unready";
    const said = await exec("--wait", "100ms", "--", "echo", "ran");
    expect([said.exitCode, said.stdout]).toEqual([6, ""]);
    expect(said.stderr).toContain("Error: example was not up within 100ms.");
  });
});

describe("the end of exec", { timeout: 30_000 }, () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "%s reaches the command and its children, once, and its code counts",
    async (signal) => {
      writeFileSync(
        join(folder, "command.sh"),
        "trap 'echo INT; exit 7' INT; trap 'echo TERM; exit 7' TERM; sh -c 'echo $$ > child; exec sleep 300' & echo up > up; wait",
      );
      const host = start("--", "sh", "command.sh");
      await written("up");
      const child = Number(await written("child"));
      host.kill(signal);
      const { exitCode, stdout, stderr } = await host;
      expect([exitCode, stdout]).toEqual([7, signal.slice(3)]);
      expect(stderr).not.toContain("lines of the app's log");
      expect(stderr).toContain("Stopping worker.1");
      expect(isAlive(child)).toBe(false);
    },
  );

  it("a second signal kills a command that does not listen", async () => {
    const host = start("--", "sh", "-c", "trap '' TERM; echo $$ > up; sleep 300; sleep 300");
    const pid = Number(await written("up"));
    host.kill("SIGTERM");
    await new Promise((resolve) => setTimeout(resolve, 200)); // longer than one press lasts
    expect(isAlive(pid)).toBe(true);
    host.kill("SIGTERM");
    expect((await host).exitCode).toBe(137);
    expect(isAlive(pid)).toBe(false);
  });

  it("what the command leaves running ends with it", async () => {
    const { exitCode } = await start("--", "sh", "-c", "sleep 300 & echo $! > left");
    expect(exitCode).toBe(0);
    expect(isAlive(Number(await written("left")))).toBe(false);
  });

  it("a kill -9 of dynosim ends the command as well", async () => {
    const host = start("--", "sh", "-c", "sleep 300 & echo $! > child; echo $$ > up; wait");
    const [pid, child] = [Number(await written("up")), Number(await written("child"))];
    host.kill("SIGKILL");
    await host;
    await expect.poll(() => [isAlive(pid), isAlive(child)]).toEqual([false, false]);
  });

  it("a command that takes the app down is ended as well", async () => {
    const { exitCode } = await start(
      "--",
      "sh",
      "-c",
      'curl -s -X POST -H "Authorization: Bearer $DYNOSIM_TOKEN" $DYNOSIM_CONTROL_URL/dynosim/apps/example/down; sleep 300',
    );
    expect(exitCode).toBe(143);
  });
});
