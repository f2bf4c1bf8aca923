import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
} from "node:fs";
import { rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { livingIn } from "../journey/in-engine.ts";
import { Project, type Outcome, type RunningApp } from "../journey/rig.ts";

const PUPPET = resolve(import.meta.dirname, "../fixtures/puppet/puppet");
const BIN = resolve(import.meta.dirname, "../../bin/dynosim.js");
/** 10 s are in process-orphans.test.ts; a machine that is busy with other things takes its time. issue E */
const NOTICED = 30_000;

/** An app that needs no language. */
function plainApp(procfile: string): Project {
  const project = Project.of({ Procfile: procfile });
  cpSync(PUPPET, join(project.folder, "puppet"));
  mkdirSync(join(project.folder, "pack/bin"), { recursive: true });
  for (const [name, says] of [
    ["detect", "Plain"],
    ["compile", "-----> Nothing to do"],
  ] as const) {
    const file = join(project.folder, "pack/bin", name);
    writeFileSync(file, `#!/bin/bash\necho '${says}'\n`);
    chmodSync(file, 0o755);
  }
  return project.environment({ DYNOSIM_ENGINE: "process" });
}

function newTemp(): string {
  return mkdtempSync(join(realpathSync(tmpdir()), "dynosim-processes-"));
}

const rooms = (temp: string): string[] => readdirSync(join(temp, `dynosim-${userInfo().uid}`, "rooms"));

function isThere(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}

async function gone(temp: string, pids: readonly number[]): Promise<void> {
  await expect
    .poll(() => [...livingIn(temp), ...pids.filter(isThere), ...rooms(temp)], { timeout: NOTICED })
    .toEqual([]);
}

const AWAY = `env -i setsid bash -c 'echo "away $$"; exec sleep 1000' &`;
const BOMB = "for i in {1..600}; do sleep 1000 & done; wait";
const PROCFILE = `web: ${AWAY} exec ./puppet serve\nbomb: ${BOMB}\n`;

describe.each(["none", ""])("trouble with processes (walls: %j)", (walls) => {
  const temp = newTemp();
  const project = plainApp(PROCFILE).environment({ TMPDIR: temp, DYNOSIM_CONFINEMENT: walls });
  const up = (): Promise<RunningApp> => project.up("--buildpack", "./pack");
  /** As this machine knows it; one that is shut in does not know. */
  const away = async (app: RunningApp): Promise<readonly number[]> => {
    const pid = Number((await app.logged(/away \d+$/)).split(" ").at(-1));
    if (walls !== "none") return [];
    const notes = (): string =>
      rooms(temp)
        .map((room) => join(temp, `dynosim-${userInfo().uid}`, "rooms", room, "strays.json"))
        .map((file) => (existsSync(file) ? readFileSync(file, "utf8") : ""))
        .join();
    await expect.poll(notes, { timeout: NOTICED }).toContain(`[${pid},`);
    return [pid];
  };
  const kill = async (app: RunningApp): Promise<void> => {
    app.process.kill("SIGKILL");
    await app.ended;
  };
  afterAll(async () => {
    await project[Symbol.asyncDispose]();
    rmSync(temp, { recursive: true, force: true });
  });

  it("a dynosim that is killed: soon nobody lives, who left with an empty environment neither, and the next start has nothing to say", async () => {
    const first = await up();
    const pids = await away(first);
    await project.dynosim("run:detached", "sleep 1000");
    await kill(first);
    await gone(temp, pids);
    await using second = await up();
    expect(second.stderr).not.toContain("Removed what");
  });

  it("one that is killed with who watches over it: the next start ends all, and says so in a line; a terminal that is closed ends that one in order", async () => {
    const first = await up();
    const pids = await away(first);
    process.kill(await watchmanOf(first.process.pid ?? 0), "SIGKILL");
    await kill(first);
    expect(rooms(temp)).toHaveLength(1);
    await using second = await up();
    expect(second.stderr).toContain(
      "Removed what a killed dynosim had left behind: 1 room of a dyno or build.\n",
    );
    expect(pids.filter(isThere)).toEqual([]);
    const more = await away(second);
    second.process.kill("SIGHUP");
    expect((await second.ended).exitCode).toBe(129);
    await gone(temp, more);
  });

  it("a fork bomb: its dyno crashes, with the reason, and nobody else is touched", async () => {
    await using app = await up();
    const from = app.log.length;
    await project.dynosim("ps:scale", "bomb=1");
    await app.logged("heroku[bomb.1]: State changed from up to crashed", from);
    await app.noticed(
      /^bomb\.1 had \d+ processes and threads, and its dyno type allows 256: it was killed\./m,
    );
    expect(app.platformLog("web.1")).not.toContain("State changed from up to crashed");
    expect(await answerOf(app.url)).toBe(true);
  });
});

async function watchmanOf(pid: number): Promise<number> {
  const { stdout } = await execa("ps", ["-o", "pid=,args=", "--ppid", String(pid)]);
  const line = stdout.split("\n").find((one) => one.includes("dynosim-watchman"));
  return Number(line?.trim().split(" ")[0]);
}

/** Somebody listens there. */
function answerOf(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((settle) => {
    const socket = connect(Number(port), hostname, () => {
      socket.destroy();
      settle(true);
    }).on("error", () => settle(false));
  });
}

/** `up`, where a shell has made something of the machine before: in mounts of its own, which go with it. */
async function upAfter(project: Project, before: string): Promise<Outcome> {
  const script = `set -e\n${before}\nset +e; ${process.execPath} ${BIN} up --port 0 --buildpack ./pack; status=$?
    ls -A "$TMPDIR/dynosim-0/rooms" 2>/dev/null; exit $status`;
  const { exitCode, stdout, stderr } = await execa("unshare", ["-rm", "sh", "-c", script], {
    cwd: project.folder,
    env: { ...project.variables, DYNOSIM_CONFINEMENT: "none" },
    reject: false,
    stdin: "ignore",
    timeout: 60_000,
  });
  return { exitCode, stdout, stderr };
}

describe("a machine that cannot do it", () => {
  let project: Project;
  let temp: string;
  beforeAll(() => {
    temp = newTemp();
    project = plainApp("web: ./puppet serve\n").environment({ TMPDIR: temp });
    writeFileSync(join(project.folder, "big"), Buffer.alloc(1_000_000, 1));
  });
  afterAll(async () => {
    await project[Symbol.asyncDispose]();
    rmSync(temp, { recursive: true, force: true });
  });

  it.each([
    [
      "a temp folder that is not there",
      'TMPDIR="$TMPDIR/nowhere"',
      3,
      /The temp folder \S+nowhere cannot be found \(ENOENT\); TMPDIR may name another folder/,
    ],
    [
      "one where nothing may be executed",
      'mount -t tmpfs -o noexec tmpfs "$TMPDIR"',
      3,
      /Programs may not be run in \S+, which is mounted with noexec; TMPDIR may/,
    ],
    [
      "one that is read-only",
      'mount -t tmpfs -o ro tmpfs "$TMPDIR"',
      3,
      /Nothing may be written in \S+ \(EROFS\); TMPDIR may/,
    ],
    [
      "somebody's link where its folder would be",
      'mount -t tmpfs tmpfs "$TMPDIR"; ln -s /etc "$TMPDIR/dynosim-0"',
      3,
      /dynosim-0 is no folder/,
    ],
    [
      "one that is full before anything is built",
      'mount -t tmpfs -o size=300k tmpfs "$TMPDIR"',
      1,
      /The temp folder is full\n {2}No space is left where rooms and slugs lie, in \S+dynosim-0\. [^]*or let TMPDIR name a folder with more/,
    ],
    [
      "one that the source does not fit into",
      'mount -t tmpfs -o size=2500k tmpfs "$TMPDIR"',
      1,
      /The temp folder is full/,
    ],
    [
      "no GNU tar",
      'for at in /usr/bin/tar /bin/tar; do mount --bind /dev/null "$at"; done',
      3,
      /This machine lacks what a build needs: GNU tar\n[^]*tar/,
    ],
  ] as const)("%s", async (_what, before, exitCode, says) => {
    const up = await upAfter(project, before);
    expect(up.stderr).toMatch(says);
    expect(up.exitCode).toBe(exitCode);
    expect(up.stdout).not.toMatch(/^\S+-(?:web|build)/m);
    expect(livingIn(temp)).toEqual([]);
  });
});
