import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { CensusTaker } from "../../../src/engine/process/census.ts";
import { Kin } from "../../../src/engine/process/kin.ts";
import type { HostProcess } from "../../../src/engine/process/process-table.ts";
import type { Clock } from "../../../src/kernel/clock.ts";
import { FrozenClock } from "../../../src/kernel/frozen-clock.ts";
import { MovableClock } from "../../../src/kernel/movable-clock.ts";
import { instant, seconds } from "../../../src/kernel/units.ts";
import { SystemClock } from "../../../src/kernel/system-clock.ts";
import { FakeTable, madeUp } from "./fake-table.ts";

const HOME = "/rooms/web.1-af/app";
const DYNO = 100;

function room(
  root: number | "of another dynosim" = DYNO,
  clock: Clock = new SystemClock(),
): { readonly table: FakeTable; readonly kin: Kin } {
  const table = new FakeTable();
  table.homes = { [DYNO]: HOME };
  const known = root === "of another dynosim" ? undefined : root;
  return { table, kin: new Kin({ home: HOME, root: known, census: new CensusTaker(table), clock }) };
}

const pids = async (kin: Kin): Promise<number[]> =>
  (await kin.list()).map(({ pid }) => pid).toSorted((one, other) => one - other);

describe("Kin", () => {
  it("does not take a process for the member whose number it got", async () => {
    const { table, kin } = room();
    table.processes = [madeUp(DYNO), madeUp(101, { ppid: DYNO, group: DYNO, session: DYNO })];
    expect(await pids(kin)).toEqual([DYNO, 101]);
    table.processes = [madeUp(DYNO), madeUp(101, { started: "later" })];
    expect(await pids(kin)).toEqual([DYNO]);
  });

  it("does not take a session for that of the member whose number its leader got", async () => {
    const { table, kin } = room();
    table.processes = [madeUp(DYNO), madeUp(101, { ppid: DYNO })];
    expect(await pids(kin)).toEqual([DYNO, 101]);
    table.processes = [
      madeUp(101, { started: "later" }),
      madeUp(102, { ppid: 101, group: 101, session: 101 }),
    ];
    expect(await pids(kin)).toEqual([]);
  });

  it("knows a session whose leader has gone", async () => {
    const { table, kin } = room();
    table.processes = [madeUp(DYNO)];
    await kin.list();
    table.homes = {};
    table.processes = [madeUp(103, { session: DYNO }), madeUp(104, { group: DYNO, session: 1 })];
    expect(await pids(kin)).toEqual([103, 104]);
    table.processes = [];
    await kin.list();
    table.processes = [madeUp(105, { session: DYNO })];
    expect(await pids(kin)).toEqual([]);
  });

  it("leaves alone the session of who only has the room's HOME, and all that is not led by a member", async () => {
    const { table, kin } = room();
    const shell = madeUp(50);
    table.homes = { 51: HOME };
    table.processes = [
      shell,
      madeUp(51, { ppid: 50, group: 51, session: 50 }),
      madeUp(52, { ppid: 50, session: 50 }),
    ];
    expect(await pids(kin)).toEqual([51]);
  });

  it("never takes this process, whatever it is told", async () => {
    const { table, kin } = room();
    table.homes = { [DYNO]: HOME, [process.pid]: HOME };
    table.processes = [madeUp(DYNO), madeUp(process.pid, { ppid: DYNO })];
    expect(await pids(kin)).toEqual([DYNO]);
  });

  it("finds what a dynosim that is gone left behind by HOME alone, and what descends from it", async () => {
    const { table, kin } = room("of another dynosim");
    table.processes = [madeUp(DYNO), madeUp(101, { ppid: DYNO }), madeUp(102)];
    expect(await pids(kin)).toEqual([DYNO, 101]);
  });

  it("takes in one that was begun in the room with no HOME", async () => {
    const { table, kin } = room();
    table.processes = [madeUp(DYNO), madeUp(110)];
    expect(await pids(kin)).toEqual([DYNO]);
    kin.adopt(110);
    expect(await pids(kin)).toEqual([DYNO, 110]);
  });

  it("counts the dead among its members, but does not list them", async () => {
    const { table, kin } = room();
    table.processes = [madeUp(DYNO), madeUp(101, { ppid: DYNO, isZombie: true })];
    expect(kin.among(await new CensusTaker(table).take())).toHaveLength(2);
    expect(await pids(kin)).toEqual([DYNO]);
  });

  it("reads each environment once, and again where it could not be read or the number is another's", async () => {
    const { table, kin } = room("of another dynosim");
    table.unreadable = [DYNO];
    table.processes = [madeUp(DYNO), madeUp(101)];
    expect(await pids(kin)).toEqual([]);
    table.unreadable = [];
    expect(await pids(kin)).toEqual([DYNO]);
    await kin.list();
    expect(table.read).toEqual([DYNO, 101, DYNO]);
    table.processes = [madeUp(DYNO), madeUp(101, { started: "later" })];
    await kin.list();
    expect(table.read).toEqual([DYNO, 101, DYNO, 101]);
  });
});

describe("signals", () => {
  /** A process that forks whenever it is looked at, until it is stopped. */
  function bomb(most: number): { readonly table: FakeTable; readonly kin: Kin } {
    const { table, kin } = room();
    let last = DYNO;
    const stopped = new Set<number>();
    table.processes = [madeUp(DYNO)];
    table.onKill = ({ pid }, name) => {
      if (name === "SIGSTOP") stopped.add(pid);
      if (name === "SIGKILL") table.processes = table.processes.filter((process) => process.pid !== pid);
    };
    const list = table.list.bind(table);
    table.list = async () => {
      const seen = await list();
      const born = table.processes
        .filter(({ pid }) => !stopped.has(pid) && last < most)
        .map(({ pid }): HostProcess => madeUp((last += 1), { ppid: pid, session: DYNO }));
      table.processes = [...table.processes, ...born];
      return seen;
    };
    return { table, kin };
  }

  it("SIGKILL stops all before it kills one, also those who are born meanwhile", async () => {
    const { table, kin } = bomb(120);
    await kin.signal("SIGKILL");
    expect(table.processes).toEqual([]);
    const firstKill = table.killed.findIndex((sent) => sent.startsWith("SIGKILL"));
    expect(table.killed.slice(firstKill).every((sent) => sent.startsWith("SIGKILL"))).toBe(true);
    expect(firstKill).toBeGreaterThan(1);
  });

  it("another signal goes to the newborn whose parents it ended, but not to what a member starts because of it", async () => {
    const { table, kin } = room();
    table.processes = [madeUp(DYNO), madeUp(101, { ppid: DYNO }), madeUp(102, { ppid: DYNO })];
    table.onKill = ({ pid }) => {
      // born while it was sent, and an orphan by the next look
      if (pid === 101)
        table.processes = [
          ...table.processes.filter((one) => one.pid !== 101),
          madeUp(103, { session: DYNO }),
        ];
      // what `trap 'tidy-up' TERM` starts
      if (pid === 102) table.processes = [...table.processes, madeUp(104, { ppid: 102, session: DYNO })];
    };
    await kin.signal("SIGTERM");
    expect(table.killed.toSorted()).toEqual(["SIGTERM 100", "SIGTERM 101", "SIGTERM 102", "SIGTERM 103"]);
  });

  it("SIGKILL gives up on one that the kernel keeps", async () => {
    const clock = new MovableClock(new FrozenClock(instant(0)));
    const { table, kin } = room(DYNO, clock);
    table.processes = [madeUp(DYNO)];
    const done = kin.signal("SIGKILL");
    // its first pause has begun
    await expect.poll(() => clock.due.length).toBe(1);
    await clock.advance(seconds(6), () => setImmediate());
    await done;
    expect(table.killed.filter((sent) => sent === "SIGKILL 100").length).toBeGreaterThan(1);
  });

  it("sends nothing where nobody is", async () => {
    const { table, kin } = room();
    await kin.signal("SIGKILL");
    await kin.signal("SIGTERM");
    expect(table.killed).toEqual([]);
  });
});
