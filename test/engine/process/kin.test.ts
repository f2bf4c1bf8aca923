import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CensusTaker } from "../../../src/engine/process/census.ts";
import { Kin } from "../../../src/engine/process/kin.ts";
import { ProcTable } from "../../../src/engine/process/proc-table.ts";
import type { HostProcess } from "../../../src/engine/process/process-table.ts";
import { StrayNote } from "../../../src/engine/process/stray-note.ts";
import { SystemClock } from "../../../src/kernel/system-clock.ts";
import { isThere, puppets, TABLES } from "./puppets.ts";

const pids = (members: readonly HostProcess[]): number[] =>
  members.map(({ pid }) => pid).toSorted((a, b) => a - b);

describe.each(TABLES)("members of a room that is not shut, by %s", (_source, table) => {
  it("are the first process and its descendants", async () => {
    await using room = puppets(table(), "sleep 300 & echo $!; exec sleep 301");
    const child = Number(await room.line());
    expect(pids(await room.kin.list())).toEqual(
      pids([{ pid: child }, { pid: room.child.pid }] as HostProcess[]),
    );
  });

  it.each([
    [
      "a double fork and a session of its own, in one instant",
      "( ( setsid sh -c 'echo $$; exec sleep 300' & ) & )",
    ],
    ["a daemon whose session lost its leader", "setsid sh -c 'exec sleep 300 & echo $!' & sleep 0.3"],
    ["one without the room's HOME, in its session", "( HOME=/ sh -c 'echo $$; exec sleep 300' & )"],
  ])("are also those that left it: %s", async (_what, script) => {
    await using room = puppets(table(), `${script}; sleep 300`);
    const away = Number(await room.line());
    expect(pids(await room.kin.list())).toContain(away);
    await room.kin.signal("SIGKILL");
    expect(isThere(away)).toBe(false);
  });

  it("stay known when they have been seen once", async () => {
    const script =
      "exec 3<&0; ( read go <&3; exec env -i setsid sh -c 'echo away; exec sleep 300' ) & echo $!; wait";
    await using room = puppets(table(), script);
    const away = Number(await room.line());
    expect(pids(await room.kin.list())).toContain(away);
    room.child.stdin?.write("go\n");
    expect(await room.line()).toBe("away");
    process.kill(room.child.pid ?? 0, "SIGKILL");
    await expect.poll(() => isThere(room.child.pid ?? 0)).toBe(false);
    expect(pids(await room.kin.list())).toContain(away);
  });

  it("are known to whoever ends the room when we are gone: what left with an empty environment, too, if it was seen", async () => {
    await using room = puppets(table(), "env -i setsid bash -c 'echo $$; exec sleep 300' & wait");
    const away = Number(await room.line());
    expect(pids(await room.kin.list())).toContain(away);
    process.kill(room.child.pid ?? 0, "SIGKILL");
    await expect.poll(() => isThere(room.child.pid ?? 0)).toBe(false);
    const heir = new Kin({
      home: room.home,
      root: undefined,
      census: new CensusTaker(table()),
      clock: new SystemClock(),
      strays: new StrayNote(room),
    });
    await heir.signal("SIGKILL");
    expect(isThere(away)).toBe(false);
  });

  it("are not this process, nor what else it started", async () => {
    await using room = puppets(table(), "echo begun; exec sleep 300");
    await using other = puppets(table(), "echo begun; exec sleep 300");
    await Promise.all([room.line(), other.line()]);
    expect(pids(await room.kin.list())).toEqual([room.child.pid]);
    expect(pids(await other.kin.list())).toEqual([other.child.pid]);
  });
});

describe("members of a room that is not shut, where folders can be seen", () => {
  it("are those with no environment at all that are in its folders, whoever started them", async () => {
    await using room = puppets(new ProcTable(), "read -r _");
    const folder = join(room.home, "public");
    mkdirSync(folder, { recursive: true });
    await using other = puppets(
      new ProcTable(),
      `( cd '${folder}' && env -i setsid bash -c 'echo $$; exec sleep 300' & ); sleep 300`,
    );
    const away = Number(await other.line());
    expect(pids(await room.kin.list())).toEqual(pids([{ pid: away }, room.child] as HostProcess[]));
    await room.kin.signal("SIGKILL");
    expect(isThere(away)).toBe(false);
    expect(isThere(other.child.pid ?? 0)).toBe(true);
  });
});
