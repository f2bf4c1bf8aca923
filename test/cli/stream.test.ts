import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hostPuppet, type PuppetHost } from "./puppet-host.ts";

const BIN = new URL("../../bin/dynosim.js", import.meta.url).pathname;
/** Runs a command on a terminal of its own, 90 columns by 30 lines. */
const PTY = new URL("./fixtures/on-a-terminal.py", import.meta.url).pathname;

let host: PuppetHost;
beforeAll(async () => {
  host = await hostPuppet();
  for (let number = 1; number <= 120; number++) host.platform.log(`app[web.1]: line ${number}`);
  host.platform.log("heroku[router]: at=info");
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
});

const stamp = /^2026-11-20T09:16:30\.\d{6}\+00:00 /;

describe("logs", () => {
  it("shows the last hundred, plain in a pipe", async () => {
    const { stdout, exitCode } = await host.dynosim(["logs"]);
    const lines = stdout.trimEnd().split("\n");
    expect([exitCode, lines.length]).toEqual([0, 100]);
    expect(lines.every((line) => stamp.test(line))).toBe(true);
    expect(lines.at(-1)?.replace(stamp, "")).toBe("heroku[router]: at=info");
  });

  it.each([
    [
      ["-n", "2"],
      ["app[web.1]: line 120", "heroku[router]: at=info"],
    ],
    [["-n", "1", "-s", "app"], ["app[web.1]: line 120"]],
    [["-n", "1", "-d", "router"], ["heroku[router]: at=info"]],
    [["-n", "1", "-p", "web"], ["app[web.1]: line 120"]],
    [["-n", "1", "--dyno", "web.1"], ["app[web.1]: line 120"]],
    [["-n", "0"], []],
    [["-d", "none"], []],
  ])("%j", async (args, lines) => {
    const { stdout } = await host.dynosim(["logs", ...args]);
    expect(
      stdout
        .split("\n")
        .slice(0, -1)
        .map((line) => line.replace(stamp, "")),
    ).toEqual(lines);
  });

  it("one JSON value a line", async () => {
    const { stdout } = await host.dynosim(["logs", "-n", "1", "--json"]);
    expect(JSON.parse(stdout)).toEqual({
      at: "2026-11-20T09:16:30.120000+00:00",
      source: "heroku",
      process: "router",
      text: "at=info",
    });
  });

  it("--tail goes on as lines come", async () => {
    const tail = execa(process.execPath, [BIN, "logs", "-t", "-n", "1", "-p", "web"], {
      cwd: host.folder,
      env: host.environment,
      extendEnv: false,
      reject: false,
    });
    let out = "";
    tail.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    await expect.poll(() => host.platform.tails).toBe(1);
    host.platform.log("app[worker.1]: not this");
    host.platform.log("app[web.1]: but this");
    await expect.poll(() => out).toContain("but this");
    expect(out).not.toContain("not this");
    tail.kill();
    await tail;
    await expect.poll(() => host.platform.tails).toBe(0);
  });

  it("run:detached --tail goes on with the lines of its dyno", async () => {
    const tail = execa(process.execPath, [BIN, "run:detached", "-t", "reindex"], {
      cwd: host.folder,
      env: host.environment,
      extendEnv: false,
      reject: false,
    });
    let out = "";
    tail.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    await expect.poll(() => host.platform.tails).toBe(1);
    host.platform.log("app[web.1]: not this");
    host.platform.log("app[run.9157]: but this");
    await expect.poll(() => out).toMatch(/but this\n$/);
    tail.kill();
    const { stderr } = await tail;
    expect(stderr).toBe("Running reindex on ⬢ example... done, run.9157");
    expect(out).not.toMatch(/not this|to view the output/);
  });

  it("a reader that stops early is no trouble", async () => {
    const { stdout, stderr } = await execa(
      "sh",
      ["-c", `"$0" "$1" logs | head -n 1`, process.execPath, BIN],
      {
        cwd: host.folder,
        env: host.environment,
        extendEnv: false,
      },
    );
    expect([stdout.split("\n").length, stderr]).toEqual([1, ""]);
  });
});

const onTerminal = (
  args: readonly string[],
  input: string,
  more: Readonly<Record<string, string>> = {},
): Promise<{ stdout: string; exitCode?: number }> =>
  execa("python3", [PTY, process.execPath, BIN, ...args], {
    input,
    cwd: host.folder,
    env: { ...host.environment, TERM: "xterm-256color", ...more },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
  });

describe("on a terminal", () => {
  it("run: raw, with the window's size, and the exit status", async () => {
    const said = await onTerminal(["run", "bash"], "ls\u0003 exit 5\r");
    expect(said.exitCode).toBe(5);
    expect(said.stdout).toContain("hello from bash");
    expect(said.stdout).toContain("up, run.9157");
    const dyno = host.platform.oneOffs.at(-1);
    expect(dyno?.spec).toMatchObject({
      attach: { kind: "terminal", columns: 90, rows: 30, term: "xterm-256color" },
      env: {},
    });
    expect(dyno?.sizes).toEqual(["90x30"]);
  });

  it("logs: coloured by source, unless NO_COLOR says otherwise", async () => {
    const one = ["logs", "-n", "1", "-s", "heroku"];
    const coloured = await onTerminal(one, "");
    expect(coloured.stdout.replaceAll("\u001B", "ESC")).toMatch(
      /^ESC\[\d+m2026-\S+ heroku\[router\]:ESC\[39m at=info/,
    );
    const plain = await onTerminal(one, "", { NO_COLOR: "1" });
    expect(plain.stdout.replace(stamp, "")).toBe("heroku[router]: at=info\r\n");
  });
});

describe("run, when a side goes away", () => {
  it("the client's end is a hang-up for the dyno", async () => {
    const client = execa(process.execPath, [BIN, "run", "sleep 1000"], {
      cwd: host.folder,
      env: host.environment,
      extendEnv: false,
      reject: false,
      stdin: "pipe",
    });
    let out = "";
    client.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    await expect.poll(() => out).toContain("hello");
    client.kill("SIGTERM");
    await host.platform.oneOffs.at(-1)?.hungUp;
    expect((await client).exitCode).toBe(143);
  });
});
