import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Attach } from "../../src/engine/launched.ts";
import { tarOf } from "../../src/engine/tar-of.ts";
import { mebibytes, type Bytes } from "../../src/kernel/units.ts";
import { openProcessStage, type ProcessStage, type Walls } from "./process-stage.ts";
import { execIn, launch, newApp, puppet, specOf, until, valueOf, WatchedDyno, type Part } from "./stage.ts";

/** Of the Python buildpack, as it lies in a slug. */
const CONCURRENCY: URL = new URL("../../buildpack-sim/python/profile.d/WEB_CONCURRENCY.sh", import.meta.url);

/** In a session of its own, after a double fork, with no stream of the dyno's: what a daemon does. */
const daemon = (words: string): string => `(setsid ./puppet ${words} </dev/null >>log 2>&1 &)`;

describe.each<Walls>(["none", "best"])("dynos among this machine's processes (walls: %s)", (walls) => {
  let stage: ProcessStage;
  beforeAll(async () => void (stage = await openProcessStage(walls)));
  afterAll(() => stage[Symbol.asyncDispose]());

  async function answer(command: string, part: Partial<Part> = {}): Promise<string> {
    await using dyno = await launch(stage, command, part);
    await dyno.end();
    return dyno.text();
  }

  const alive = async (dyno: WatchedDyno): Promise<string[]> =>
    ((await dyno.launched.processes()) ?? []).map(({ command }) => command.split(" ").slice(2).join(" "));

  it.each([
    ["a child", "./puppet cleanup 1 & sleep 100; true", 143],
    ["a child in a session of its own", "./puppet cleanup 1 own & sleep 100; true", 143],
    ["one that outlives the command", "trap 'exit 0' TERM; ./puppet cleanup 1 & wait; wait", 0],
  ])("lets %s finish its clean-up", async (_what, command, status) => {
    await using dyno = await launch(stage, command);
    await dyno.said("ready");
    await dyno.launched.signal("SIGTERM");
    expect(await dyno.end()).toEqual({ status, outOfMemory: false, lost: false });
    expect(dyno.text()).toBe("ready\ncleaned\n");
  });

  it("tells a daemon of its end, wherever that went", async () => {
    await using dyno = await launch(stage, `${daemon("family 0")}; tail -F log 2>/dev/null`);
    await dyno.said("ready");
    expect(await alive(dyno)).toContain("family 0");
    await dyno.launched.signal("SIGTERM");
    await dyno.end();
    const [, pid] = /ready (\d+)/.exec(dyno.text()) ?? [];
    expect(pid).toBeDefined();
    expect(await dyno.launched.processes()).toEqual([]);
  });

  it("ends a daemon with the command that started it, and with SIGKILL", async () => {
    await using short = await launch(stage, `${daemon("ignore")}; sleep 0.3; exit 3`);
    expect(await short.end()).toMatchObject({ status: 3 });
    await using long = await launch(stage, `${daemon("ignore")}; ${daemon("ignore")}; exec ./puppet ignore`);
    const deaf = async (): Promise<number> =>
      ((await long.launched.processes()) ?? []).filter(({ onSigterm }) => onSigterm === "ignores").length;
    await until(async () => (await deaf()) === 3);
    await long.launched.signal("SIGTERM");
    await long.launched.signal("SIGKILL");
    expect(await long.end()).toEqual({ status: 137, outOfMemory: false, lost: false });
    expect(await long.launched.processes()).toEqual([]);
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

  it("keeps standard output and standard error in order, in pipes that can be opened again", async () => {
    expect(await answer("echo one; echo two >&2; echo three >/dev/stdout; echo four >/dev/stderr")).toBe(
      "one\ntwo\nthree\nfour\n",
    );
    await using dyno = await launch(stage, "cat /dev/stdin", { dyno: "run.1", attach: { kind: "pipe" } });
    dyno.launched.write(Buffer.from("heard"));
    dyno.launched.endInput();
    expect(await dyno.end()).toMatchObject({ status: 0 });
    expect(dyno.text()).toBe("heard");
  });

  it("has no variable but Heroku's and the app's", async () => {
    const home = await answer('printf %s "$HOME"');
    const path = await answer('printf %s "$PATH"');
    expect(home.replace(stage.places.rooms, "ROOMS")).toMatch(
      walls === "none" ? /^ROOMS\/.*\/app$/ : /^\/app$/,
    );
    expect(path).toMatch(
      walls === "none" ? /\/bin:\/usr\/local\/bin:\/usr\/bin:\/bin$/ : /^\/usr\/local\/bin:\/usr\/bin:\/bin$/,
    );
    const env = await answer("env | sed 's/=.*//' | sort | tr '\\n' ' '", {
      port: stage.port,
      env: { OWN: "1" },
    });
    expect(env).toBe("DYNO EARLY HOME LATE OWN PATH PORT PWD SHLVL _ ");
  });

  it("sees its quota where Heroku's have it, or where its scripts are told to look", async () => {
    const tree = Readable.from([
      await tarOf([{ path: "app/.profile.d/WEB_CONCURRENCY.sh", content: await readFile(CONCURRENCY) }]),
    ]);
    const spec = { label: stage.app, pythonMinor: "3.13", release: 2, tree };
    const image = valueOf(await stage.engine.bake(spec));
    const folder = walls === "none" ? "$HOME/../cgroup" : "/sys/fs/cgroup";
    const command = `cat ${folder}/memory/memory.limit_in_bytes; echo "$WEB_CONCURRENCY"`;
    const seen = async (quota: Bytes): Promise<string> => {
      await using dyno = await launch({ ...stage, image }, command, { quota });
      await dyno.end();
      return dyno.text();
    };
    expect(await seen(mebibytes(512))).toBe("536870912\n2\n");
    expect(await seen(mebibytes(2560))).toBe("2684354560\n10\n");
  });

  it("is killed where R15 stands, and that is told", async () => {
    await using dyno = await puppet(stage, "eat 200", { killAt: mebibytes(100) });
    expect(await dyno.end()).toEqual({ status: 137, outOfMemory: true, lost: false });
  });

  it("has no more processes than it may", async () => {
    await using dyno = await launch(stage, "./puppet breed");
    const killed = new Promise<number>((resolve) => dyno.launched.onTooManyProcesses(resolve));
    const refused = dyno.said("256 processes: ").then(() => "refused");
    const seen = await Promise.race([killed, refused.catch(() => killed)]);
    if (seen !== "refused") expect(seen).toBeGreaterThan(256);
    await dyno.launched.signal("SIGKILL");
    expect(await dyno.end()).toEqual({ status: 137, outOfMemory: false, lost: false });
    expect(await dyno.launched.processes()).toEqual([]);
  });

  it.each([
    ["has the $PORT of its spec", 'echo "$PORT"', "PORT\n"],
    ["begins in its home", '[ "$PWD" = "$HOME" ] && ls -A', ".profile\n.profile.d\nProcfile\npuppet\n"],
    ["sees the cores of its type", "nproc", "8\n"],
    ["may open 10,000 files", "ulimit -Sn; ulimit -Hn", "10000\n10000\n"],
    [
      "has had .profile.d and .profile sourced, in this order",
      'echo "$EARLY $LATE"',
      "sourced sourced-too\n",
    ],
    ["runs its command by bash", "[[ a == a ]] && echo bash; echo $0", "bash\nbash\n"],
    ["has no terminal and no standard input", "tty; cat", "not a tty\n"],
    [
      "has no name that another one does not know",
      "nothing-like-this",
      "bash: line 1: nothing-like-this: command not found\n",
    ],
  ])("a dyno %s", async (_what, command, expected) => {
    const text = await answer(command, { port: stage.port });
    expect(text).toBe(expected.replace("PORT", String(stage.port)));
  });

  it("does not let BASH_ENV run in its first process", async () => {
    expect(await answer("true", { env: { BASH_ENV: "/nowhere", ENV: "/nowhere" } })).toBe("");
  });

  it("ends with 126 for what cannot be executed, 127 for what is not there", async () => {
    await using notExecutable = await launch(stage, "./Procfile");
    await using notThere = await launch(stage, "nothing-like-this");
    expect([await notExecutable.end(), await notThere.end()]).toMatchObject([
      { status: 126 },
      { status: 127 },
    ]);
  });

  it("shows nobody what it writes, and loses it", async () => {
    await using writer = await launch(
      stage,
      "mkdir uploads; echo x >uploads/cat.png; echo more >>Procfile; rm .profile; echo ready; sleep 100",
    );
    await writer.said("ready");
    const seen = "ls -A; cat Procfile";
    const fresh = ".profile\n.profile.d\nProcfile\npuppet\nweb: ./puppet serve\n";
    expect(await answer(seen)).toBe(fresh);
    await writer.launched.signal("SIGKILL");
    await writer.end();
    const lost = await writer.launched.lostFiles();
    expect(lost.toSorted((a, b) => a.path.localeCompare(b.path))).toEqual([
      { path: "/app/.profile", change: "deleted" },
      { path: "/app/Procfile", change: "changed" },
      { path: "/app/uploads/cat.png", change: "added" },
    ]);
    await writer[Symbol.asyncDispose]();
    expect(await answer(seen)).toBe(fresh);
    expect(readdirSync(stage.places.rooms)).toEqual([]);
  });

  it("leaves nothing of a dyno that closed its own folders", async () => {
    await using dyno = await launch(
      stage,
      "mkdir -p shut/deep; echo x >shut/deep/file; chmod 000 shut/deep shut",
    );
    await dyno.end();
    await dyno[Symbol.asyncDispose]();
    expect(readdirSync(stage.places.rooms)).toEqual([]);
  });

  it("says that a release is not there, and leaves nothing of the attempt", async () => {
    const spec = { ...specOf(stage, "true"), image: `${stage.image}x` as typeof stage.image };
    expect(await stage.engine.launch(spec)).toEqual({
      ok: false,
      failure: { kind: "image-missing", image: spec.image },
    });
    expect(readdirSync(stage.places.rooms)).toEqual([]);
  });

  it("has a spare that goes with dynosim's end of the line, and takes nothing along", async () => {
    const spare = valueOf(await stage.engine.prepare(specOf(stage, "echo never")));
    expect(readdirSync(stage.places.rooms)).toHaveLength(1);
    await spare[Symbol.asyncDispose]();
    expect(readdirSync(stage.places.rooms)).toEqual([]);
  });

  it("gives a spare's dyno no more than another has", async () => {
    const command = "cat; ps -o args= --ppid $PPID | grep -c .; ls -A; echo end";
    const spare = valueOf(await stage.engine.prepare(specOf(stage, command)));
    const launched = spare.go();
    expect(launched).toBeDefined();
    await using dyno = new WatchedDyno(launched!);
    await dyno.end();
    expect(dyno.text()).toBe(await answer(command));
  });

  it("discards what an app keeps, and then has nothing of it", async () => {
    const label = newApp();
    const tree = Readable.from([await tarOf([{ path: "app/Procfile", content: "web: true\n" }])]);
    valueOf(await stage.engine.bake({ label, pythonMinor: "3.13", release: 1, tree }));
    const kept = valueOf(await stage.engine.kept()).filter(({ instance }) => instance === label.instance);
    expect(kept.map(({ kind }) => kind)).toEqual(["slug"]);
    valueOf(await stage.engine.discard(kept));
    expect(readdirSync(stage.places.apps)).not.toContain(label.instance);
  });

  it("closes an app: its dynos go, others stay, and at last what it kept", async () => {
    await using dyno = await puppet(stage, "wait");
    await dyno.said("ready");
    const other = { ...stage.app, instance: "another" as typeof stage.app.instance };
    await stage.engine.closeApp(other, "everything");
    expect(await dyno.launched.processes()).toHaveLength(1);
    await stage.engine.closeApp(stage.app, "running");
    expect(await dyno.end()).toMatchObject({ status: 137 });
    expect(readdirSync(stage.places.rooms)).toEqual([]);
    expect(await stage.engine.hasImage(stage.image)).toBe(true);
  });
});

const TERMINAL: Attach = { kind: "terminal", columns: 90, rows: 40, term: "xterm" };

describe.each<Walls>(["none", "best"])("a process that comes into a running dyno (walls: %s)", (walls) => {
  let stage: ProcessStage;
  let dyno: WatchedDyno;
  beforeAll(async () => {
    stage = await openProcessStage(walls);
    dyno = await launch(
      stage,
      "echo $SECRET; echo x >mine; trap 'exit 0' TERM; while :; do sleep 0.1; done",
      {
        env: { SECRET: "config" },
      },
    );
    await dyno.said("config");
  });
  afterAll(async () => {
    await dyno[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
  });

  it("has the dyno's name, files and scripts, and none of its config vars", async () => {
    const inside = await execIn(dyno, 'echo $DYNO [$SECRET] $LATE; [ "$PWD" = "$HOME" ] && cat mine; exit 7');
    expect(await inside.end()).toBe(7);
    expect(inside.text("stdout")).toBe("worker.1 [] sourced-too\nx\n");
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
    inside.process.write(Buffer.from("stty size; bash -c 'echo $TERM; exec sleep 100'\n"));
    await inside.said("40 90\r\n");
    await inside.said("xterm\r\n");
    await inside.process.resize(100, 30);
    inside.process.write(Buffer.from("\x03"));
    await inside.said("^C");
    inside.process.write(Buffer.from("echo $?; stty size; exit 9\n"));
    expect(await inside.end()).toBe(9);
    expect(inside.text()).toMatch(/130\r\n[^]*30 100\r\n/);
  });

  it("goes with all it has started when its client hangs up, and the dyno lives on", async () => {
    const inside = await execIn(dyno, "sleep 1234 & sleep 1235; true");
    const running = async (): Promise<string> =>
      ((await dyno.launched.processes()) ?? [])
        .map(({ command }) => command)
        .toSorted()
        .join(" ");
    await until(async () => /sleep 1234.*sleep 1235/.test(await running()));
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
      failure: { kind: "machine-refused" },
    });
  });
});

describe.each<Walls>(["none", "best"])("a terminal (walls: %s)", (walls) => {
  let stage: ProcessStage;
  beforeAll(async () => void (stage = await openProcessStage(walls)));
  afterAll(() => stage[Symbol.asyncDispose]());

  const terminal = { dyno: "run.1234", attach: TERMINAL } as const;

  it("has a size, a name, and follows the window", async () => {
    await using dyno = await launch(stage, "bash", terminal);
    dyno.launched.write(Buffer.from("stty size; echo $TERM $LATE\n"));
    await dyno.said("40 90\r\n");
    await dyno.said("xterm sourced-too\r\n");
    await dyno.launched.resize(100, 30);
    dyno.launched.write(Buffer.from("stty size; exit 9\n"));
    expect(await dyno.end()).toMatchObject({ status: 9 });
    expect(dyno.text()).toContain("30 100\r\n");
  });

  it("passes Ctrl-C", async () => {
    await using dyno = await launch(stage, "bash", terminal);
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

  it("is none of its processes: what makes it is dynosim's", async () => {
    await using dyno = await launch(stage, "sleep 100 & echo begun; wait", terminal);
    await dyno.said("begun");
    const commands = async (): Promise<readonly string[] | undefined> =>
      (await dyno.launched.processes())?.map(({ command }) => command).toSorted();
    await expect.poll(commands).toEqual([expect.stringContaining("sleep 100 & echo"), "sleep 100"]);
  });
});
