import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { placesIn, type Places } from "../../../src/engine/process/places.ts";
import { attempt, SlugMissing } from "../../../src/engine/process/process-trouble.ts";
import { removeFolder } from "../../../src/engine/process/remove-folder.ts";
import { listRooms, makeRoot, Rooms } from "../../../src/engine/process/rooms.ts";
import { newApp } from "../../contract/stage.ts";

let temp: string;
let places: Places;
beforeEach(async () => {
  temp = await mkdtemp(join(tmpdir(), "dynosim-rooms-"));
  places = placesIn(temp);
});
afterEach(() => rm(temp, { recursive: true, force: true }));

describe("the folder of the process engine", () => {
  it("is made, and used again", async () => {
    expect(await makeRoot(places)).toBeUndefined();
    expect(await makeRoot(places)).toBeUndefined();
    expect(existsSync(places.rooms)).toBe(true);
  });

  it.each([
    ["a link to another folder", () => symlinkSync(temp, places.root), "is no folder"],
    [
      "one that others may write in",
      () => (mkdirSync(places.root), chmodSync(places.root, 0o777)),
      "others may write in",
    ],
  ])("is not %s", async (_what, make, why) => {
    make();
    expect(await makeRoot(places)).toContain(why);
  });
});

describe("rooms", () => {
  it("have a note of whose they are from their first moment, and somebody who watches over them", async () => {
    await makeRoot(places);
    const seen: string[][] = [];
    const rooms = new Rooms(places, { pid: 4711, started: "12" }, () => seen.push(readdirSync(places.rooms)));
    const app = newApp();
    const room = await rooms.open("web.1", "dyno", app);
    expect(seen).toEqual([[]]);
    expect(await listRooms(places)).toEqual([room]);
    expect(room).toMatchObject({ kind: "dyno", owner: { ...app, pid: 4711, started: "12" } });
    expect(room.folder).toMatch(/\/contract-web\.1-[0-9a-f]{8}$/);
  });

  it("are none where there is no folder, and what is no room is none", async () => {
    expect(await listRooms(places)).toEqual([]);
    mkdirSync(join(places.rooms, "something"), { recursive: true });
    expect(await listRooms(places)).toEqual([]);
  });

  it("are somebody's already while they are made: who was killed in that instant is known", async () => {
    const killed = { pid: 4711, started: "12: 05" };
    mkdirSync(join(places.rooms, ".draft,4711,12%3A%2005,contract-web.1-0"), { recursive: true });
    expect(await listRooms(places)).toMatchObject([{ owner: killed }]);
  });

  it("go with folders that nobody may write to or read", async () => {
    const deep = join(temp, "room", "work", "work");
    mkdirSync(deep, { recursive: true });
    writeFileSync(join(deep, "file"), "");
    chmodSync(deep, 0o000);
    chmodSync(join(temp, "room", "work"), 0o500);
    await removeFolder(join(temp, "room"));
    await removeFolder(join(temp, "room"));
    expect(readdirSync(temp)).toEqual([]);
  });
});

const IN_TEMP = expect.stringMatching(/\/dynosim-\d+$/) as string;

describe("what this machine refuses", () => {
  it.each([
    [
      "a full disk by its code",
      Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" }),
      { kind: "disk-full", reason: "ENOSPC: no space left on device, write", folder: IN_TEMP },
    ],
    [
      "a full disk in another program's words",
      new Error("cp: error writing 'x': No space left on device"),
      {
        kind: "disk-full",
        reason: "cp: error writing 'x': No space left on device",
        folder: IN_TEMP,
      },
    ],
    ["a slug that is gone", new SlugMissing("process:a/b"), { kind: "image-missing", image: "process:a/b" }],
    ["anything else", new Error("no way"), { kind: "machine-refused", during: "try", reason: "no way" }],
  ])("is told: %s", async (_what, error, failure) => {
    expect(await attempt(places, "try", () => Promise.reject(error))).toEqual({ ok: false, failure });
  });
});
