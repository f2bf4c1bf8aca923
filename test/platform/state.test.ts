import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AppName, InstanceId } from "../../src/heroku/names.ts";
import { instant } from "../../src/kernel/units.ts";
import { lockFolder } from "../../src/platform/lock.ts";
import { STATE_VERSION, Store, type State } from "../../src/platform/store.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dynosim-state-"));
  new Store(folder).prepare();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const STATE: State = {
  version: STATE_VERSION,
  instance: "i" as InstanceId,
  name: "app" as AppName,
  createdAt: instant(1),
  era: "now",
  dynoType: undefined,
  formation: { web: { quantity: 1, size: "eco" } },
  features: ["preboot", "of-a-newer-dynosim"],
  configVars: { SECRET: "s" },
  releases: [],
  stickyPython: "3.13",
};

describe("the state file", () => {
  it("comes back as it was saved; nobody else can read it, and git ignores it", () => {
    const store = new Store(folder);
    expect(store.load()).toEqual({ ok: true, value: undefined });
    store.save(STATE);
    expect(new Store(folder).load()).toEqual({ ok: true, value: JSON.parse(JSON.stringify(STATE)) });
    expect(statSync(store.folder).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(store.folder, ".gitignore"), "utf8")).toContain("*");
  });

  it("one saved before there were features has none", () => {
    const store = new Store(folder);
    const { features: _, ...before } = STATE;
    writeFileSync(join(store.folder, "state.json"), JSON.stringify(before));
    expect(store.load()).toMatchObject({ ok: true, value: { features: [] } });
  });

  it.each([
    ["cut short", '{"version":1,"inst'],
    ["of another version", '{"version":99}'],
    ["missing parts", '{"version":1}'],
    ["empty", ""],
    ["no object", "null"],
    ["of an era that is none", JSON.stringify({ ...STATE, era: "future" })],
    ["of features that are none", JSON.stringify({ ...STATE, features: "preboot" })],
    ["without config vars", JSON.stringify({ ...STATE, configVars: null })],
  ])("%s: refused each time, and left as it is", (_, text) => {
    const store = new Store(folder);
    writeFileSync(join(store.folder, "state.json"), text);
    for (let time = 0; time < 2; time += 1)
      expect(store.load()).toMatchObject({ ok: false, failure: { kind: "state-damaged" } });
    expect(readFileSync(join(store.folder, "state.json"), "utf8")).toBe(text);
  });
});

it("a folder that cannot be written to is a failure, not a crash", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  expect(new Store(file).prepare()).toMatchObject({ ok: false, failure: { kind: "state-unwritable" } });
});

describe("the lock of a folder", () => {
  it("is held by one, free again when disposed, and leaves no file", () => {
    const first = lockFolder(folder);
    expect(first.ok).toBe(true);
    expect(lockFolder(folder)).toMatchObject({ ok: false, failure: { kind: "busy", pid: process.pid } });
    if (first.ok) first.value[Symbol.dispose]();
    const second = lockFolder(folder);
    expect(second.ok).toBe(true);
    if (second.ok) second.value[Symbol.dispose]();
    expect(readdirSync(join(folder, ".dynosim"))).toEqual([".gitignore"]);
  });

  it.each([
    ["a dead process", { pid: 4_194_303, started: "1" }],
    ["another process that got the same number", { pid: process.pid, started: "1" }],
  ])("is taken over from %s", (_, holder) => {
    writeFileSync(join(folder, ".dynosim", "lock"), JSON.stringify(holder));
    const lock = lockFolder(folder);
    expect(lock.ok).toBe(true);
    if (lock.ok) lock.value[Symbol.dispose]();
  });
});
