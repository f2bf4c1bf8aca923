import { execa } from "execa";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { hostPuppet } from "./puppet-host.ts";

const BIN = new URL("../../bin/dynosim.js", import.meta.url).pathname;
const PTY = new URL("fixtures/on-a-terminal.py", import.meta.url).pathname;
const host = await hostPuppet();
afterAll(() => host[Symbol.asyncDispose]());
beforeEach(() => {
  host.platform.refusal = undefined;
  host.platform.asked.length = 0;
  host.platform.oneOffs.length = 0;
});

function start(...args: string[]) {
  return execa(process.execPath, [BIN, ...args], {
    cwd: host.folder,
    env: host.environment,
    extendEnv: false,
    reject: false,
    stdin: "pipe",
  });
}

describe("ps:exec", () => {
  it("joins a command in web.1 and gives its status", async () => {
    expect(await host.dynosim(["ps:exec", "--", "ps", "aux"], { input: "exit 3" })).toEqual({
      stdout: "hello from ps aux\nEXIT 3",
      stderr: "Connecting to web.1 on ⬢ example... done\n",
      exitCode: 3,
    });
    expect(host.platform.asked).toEqual([
      { exec: "web.1", spec: { command: "ps aux", attach: { kind: "pipe" } } },
    ]);
  });

  it.each([
    [["ps:exec", "-d", "worker.1"], "worker.1", "bash"],
    [["ps:exec", "--dyno", "run.4520", "ls /tmp"], "run.4520", "ls /tmp"],
    [["dyno:exec", "--dyno-name", "worker.1", "--", "ls", "-l", "a b"], "worker.1", 'ls -l "a b"'],
  ])("%j: in %s, %s", async (line, dyno, command) => {
    expect((await host.dynosim(line)).exitCode).toBe(0);
    expect(host.platform.asked).toMatchObject([{ exec: dyno, spec: { command } }]);
  });

  it("has the terminal's size", async () => {
    const { exitCode, stdout } = await execa("python3", [PTY, process.execPath, BIN, "ps:exec"], {
      input: "exit 4\r",
      cwd: host.folder,
      env: { ...host.environment, TERM: "xterm-256color" },
      extendEnv: false,
      reject: false,
    });
    expect([exitCode, stdout]).toEqual([4, expect.stringContaining("hello from bash")]);
    expect(stdout).not.toContain("starting");
    const attach = { kind: "terminal", columns: 90, rows: 30, term: "xterm-256color" };
    expect(host.platform.asked).toMatchObject([{ spec: { attach } }]);
  });

  it("is told when the dyno is not up", async () => {
    host.platform.refusal = { kind: "dyno-not-up", dyno: "web.1", state: "idle" };
    expect(await host.dynosim(["ps:exec", "ls"])).toEqual({
      stdout: "",
      stderr:
        "Connecting to web.1 on ⬢ example... !\n" +
        "Error: Could not connect to dyno!\n" +
        "  web.1 is idle; a process can only join a dyno that is up.\n" +
        "  Check if the dyno is running: dynosim ps. A dyno of its own for a command: dynosim run COMMAND\n",
      exitCode: 1,
    });
  });
});

describe("a session that ends before its command", () => {
  it("by an hour of silence: the platform closes it", async () => {
    const client = start("run", "cat");
    await expect.poll(() => host.platform.oneOffs.at(-1)?.isAttached).toBe(true);
    const oneOff = host.platform.oneOffs.at(-1);
    oneOff?.silence.resolve();
    const { exitCode, stderr } = await client;
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      "Error: The connection was closed: for an hour there was neither input nor output.\n" +
        "  The dyno was sent SIGHUP. For what takes long and says nothing: dynosim run:detached",
    );
    await oneOff?.hungUp;
  });

  it("by four Ctrl-C: the dyno is left", async () => {
    const { exitCode, stdout } = await execa("python3", [PTY, process.execPath, BIN, "run", "bash"], {
      input: "\u0003\u0003\u0003\u0003",
      cwd: host.folder,
      env: host.environment,
      extendEnv: false,
      reject: false,
    });
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining("forcing dyno disconnect")]);
    await host.platform.oneOffs.at(-1)?.hungUp;
  });
});
