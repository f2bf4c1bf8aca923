import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AppName, InstanceId } from "../../src/heroku/names.ts";
import type { HostName } from "../../src/heroku/host-names.ts";
import { instant } from "../../src/kernel/units.ts";
import { lockFolder } from "../../src/platform/lock.ts";
import { STATE_VERSION, type State } from "../../src/platform/state.ts";
import { Store } from "../../src/platform/store.ts";

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
  switches: { "route-times": true, "of-a-newer-dynosim": false },
  features: ["preboot", "of-a-newer-dynosim"],
  configVars: { SECRET: "s" },
  releases: [],
  stickyPython: "3.13",
  buildpacks: ["heroku/nodejs", "https://example.com/b.tgz"],
  stackImages: undefined,
  spareSlugs: [],
  hours: undefined,
  maintenance: true,
  domains: [
    { id: "d", hostname: "*.example.com" as HostName, createdAt: instant(2) },
    { id: "e", hostname: "www.example.com" as HostName, createdAt: instant(3) },
  ],
  movedTo: undefined,
};

describe("the state file", () => {
  it("comes back as it was saved; nobody else can read it, and git ignores it", () => {
    const store = new Store(folder);
    expect(store.load()).toEqual({ ok: true, value: { state: {}, rescue: undefined } });
    store.save(STATE);
    expect(new Store(folder).load()).toEqual({
      ok: true,
      value: { state: JSON.parse(JSON.stringify(STATE)), rescue: undefined },
    });
    expect(statSync(store.folder).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(store.folder, ".gitignore"), "utf8")).toContain("*");
  });

  it("one saved before there were features, switches and domains has none, and is not in maintenance", () => {
    const store = new Store(folder);
    const { features: _, switches: __, domains: ___, maintenance: ____, ...before } = STATE;
    writeFileSync(join(store.folder, "state.json"), JSON.stringify(before));
    const state = { features: [], switches: {}, domains: [], maintenance: false };
    expect(store.load()).toMatchObject({ ok: true, value: { state, rescue: undefined } });
  });

  const SLUG = {
    image: "sha256:x",
    inputs: "i",
    commit: undefined,
    pythonMinor: "3.13",
    buildpacks: ["heroku/python"],
    processTypes: { web: "serve" },
    size: 1,
    checksum: "SHA256:x",
  };
  const RELEASE = {
    id: "r",
    version: 3,
    description: "Deploy 12345678",
    user: "me",
    createdAt: 1,
    status: "succeeded",
    slug: SLUG,
    configVars: {},
  };
  const RELEASED = { ...STATE, releases: [RELEASE] } as unknown as State;
  const ALL = [
    "instance",
    "name",
    "createdAt",
    "era",
    "dynoType",
    "formation",
    "configVars",
    "features",
    "switches",
    "releases",
    "stickyPython",
    "buildpacks",
    "stackImages",
    "spareSlugs",
    "hours",
    "maintenance",
    "domains",
    "movedTo",
  ];

  it.each<[string, string, readonly string[]]>([
    ["cut short", '{"version":1,"inst', ALL],
    ["empty", "", ALL],
    ["no object", "null", ALL],
    ["of features that are none", JSON.stringify({ ...STATE, features: "preboot" }), ["features"]],
    ["of a switch that is no switch", JSON.stringify({ ...STATE, switches: { a: 1 } }), ["switches"]],
    ["of a maintenance that is neither", JSON.stringify({ ...STATE, maintenance: "on" }), ["maintenance"]],
    [
      "of a domain that could not be added",
      JSON.stringify({ ...STATE, domains: [{ id: "d", hostname: "A.example.com", createdAt: 1 }] }),
      ["domains"],
    ],
    ["of hours that are none", JSON.stringify({ ...STATE, hours: { month: 1, used: -1 } }), ["hours"]],
    ["of a clock beyond all time", JSON.stringify({ ...STATE, movedTo: 9e15 }), ["movedTo"]],
    ["of an era that is none", JSON.stringify({ ...STATE, era: "future" }), ["era"]],
    ["without config vars", JSON.stringify({ ...STATE, configVars: null }), ["configVars"]],
    ["with a config var that is no text", JSON.stringify({ ...STATE, configVars: { A: 1 } }), ["configVars"]],
    ["with spare slugs that are none", JSON.stringify({ ...STATE, spareSlugs: [{}] }), ["spareSlugs"]],
    ["with buildpacks that are none", JSON.stringify({ ...STATE, buildpacks: [1] }), ["buildpacks"]],
    ["with half a pair of images", JSON.stringify({ ...STATE, stackImages: { run: "x" } }), ["stackImages"]],
    ["with an app name that is none", JSON.stringify({ ...STATE, name: "No Name" }), ["name"]],
    ["with a dyno type that is none", JSON.stringify({ ...STATE, dynoType: "huge" }), ["dynoType"]],
    [
      "with a negative quantity",
      JSON.stringify({ ...STATE, formation: { web: { quantity: -1, size: "eco" } } }),
      ["formation"],
    ],
    [
      "with a release whose metadata is no list",
      JSON.stringify({ ...STATE, releases: [{ ...RELEASE, metadata: "all" }] }),
      ["releases"],
    ],
    [
      "with a release of no status",
      JSON.stringify({ ...STATE, releases: [{ ...RELEASE, status: "so-so" }] }),
      ["releases"],
    ],
    [
      "with a release whose slug has no image",
      JSON.stringify({ ...STATE, releases: [{ ...RELEASE, slug: { ...SLUG, image: undefined } }] }),
      ["releases"],
    ],
    ["without its version", JSON.stringify({ ...STATE, version: undefined }), []],
  ])("%s: put aside, and what is damaged comes from the save before it", (_, text, parts) => {
    const store = new Store(folder);
    store.save(RELEASED);
    store.save(RELEASED);
    const file = join(store.folder, "state.json");
    writeFileSync(file, text);
    const loaded = store.load();
    expect(loaded).toMatchObject({
      ok: true,
      value: { rescue: { file, aside: `${file}.damaged-1`, fromPrevious: parts, lost: [] } },
    });
    const kept = loaded.ok ? loaded.value.state : {};
    for (const part of parts) expect(kept[part as keyof State]).toEqual(RELEASED[part as keyof State]);
    expect(readFileSync(`${file}.damaged-1`, "utf8")).toBe(text);
    // a start that ended before it could save has lost nothing
    expect(new Store(folder).load()).toEqual(loaded);
    store.save(kept as State);
    expect(new Store(folder).load()).toMatchObject({ ok: true, value: { rescue: undefined } });
    expect(readdirSync(store.folder).filter((name) => name.includes("damaged"))).toEqual([
      "state.json.damaged-1",
    ]);
  });

  it("damaged a second time: kept beside the first, and the sound save before both is still there", () => {
    const store = new Store(folder);
    const file = join(store.folder, "state.json");
    store.save(STATE);
    store.save(STATE);
    for (const number of [1, 2]) {
      writeFileSync(file, `{ ${number}`);
      const next = new Store(folder);
      const loaded = next.load();
      expect(loaded).toMatchObject({ ok: true, value: { state: { configVars: { SECRET: "s" } } } });
      expect(readFileSync(`${file}.damaged-${number}`, "utf8")).toBe(`{ ${number}`);
      if (loaded.ok) next.save(loaded.value.state as State);
    }
  });

  it("without a save before it: what is sound stays, the rest is named as lost", () => {
    const store = new Store(folder);
    const file = join(store.folder, "state.json");
    writeFileSync(file, JSON.stringify({ ...STATE, releases: "none" }));
    expect(store.load()).toMatchObject({
      ok: true,
      value: {
        state: { instance: "i", configVars: { SECRET: "s" } },
        rescue: { fromPrevious: [], lost: ["releases"] },
      },
    });
  });

  it("of a newer dynosim: refused each time, and left as it is", () => {
    const store = new Store(folder);
    const text = '{"version":99}';
    writeFileSync(join(store.folder, "state.json"), text);
    for (let time = 0; time < 2; time += 1)
      expect(store.load()).toMatchObject({ ok: false, failure: { kind: "state-newer", version: 99 } });
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
