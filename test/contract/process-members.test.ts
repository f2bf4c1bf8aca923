import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, it } from "vitest";
import { CensusTaker } from "../../src/engine/process/census.ts";
import { findConfinement } from "../../src/engine/process/find-confinement.ts";
import type { Members } from "../../src/engine/process/members.ts";
import { membersLeft, membersOf } from "../../src/engine/process/members-of.ts";
import { ProcTable } from "../../src/engine/process/proc-table.ts";
import { dynoProcesses } from "../../src/engine/process/processes.ts";
import { Vitals } from "../../src/engine/process/vitals.ts";
import { placesIn } from "../../src/engine/process/places.ts";
import type { Room } from "../../src/engine/process/room.ts";
import { SystemClock } from "../../src/kernel/system-clock.ts";
import { newApp } from "./stage.ts";
import { isThere } from "../engine/process/puppets.ts";

/** One that waits, as the platform's own in a dyno: no member. It says its number, and so does what it begins. */
const WAITER = 'echo $$; bash -c "$1" & wait; sleep 300';

interface Shut extends AsyncDisposable {
  readonly members: Members;
  readonly census: CensusTaker;
  readonly child: ChildProcess;
  /** Who lives there, as another dynosim finds them. */
  readonly left: () => Promise<readonly Members[]>;
  line(): Promise<string>;
}

const root = mkdtempSync(join(realpathSync(tmpdir()), "dynosim-shut-"));
const confinement = await findConfinement({ root });
afterAll(() => rmSync(root, { recursive: true }));

async function shutIn(script: string): Promise<Shut> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "dynosim-shut-"));
  const home = join(folder, "app");
  mkdirSync(home);
  const [file, ...args] = confinement.shutIn(
    ["bash", "-c", WAITER, "dyno", script],
    { binds: [{ from: home, at: "/app", writable: true }] },
    { processes: undefined },
  );
  const env = { PATH: process.env["PATH"], HOME: "/app" };
  const child = spawn(file, args, { detached: true, env, stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => String((await lines.next()).value);
  const [census, clock] = [new CensusTaker(new ProcTable()), new SystemClock()];
  const begun = { outer: child.pid ?? 0, first: Number(await line()), stays: true };
  const owner = { ...newApp(), pid: process.pid, started: "" };
  const room: Room = { folder, owner, kind: "dyno" };
  const ground = { census, clock, places: placesIn(folder), confinement };
  const members = membersOf(ground, room, begun);
  return {
    members,
    census,
    child,
    left: () => membersLeft(ground, room),
    line,
    [Symbol.asyncDispose]: async () => {
      await members.signal("SIGKILL");
      rmSync(folder, { recursive: true });
    },
  };
}

describe("members of a room that is shut", () => {
  it("is shut, on a machine for tests", () => {
    expect(confinement.reason).toBeUndefined();
  });

  it("are all in there, wherever they went, but for what was there before the command", async () => {
    await using room = await shutIn("( setsid env -i sleep 300 & ) ; sleep 301 & echo begun; wait");
    await room.line();
    const shown = async (): Promise<string[]> =>
      (await dynoProcesses(await room.members.list(), "proc")).map(({ command }) => command).toSorted();
    await expect.poll(shown).toEqual([expect.stringMatching(/^bash -c \( setsid/), "sleep 300", "sleep 301"]);
  });

  it("have the numbers that they know themselves by", async () => {
    await using room = await shutIn("echo $$; sleep 300 & echo $!; wait");
    const own = [Number(await room.line()), Number(await room.line())];
    const processes = await dynoProcesses(await room.members.list(), "proc");
    const pids = processes.map(({ pid }) => pid);
    expect(new Set(pids)).toEqual(new Set(own));
    expect(Math.max(...pids)).toBeLessThan(200);
    // the first's parent is no member: the platform's
    expect(processes.find(({ pid }) => pid === own[0])?.ppid).toBe(1);
    expect(processes.find(({ pid }) => pid === own[1])?.ppid).toBe(own[0]);
  });

  it("are those who joined, too", async () => {
    await using room = await shutIn("sleep 300 & echo begun; wait");
    await room.line();
    const [neighbour] = await room.members.list();
    const [file, ...args] = confinement.join(["sleep", "302"], neighbour?.pid ?? 0);
    const guest = spawn(file, args, { stdio: "ignore" });
    const gone = new Promise((resolve) => guest.once("exit", resolve));
    await expect
      .poll(async () =>
        (await dynoProcesses(await room.members.list(), "proc")).map(({ command }) => command),
      )
      .toContain("sleep 302");
    expect(await room.members.list()).toHaveLength(3);
    await room.members.signal("SIGKILL");
    await gone;
  });

  it("get signals one and all", async () => {
    const child = "trap 'echo told; exit' TERM; echo ready; while :; do sleep 0.01; done";
    await using room = await shutIn(
      `( setsid bash -c "${child}" & ); trap 'echo told' TERM; bash -c "${child}" & wait; sleep 300`,
    );
    expect([await room.line(), await room.line()]).toEqual(["ready", "ready"]);
    await room.members.signal("SIGTERM");
    expect([await room.line(), await room.line(), await room.line()]).toEqual(["told", "told", "told"]);
  });

  it("are gone after SIGKILL, and what shut them in", async () => {
    await using room = await shutIn("( setsid sleep 300 & ); sleep 301 & echo begun; wait");
    await room.line();
    const pids = (await room.members.list()).map(({ pid }) => pid);
    expect(pids.length).toBeGreaterThan(1);
    await room.members.signal("SIGKILL");
    expect([...pids, room.child.pid ?? 0].filter(isThere)).toEqual([]);
    expect(await room.members.list()).toEqual([]);
  });

  it("are found by another dynosim, when theirs has left them", async () => {
    await using room = await shutIn("setsid env -i sleep 300 & echo begun; wait");
    await room.line();
    const pids = (await room.members.list()).map(({ pid }) => pid);
    const left = await room.left();
    const found = await Promise.all(left.map((members) => members.list()));
    expect(found.flat().map(({ pid }) => pid)).toEqual(expect.arrayContaining(pids));
    for (const members of left) await members.signal("SIGKILL");
    expect(pids.filter(isThere)).toEqual([]);
  });

  it("are seen with what they listen on and hold", async () => {
    const server =
      "import socket; s = socket.create_server(('0.0.0.0', 0)); print(s.getsockname()[1], flush=True); held = bytearray(32 << 20); print(flush=True); input()";
    await using room = await shutIn(`exec 3< <(sleep 300); exec python3 -S -c "${server}" <&3`);
    const bound = Number(await room.line());
    await room.line();
    const vitals = new Vitals(room.members, room.census);
    expect(await vitals.listeners()).toEqual([{ host: "0.0.0.0", port: bound, loopback: false }]);
    const { rss = 0 } = (await vitals.memory()) ?? {};
    expect(rss / (1 << 20)).toBeGreaterThan(32);
    expect(rss / (1 << 20)).toBeLessThan(48);
    expect(await vitals.runnableTasks()).toBe(0);
  });
});
