import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { CensusTaker } from "../../../src/engine/process/census.ts";
import { Kin } from "../../../src/engine/process/kin.ts";
import { machineTasks, parseLoad } from "../../../src/engine/process/machine-tasks.ts";
import type { HostProcess } from "../../../src/engine/process/process-table.ts";
import { ProcTable } from "../../../src/engine/process/proc-table.ts";
import { Watch, type Watched } from "../../../src/engine/process/watch.ts";
import { FrozenClock } from "../../../src/kernel/frozen-clock.ts";
import { MovableClock } from "../../../src/kernel/movable-clock.ts";
import { SystemClock } from "../../../src/kernel/system-clock.ts";
import { instant, mebibytes, millis, seconds } from "../../../src/kernel/units.ts";
import { FakeTable, madeUp } from "./fake-table.ts";
import { played } from "./puppets.ts";

const MIB = mebibytes(1);

interface Rig {
  readonly table: FakeTable;
  readonly clock: MovableClock;
  readonly watch: Watch;
  readonly told: string[];
  /** Watches a dyno whose first process has this number. */
  readonly room: (root: number) => Disposable;
  /** The machine's number of tasks. */
  tasks: number;
  readonly pass: (milliseconds: number) => Promise<void>;
}

function rig(): Rig {
  const table = new FakeTable();
  const clock = new MovableClock(new FrozenClock(instant(0)));
  const census = new CensusTaker(table);
  const told: string[] = [];
  const made: Rig = {
    table,
    clock,
    told,
    tasks: 500,
    watch: new Watch({ census, clock, peek: () => made.tasks }),
    room: (root) =>
      made.watch.add({
        members: new Kin({ home: "", root, census, clock }),
        processes: 256,
        killAt: mebibytes(100),
        overProcesses: (seen) => told.push(`${root}: ${seen} tasks`),
        outOfMemory: ({ command, rss }) => told.push(`${root}: ${command} holds ${rss / MIB} MiB`),
      }),
    pass: (milliseconds) => clock.advance(millis(milliseconds), () => setImmediate()),
  };
  return made;
}

const child = (pid: number, more: Partial<HostProcess> = {}): HostProcess =>
  madeUp(pid, { ppid: 100, group: 100, session: 100, ...more });

describe("Watch", () => {
  it("looks once a second at all rooms in one go, and at nothing without one", async () => {
    const { table, room, pass } = rig();
    await pass(5000);
    expect(table.looks).toBe(0);
    const [first, second] = [room(100), room(200)];
    await pass(999);
    expect(table.looks).toBe(0);
    await pass(1);
    expect(table.looks).toBe(1);
    await pass(3000);
    expect(table.looks).toBe(4);
    first[Symbol.dispose]();
    await pass(1000);
    expect(table.looks).toBe(5);
    second[Symbol.dispose]();
    await pass(5000);
    expect(table.looks).toBe(5);
  });

  it.each([
    ["as many as it may have", 255, []],
    ["one more, a thread", 256, ["100: 257 tasks"]],
  ])("counts processes and threads: %s", async (_what, threads, expected) => {
    const { table, told, room, pass } = rig();
    table.processes = [madeUp(100), child(101, { tasks: threads }), madeUp(300, { tasks: 900 })];
    room(100);
    await pass(1000);
    expect(told).toEqual(expected);
  });

  it("counts the dead that nobody buried", async () => {
    const { table, told, room, pass } = rig();
    const dead = Array.from({ length: 256 }, (_, index) => child(101 + index, { isZombie: true }));
    table.processes = [madeUp(100), ...dead];
    room(100);
    await pass(1000);
    expect(told).toEqual(["100: 257 tasks"]);
  });

  it("tells once, and of the room that is over it only", async () => {
    const { table, told, room, pass } = rig();
    table.processes = [madeUp(100, { tasks: 300 }), madeUp(200)];
    room(100);
    room(200);
    await pass(3000);
    expect(told).toEqual(["100: 300 tasks"]);
  });

  it("adds up memory, and names the greatest process", async () => {
    const { table, told, room, pass } = rig();
    table.processes = [
      madeUp(100, { resident: 40 * MIB }),
      child(101, { name: "worker", resident: 60 * MIB }),
    ];
    room(100);
    await pass(1000);
    expect(told).toEqual([]);
    table.processes = [
      madeUp(100, { resident: 41 * MIB }),
      child(101, { name: "worker", resident: 60 * MIB }),
    ];
    await pass(1000);
    expect(told).toEqual(["100: worker holds 60 MiB"]);
  });

  it("looks at once when many tasks have come to the machine", async () => {
    const made = rig();
    const { table, told, room, pass } = made;
    table.processes = [madeUp(100)];
    room(100);
    await pass(1000);
    table.processes = [madeUp(100, { tasks: 257 })];
    made.tasks = 628;
    await pass(500);
    expect(told).toEqual([]);
    made.tasks = 629;
    await pass(100);
    expect(told).toEqual(["100: 257 tasks"]);
  });

  it("goes on when it could not look", async () => {
    const { table, told, room, pass } = rig();
    table.processes = [madeUp(100, { tasks: 300 })];
    table.failing = true;
    room(100);
    await pass(1000);
    table.failing = false;
    await pass(1000);
    expect(told).toEqual(["100: 300 tasks"]);
  });

  it("looks less often where a look takes long", async () => {
    const { table, clock, room, pass } = rig();
    const list = table.list.bind(table);
    table.list = async () => {
      await new Promise<void>((resolve) => clock.after(millis(40), resolve));
      return list();
    };
    room(100);
    // 2000 ms of pause for the 40 that it takes
    await pass(1000 + 40 + 2000 + 40);
    expect(table.looks).toBe(2);
    await pass(1999);
    expect(table.looks).toBe(2);
  });

  it("says nothing of a room that leaves while it is looked at", async () => {
    const { table, told, room, pass } = rig();
    const left = room(100);
    const list = table.list.bind(table);
    table.processes = [madeUp(100, { tasks: 300 })];
    table.list = async () => {
      const seen = await list();
      left[Symbol.dispose]();
      return seen;
    };
    await pass(1000);
    expect(told).toEqual([]);
  });
});

/** Forks for as long as there are less than 400 of them, which takes some tenths of a second. */
const FORK_BOMB = `
import mmap, os, struct, time
count = mmap.mmap(-1, 4)
while True:
    made, = struct.unpack("i", count[:4])
    if made < 400:
        count[:4] = struct.pack("i", made + 1)
        os.fork()
    else:
        time.sleep(0.01)
`;
const HOG = "import time; held = bytearray(80 << 20); time.sleep(300)";
/** The sum of what is resident is over 100 MiB; it is one block of 64. */
const PREFORKING = `
import os, time
held = bytearray(64 << 20)
os.fork(); print("forked", flush=True); time.sleep(300)
`;

describe("Watch, of real processes", () => {
  function ended(
    watched: (callbacks: Pick<Watched, "overProcesses" | "outOfMemory">) => void,
  ): Promise<string> {
    return new Promise((resolve) => {
      watched({
        overProcesses: (seen) => resolve(seen > 256 ? "too many" : `${seen}`),
        outOfMemory: ({ command, rss }) => resolve(`${command} ${rss > mebibytes(80) ? "is great" : rss}`),
      });
    });
  }

  it.each([
    ["a fork bomb", FORK_BOMB, "too many"],
    ["a hog", HOG, "python3 is great"],
  ])("ends %s", async (_what, script, expected) => {
    await using room = played(new ProcTable(), ["python3", "-S", "-c", script]);
    using watch = new Watch({ census: room.census, clock: new SystemClock() });
    const what = ended((tell) =>
      watch.add({ members: room.kin, processes: 256, killAt: mebibytes(70), ...tell }),
    );
    expect((await what).replace(/^python\S*/, "python3")).toBe(expected);
  });

  it("leaves one alone whose processes have most of their memory in common", async () => {
    await using room = played(new ProcTable(), ["python3", "-S", "-c", PREFORKING]);
    await Promise.all([room.line(), room.line()]);
    const members = await room.kin.list();
    expect(members.reduce((sum, { resident }) => sum + resident, 0)).toBeGreaterThan(mebibytes(100));
    const told: string[] = [];
    const clock = new MovableClock(new FrozenClock(instant(0)));
    using watch = new Watch({ census: room.census, clock });
    watch.add({
      members: room.kin,
      processes: 256,
      killAt: mebibytes(100),
      overProcesses: () => told.push("processes"),
      outOfMemory: () => told.push("memory"),
    });
    await clock.advance(seconds(1), () => setImmediate());
    // the next look is due when the first is over
    await expect.poll(() => clock.due.length).toBe(1);
    expect(told).toEqual([]);
  });
});

describe("machineTasks", () => {
  it("is the machine's number of processes and threads", () => {
    expect(parseLoad("0.20 0.18 0.12 3/412 11206\n")).toBe(412);
    expect(parseLoad("")).toBeUndefined();
    expect(machineTasks()).toBeGreaterThan(1);
  });
});
