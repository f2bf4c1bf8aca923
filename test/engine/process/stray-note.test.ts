import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { CensusTaker } from "../../../src/engine/process/census.ts";
import { Kin } from "../../../src/engine/process/kin.ts";
import { ProcTable } from "../../../src/engine/process/proc-table.ts";
import { StrayNote } from "../../../src/engine/process/stray-note.ts";
import { SystemClock } from "../../../src/kernel/system-clock.ts";
import { isThere, puppets } from "./puppets.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "dynosim-room-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (): string => readFileSync(join(folder, "strays.json"), "utf8");

it("tells of those that were there last, and is not made where there was nobody", () => {
  const note = new StrayNote({ folder });
  note.keep(new Map());
  expect(read).toThrow("ENOENT");
  note.keep(new Map([[12, "a"]]));
  note.keep(new Map([[13, "b"]]));
  expect(new StrayNote({ folder }).load()).toEqual(new Map([[13, "b"]]));
  note.keep(new Map());
  expect(new StrayNote({ folder }).load()).toEqual(new Map());
});

it("is written when there are others, and not at each look", () => {
  const note = new StrayNote({ folder });
  note.keep(new Map([[12, "a"]]));
  const { ino } = statSync(join(folder, "strays.json"));
  note.keep(new Map([[12, "a"]]));
  expect(statSync(join(folder, "strays.json")).ino).toBe(ino);
});

it("is nothing to stop for where it cannot be read or written", () => {
  writeFileSync(join(folder, "strays.json"), '[[12, "a');
  const note = new StrayNote({ folder });
  expect(note.load()).toEqual(new Map());
  rmSync(folder, { recursive: true });
  note.keep(new Map([[12, "a"]]));
  expect(note.load()).toEqual(new Map());
});

it("never makes a member of another process that has the number now", async () => {
  await using stranger = puppets(new ProcTable(), "echo begun; exec sleep 300");
  await stranger.line();
  const pid = stranger.child.pid ?? 0;
  const census = new CensusTaker(new ProcTable());
  const started = (await census.take()).byPid.get(pid)?.started;
  const strays = new StrayNote({ folder });
  strays.keep(new Map([[pid, `${Number(started) - 1}`]]));
  const options = { home: join(folder, "app"), root: undefined, census, clock: new SystemClock() };
  await new Kin({ ...options, strays }).signal("SIGKILL");
  expect(isThere(pid)).toBe(true);
  strays.keep(new Map([[pid, String(started)]]));
  await new Kin({ ...options, strays }).signal("SIGKILL");
  expect(isThere(pid)).toBe(false);
});
