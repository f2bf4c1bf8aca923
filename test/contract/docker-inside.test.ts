import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Attach } from "../../src/engine/launched.ts";
import { openDockerStage } from "./docker-stage.ts";
import { execIn, launch, until, type Stage, type WatchedDyno } from "./stage.ts";

const TERMINAL: Attach = { kind: "terminal", columns: 90, rows: 40, term: "xterm" };

describe("a process that comes into a running dyno", () => {
  let stage: Stage;
  let dyno: WatchedDyno;
  beforeAll(async () => {
    stage = await openDockerStage();
    dyno = await launch(stage, "echo $SECRET; trap 'exit 0' TERM; while :; do sleep 0.1; done", {
      env: { SECRET: "config" },
    });
    await dyno.said("config");
  });
  afterAll(async () => {
    await dyno[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
  });

  it("has the dyno's user, name, files and scripts, and none of its config vars", async () => {
    const inside = await execIn(dyno, "id -u; echo $DYNO $PWD $HOME [$SECRET] $LATE; ls; exit 7");
    expect(await inside.end()).toBe(7);
    expect(inside.text("stdout")).toBe("1000\nworker.1 /app /app [] sourced-too\nProcfile\npuppet\n");
  });

  it("keeps its two outputs apart, and reads what is piped into it", async () => {
    const inside = await execIn(dyno, "cat; echo told >&2");
    inside.process.write(Buffer.from("to be heard"));
    inside.process.endInput();
    expect(await inside.end()).toBe(0);
    expect([inside.text("stdout"), inside.text("stderr")]).toEqual(["to be heard", "told\n"]);
  });

  it("has a terminal of the right size that passes Ctrl-C and follows the window", async () => {
    const inside = await execIn(dyno, "bash", TERMINAL);
    // One process writes and sleeps: a SIGINT between a fork of the shell and what it runs can be lost.
    inside.process.write(Buffer.from("stty size; bash -c 'echo $TERM; exec sleep 100'\n"));
    await inside.said("40 90\r\nxterm\r\n");
    await inside.process.resize(100, 30);
    inside.process.write(Buffer.from("\x03"));
    await inside.said("^C");
    inside.process.write(Buffer.from("echo $?; stty size; exit 9\n"));
    expect(await inside.end()).toBe(9);
    expect(inside.text()).toContain("130\r\n30 100\r\n");
  });

  it("goes with all it has started when its client hangs up, and the dyno lives on", async () => {
    const inside = await execIn(dyno, "sleep 1234 & sleep 1235; true");
    const running = async (): Promise<string> => {
      const look = await execIn(dyno, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '");
      await look.end();
      return look.text();
    };
    await until(async () => (await running()).includes("sleep 1234 sleep 1235"));
    await inside.process.hangUp();
    expect(await inside.end()).toBe(129);
    await until(async () => !/sleep 123[45]/.test(await running()));
    expect(await dyno.launched.memory()).toBeDefined();
  });

  it("does not hold the dyno's stop back, and cannot come in afterwards", async () => {
    const inside = await execIn(dyno, "bash", TERMINAL);
    inside.process.write(Buffer.from("echo be''gun\n"));
    await inside.said("begun");
    await dyno.launched.signal("SIGTERM");
    expect(await dyno.end()).toEqual({ status: 0, outOfMemory: false, lost: false });
    expect([129, 137]).toContain(await inside.end());
    expect(await dyno.launched.exec({ command: "true", attach: { kind: "pipe" } })).toMatchObject({
      ok: false,
      failure: { kind: "engine-error" },
    });
  });
});
