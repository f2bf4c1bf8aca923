import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDockerStage } from "./docker-stage.ts";
import { launch, puppet, type Stage } from "./stage.ts";

describe("signals and the end of a dyno", () => {
  let stage: Stage;
  beforeAll(async () => void (stage = await openDockerStage()));
  afterAll(() => stage[Symbol.asyncDispose]());

  it.each([
    ["a child", "./puppet cleanup 2 & sleep 100; true"],
    ["a child in a session of its own", "./puppet cleanup 2 own & sleep 100; true"],
  ])("lets %s finish its clean-up after the shell has died", async (_what, command) => {
    await using dyno = await launch(stage, command);
    await dyno.said("ready");
    await dyno.launched.signal("SIGTERM");
    expect(await dyno.end()).toEqual({ status: 143, outOfMemory: false, lost: false });
    expect(dyno.text()).toBe("ready\ncleaned\n");
  });

  it("gives the status of the command, whatever its children do", async () => {
    await using dyno = await launch(stage, "trap 'sleep 0.3; exit 0' TERM; ./puppet cleanup 1 & wait; wait");
    await dyno.said("ready");
    await dyno.launched.signal("SIGTERM");
    expect(await dyno.end()).toMatchObject({ status: 0 });
    expect(dyno.text()).toContain("cleaned");
  });

  it("ends children with a command that ends by itself", async () => {
    await using dyno = await launch(stage, "./puppet ignore & sleep 0.5; exit 3");
    expect(await dyno.end()).toMatchObject({ status: 3 });
  });

  it("does not lose a signal that comes at once", async () => {
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        await using dyno = await launch(stage, "sleep 100");
        await dyno.launched.signal("SIGTERM");
        expect(await dyno.end()).toMatchObject({ status: 143 });
      }),
    );
  });

  it("does not take a command for dead that was stopped and goes on", async () => {
    await using dyno = await launch(stage, "(sleep 0.3; kill -CONT $$) & kill -STOP $$; echo again; exit 4");
    expect(await dyno.end()).toMatchObject({ status: 4 });
    expect(dyno.text()).toBe("again\n");
  });

  it("kills everything at last", async () => {
    await using dyno = await launch(stage, "./puppet ignore & ./puppet ignore");
    await dyno.said("ready\nready");
    await dyno.launched.signal("SIGTERM");
    await dyno.launched.signal("SIGKILL");
    expect(await dyno.end()).toMatchObject({ status: 137, outOfMemory: false, lost: false });
  });
});

describe("SIGTERM reaches every process (heroku.md 2.3)", () => {
  let stage: Stage;
  beforeAll(async () => void (stage = await openDockerStage()));
  afterAll(() => stage[Symbol.asyncDispose]());

  it("one that forks five children sees it in all six", async () => {
    await using dyno = await launch(stage, "./puppet family 5");
    await dyno.said("ready", 6);
    const before = await dyno.launched.processes();
    const pids = numbersAfter("ready", dyno.text());
    expect(before?.map(({ pid }) => pid)).toEqual(pids);
    const [parent] = pids;
    expect(before?.map(({ ppid }) => ppid)).toEqual([1, ...Array.from({ length: 5 }, () => parent)]);
    for (const { command, onSigterm } of before ?? [])
      expect({ command, onSigterm }).toEqual({
        command: "/usr/bin/perl ./puppet family 5",
        onSigterm: "handles",
      });
    await dyno.launched.signal("SIGTERM");
    expect(await dyno.end()).toMatchObject({ status: 0 });
    expect(numbersAfter("term", dyno.text())).toEqual(pids);
    expect(await dyno.launched.processes()).toEqual([]);
  });

  it.each([
    ["sh -c", "sh -c './puppet family 0; true'", 143],
    ["npm start", "./puppet wrap ./puppet family 0", 143],
    ["a shell with a job", "./puppet family 0 & wait", 143],
    ["a session of its own", "setsid --wait ./puppet family 0", 143],
  ])("through %s", async (_what, command, status) => {
    await using dyno = await launch(stage, command);
    await dyno.said("ready");
    expect((await dyno.launched.processes())?.length).toBeGreaterThan(1);
    await dyno.launched.signal("SIGTERM");
    expect(await dyno.end()).toMatchObject({ status });
    expect(numbersAfter("term", dyno.text())).toEqual(numbersAfter("ready", dyno.text()));
  });

  it("tells what SIGTERM would do to each", async () => {
    await using dyno = await launch(stage, "sleep 100 & ./puppet ignore & ./puppet cleanup 0 & wait");
    await dyno.said("ready", 2);
    const found = await dyno.launched.processes();
    expect(found?.map(({ command, onSigterm }) => [command.split(" ").at(-1), onSigterm]).toSorted()).toEqual(
      [
        ["0", "handles"],
        ["100", "dies"],
        ["ignore", "ignores"],
        ["wait", "dies"],
      ],
    );
    await dyno.launched.signal("SIGKILL");
  });
});

/** The numbers of lines such as `term 12`, in order. */
function numbersAfter(word: string, text: string): number[] {
  return [...text.matchAll(new RegExp(`^${word} (\\d+)$`, "gm"))]
    .map(([, number]) => Number(number))
    .toSorted((a, b) => a - b);
}

describe("output", () => {
  let stage: Stage;
  beforeAll(async () => void (stage = await openDockerStage()));
  afterAll(() => stage[Symbol.asyncDispose]());

  it("comes whole from a long line", async () => {
    await using dyno = await puppet(stage, "long 100000");
    await dyno.end();
    expect(dyno.text()).toBe(`${"x".repeat(100_000)}\n`);
  });

  it("comes whole from an app that kills itself", async () => {
    await using dyno = await puppet(stage, "last");
    expect(await dyno.end()).toMatchObject({ status: 137, outOfMemory: false });
    expect(dyno.text()).toBe("last words\n");
  });

  it("does not wait for the end of a line", async () => {
    await using dyno = await launch(stage, "printf half; sleep 100");
    await dyno.said("half");
  });
});

describe("a terminal", () => {
  let stage: Stage;
  beforeAll(async () => void (stage = await openDockerStage()));
  afterAll(() => stage[Symbol.asyncDispose]());

  const terminal = {
    dyno: "run.1234",
    attach: { kind: "terminal", columns: 90, rows: 40, term: "xterm" },
  } as const;

  it("has a size, a name, and follows the window", async () => {
    await using dyno = await launch(stage, "bash", terminal);
    dyno.launched.write(Buffer.from("stty size; echo $TERM $LATE\n"));
    await dyno.said("40 90\r\nxterm sourced-too\r\n");
    await dyno.launched.resize(100, 30);
    dyno.launched.write(Buffer.from("stty size; exit 9\n"));
    expect(await dyno.end()).toMatchObject({ status: 9 });
    expect(dyno.text()).toContain("30 100\r\n");
  });

  it("passes Ctrl-C", async () => {
    await using dyno = await launch(stage, "bash", terminal);
    // Of one process: a SIGINT between a fork of the interactive shell and what it runs can be lost.
    dyno.launched.write(Buffer.from(`bash -c "echo be''gun; exec sleep 100"\n`));
    await dyno.said("begun");
    dyno.launched.write(Buffer.from("\x03"));
    await dyno.said("^C");
    dyno.launched.write(Buffer.from("exit $?\n"));
    expect(await dyno.end()).toMatchObject({ status: 130 });
  });

  it("hangs up all its processes", async () => {
    await using dyno = await launch(stage, "bash", terminal);
    dyno.launched.write(Buffer.from("sleep 100 & echo be''gun\n"));
    await dyno.said("begun");
    await dyno.launched.signal("SIGHUP");
    expect(await dyno.end()).toMatchObject({ status: 129 });
  });
});
