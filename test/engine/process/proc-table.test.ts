import { describe, expect, it } from "vitest";
import { isProcUsable, parseStat, ProcTable } from "../../../src/engine/process/proc-table.ts";
import { isThere, puppets } from "./puppets.ts";

interface Given {
  readonly name?: string;
  readonly state?: string;
  readonly ppid?: number;
  readonly group?: number;
  readonly session?: number;
  readonly tasks?: number;
  readonly size?: number;
}

/** A line of /proc/<pid>/stat as Linux 6 writes it. */
function line(given: Given = {}): string {
  const {
    name = "ruby",
    state = "S",
    ppid = 40,
    group = 41,
    session = 42,
    tasks = 3,
    size = 9_000_000,
  } = given;
  const idle = "0 -1 4194560 1 2 3 4 5 6 7 8 20 0";
  return `43 (${name}) ${state} ${ppid} ${group} ${session} ${idle} ${tasks} 0 123456 ${size} 10 18446744073709551615 1 1`;
}

describe("parseStat", () => {
  it("gives what a process is known by", () => {
    expect(parseStat(line())).toMatchObject({
      pid: 43,
      ppid: 40,
      group: 41,
      session: 42,
      started: "123456",
      name: "ruby",
      isZombie: false,
      tasks: 3,
    });
  });

  it.each([
    [
      "a name with a parenthesis and blanks",
      { name: "a) R 1 (b" },
      { ppid: 40, name: "a) R 1 (b", isZombie: false },
    ],
    ["a dead one", { state: "Z", tasks: 1, size: 0 }, { isZombie: true }],
    ["one whose first thread alone has ended", { state: "Z", tasks: 2 }, { isZombie: false, tasks: 2 }],
    ["a group of another process tree", { group: -1, session: 0 }, { group: 0, session: 0 }],
    [
      "a dead child of a process tree's first",
      { state: "Z", ppid: 0, tasks: 1, size: 0 },
      { isZombie: true },
    ],
  ])("reads %s", (_what, given, expected) => {
    expect(parseStat(line(given))).toMatchObject(expected);
  });

  it("leaves out threads of the kernel", () => {
    expect(parseStat(line({ ppid: 2, size: 0 }))).toBeUndefined();
  });
});

describe("ProcTable", () => {
  it("is usable where this process finds itself", async () => {
    expect(isProcUsable()).toBe(true);
    const own = (await new ProcTable().list()).find(({ pid }) => pid === process.pid);
    expect(own).toMatchObject({ ppid: process.ppid, isZombie: false });
    const { rss } = process.memoryUsage();
    expect(own?.resident).toBeGreaterThan(rss / 2);
    expect(own?.resident).toBeLessThan(rss * 2);
  });

  it("signals the very process only", async () => {
    const table = new ProcTable();
    await using room = puppets(table, "echo begun; exec sleep 300");
    await room.line();
    const [member] = await room.kin.list();
    if (member === undefined) throw new Error("nobody is there");
    table.kill({ ...member, started: "1" }, "SIGKILL");
    expect(isThere(member.pid)).toBe(true);
    table.kill(member, "SIGKILL");
    await expect.poll(() => isThere(member.pid)).toBe(false);
    expect(() => table.kill(member, "SIGKILL")).not.toThrow();
  });
});
