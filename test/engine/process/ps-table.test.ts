import { describe, expect, it } from "vitest";
import { ProcTable } from "../../../src/engine/process/proc-table.ts";
import { countThreads, parseHomes, parseRow, PsTable } from "../../../src/engine/process/ps-table.ts";
import { puppets } from "./puppets.ts";

const PROCPS = ["pid", "ppid", "pgid", "sess", "stat", "nlwp", "rss", "lstart", "ucomm"];
const APPLE = ["pid", "ppid", "pgid", "stat", "rss", "lstart", "ucomm"];
const AT = "Sat Nov 21 19:52:23 2026";
const STARTED = String(Date.UTC(2026, 10, 21, 19, 52, 23));

describe("parseRow", () => {
  it("reads a row of procps", () => {
    expect(parseRow(`  812   800   812   790 Sl+     7  20480 ${AT} my app`, PROCPS)).toEqual({
      pid: 812,
      ppid: 800,
      group: 812,
      session: 790,
      started: STARTED,
      name: "my app",
      isZombie: false,
      tasks: 7,
      resident: 20_971_520,
    });
  });

  it("reads a row of Apple's, whose threads have been counted in another listing", () => {
    const threads = countThreads(
      "  812 ada s001 0.0 S 31T 0:00.00 0:00.01 ruby app.rb\n  812     0.0 S 31T\n 813 x\n",
    );
    expect(parseRow(`  812   800   812 S+    20480 ${AT} ruby`, APPLE, threads)).toMatchObject({
      session: 0,
      tasks: 2,
    });
    expect(parseRow(`  814   800   812 S+    20480 ${AT} ruby`, APPLE, threads)).toMatchObject({ tasks: 1 });
  });

  it.each([
    ["a dead one", `9 8 9 9 Z 1 0 ${AT} sh <defunct>`, { isZombie: true, tasks: 1 }],
    [
      "a day of one digit",
      "9 8 9 9 S 1 4 Sun Nov  1 09:00:00 2026 sh",
      { started: String(Date.UTC(2026, 10, 1, 9)) },
    ],
  ])("reads %s", (_what, row, expected) => {
    expect(parseRow(row, PROCPS)).toMatchObject(expected);
  });

  it.each([
    ["a thread of the kernel", `9 2 0 0 I 1 0 ${AT} kworker/0:1`],
    ["an empty line", ""],
    ["what is no row", "ps: bad"],
  ])("leaves out %s", (_what, row) => {
    expect(parseRow(row, PROCPS)).toBeUndefined();
  });
});

describe("parseHomes", () => {
  it.each([
    ["among others", "  9 sleep 300 A=1 HOME=/r/app B=2", "/r/app"],
    ["with blanks", "9 sleep HOME=/my rooms/app PATH=/bin:/usr/bin", "/my rooms/app"],
    ["at the end", "9 sleep HOME=/r/app", "/r/app"],
    ["behind an argument like it", "9 env HOME=/x sleep 3 A=1 HOME=/r/app B=2", "/r/app"],
    ["that is not there", "9 sleep MYHOME=/x A=1", undefined],
  ])("finds HOME %s", (_what, line, home) => {
    expect([...parseHomes(line)]).toEqual([[9, home]]);
  });
});

describe("PsTable", () => {
  it("tells of a process what /proc tells", async () => {
    const table = new PsTable();
    await using room = puppets(table, "sleep 300 & echo begun; wait");
    await room.line();
    // the child is another bash until it is sleep
    await expect
      .poll(async () => (await room.kin.list()).map(({ name }) => name).toSorted())
      .toEqual(["bash", "sleep"]);
    const own = await room.kin.list();
    const byProc = new Map((await new ProcTable().list()).map((process) => [process.pid, process]));
    for (const { pid, started: _, resident, ...told } of own) {
      const { started: __, pid: ___, resident: size = 0, ...expected } = byProc.get(pid) ?? {};
      expect(told).toEqual(expected);
      // the kernel's two counts are some pages apart
      expect(Math.abs(resident - size)).toBeLessThan(1_000_000);
    }
    const again = await room.kin.list();
    expect(again.map(({ started }) => started)).toEqual(own.map(({ started }) => started));
  });

  it("tells of nobody's environment where nobody is asked for, or gone", async () => {
    const table = new PsTable();
    expect([...(await table.homesOf([]))]).toEqual([]);
    expect([...(await table.homesOf([4_194_303]))]).toEqual([]);
  });

  it("rejects where there is no ps", async () => {
    const path = process.env["PATH"];
    process.env["PATH"] = "/nowhere";
    try {
      await expect(new PsTable().list()).rejects.toMatchObject({ code: "ENOENT" });
    } finally {
      process.env["PATH"] = path;
    }
  });
});
