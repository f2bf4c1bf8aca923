import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Kept } from "../../src/engine/engine.ts";
import { FakeEngine } from "../../src/engine/fake/fake-engine.ts";
import type { AppName, InstanceId } from "../../src/heroku/names.ts";
import { fail, ok } from "../../src/kernel/result.ts";
import type { App } from "../../src/platform/app.ts";
import { cleaner, type EnginesToClean } from "../../src/platform/clean.ts";
import type { CleanReport } from "../../src/platform/platform.ts";
import { startOf } from "../../src/platform/run-file.ts";
import { Store, TESTING } from "../../src/platform/store.ts";
import { NEW_STATE } from "./platform-on-fake.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dynosim-clean-"));
  new Store(folder).prepare();
  writeFileSync(join(folder, ".dynosim", "up.log"), "");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ALIVE = { pid: process.pid, started: startOf(process.pid) ?? "" };
const DEAD = { pid: 4_194_303, started: "1" };

function thing(kind: Kept["kind"], instance: string, maker?: typeof ALIVE): Kept {
  const owner = maker && { ...maker, instance: instance as InstanceId, app: "app" as AppName };
  return { kind, id: `${instance} ${kind}`, name: `${instance} ${kind}`, size: undefined, instance, owner };
}

function keeping(kept: readonly Kept[], removed: string[]): FakeEngine {
  return Object.assign(new FakeEngine(), {
    kept: async () => ok(kept),
    discard: async (going: readonly Kept[]) => {
      removed.push(...going.map(({ name }) => name));
      return ok();
    },
  });
}

async function clean(
  kept: readonly Kept[],
  options: { readonly everything: boolean; readonly dryRun: boolean },
  others: EnginesToClean = [],
): Promise<{ told: readonly string[]; removed: readonly string[]; unseen: CleanReport["unseen"] }> {
  const removed: string[] = [];
  const engine = keeping(kept, removed);
  const app = { folder, state: { instance: "own" } } as unknown as App;
  const cleaned = await cleaner(app, engine, others)(options);
  if (!cleaned.ok) throw new Error(cleaned.failure.kind);
  const told = cleaned.value.cleaned.map(({ kind, name }) => (kind === "file" ? "log" : name));
  return { told, removed, unseen: cleaned.value.unseen };
}

describe("clean", () => {
  it("takes what the tests of the folder keep with it", async () => {
    const store = new Store(folder, TESTING);
    store.prepare();
    store.save({ ...NEW_STATE, instance: "tests" as InstanceId });
    const kept = [thing("image", "own"), thing("image", "tests"), thing("image", "other")];
    const { removed } = await clean(kept, { everything: false, dryRun: false });
    expect(removed).toEqual(["own image", "tests image"]);
  });

  const OWN = [thing("image", "own"), thing("volume", "own")];
  const OTHERS = [thing("image", "other"), thing("container", "killed", DEAD), thing("image", "stack")];

  it.each([
    ["this app only", false, ["own image", "own volume"]],
    [
      "with --all every app",
      true,
      ["own image", "own volume", "other image", "killed container", "stack image"],
    ],
  ])("%s", async (_, everything, names) => {
    const { told, removed } = await clean([...OWN, ...OTHERS], { everything, dryRun: false });
    expect(removed).toEqual(names);
    expect(told).toEqual([...names, "log"]);
    expect(existsSync(join(folder, ".dynosim", "up.log"))).toBe(false);
  });

  it("takes buildpacks and submodules that were fetched, and no state", async () => {
    const state = join(folder, ".dynosim");
    for (const part of ["buildpacks", "submodules", "testing/buildpacks", "log"])
      mkdirSync(join(state, part, "x.git"), { recursive: true });
    await clean([], { everything: false, dryRun: false });
    expect(readdirSync(state).toSorted()).toEqual([".gitignore", "log", "testing"]);
    expect(readdirSync(join(state, "testing"))).toEqual([]);
  });

  it("--dry-run tells the same and removes nothing", async () => {
    const { told, removed } = await clean(OWN, { everything: false, dryRun: true });
    expect([told, removed]).toEqual([["own image", "own volume", "log"], []]);
    expect(existsSync(join(folder, ".dynosim", "up.log"))).toBe(true);
  });

  it.each([false, true])("keeps all of an app that is up, this one too (--all %s)", async (everything) => {
    const up = [thing("container", "own", ALIVE), thing("network", "other", ALIVE)];
    const { told, removed } = await clean([...up, ...OWN, thing("image", "other")], {
      everything,
      dryRun: false,
    });
    expect([told, removed]).toEqual([[], []]);
    expect(existsSync(join(folder, ".dynosim", "up.log"))).toBe(true);
  });

  describe("of two engines (issue E)", () => {
    const ALL = { everything: true, dryRun: false };

    it("takes what both have", async () => {
      const removed: string[] = [];
      const other = keeping([thing("image", "own"), thing("volume", "other")], removed);
      const { told } = await clean([thing("image", "own")], ALL, [
        { name: "process", open: async () => ok(other) },
      ]);
      expect(told).toEqual(["own image", "own image", "other volume", "log"]);
      expect(removed).toEqual(["own image", "other volume"]);
    });

    it("says which could not be looked at, and takes what the other has", async () => {
      const failure = { kind: "engine-unreachable", tried: [] } as const;
      const { removed, unseen } = await clean([thing("image", "own")], ALL, [
        { name: "docker", open: async () => fail(failure) },
      ]);
      expect(removed).toEqual(["own image"]);
      expect(unseen).toEqual([{ engine: "docker", why: "No container engine answers" }]);
    });

    it("keeps the files of an app that runs in the other", async () => {
      const other = keeping([thing("container", "own", ALIVE)], []);
      const { told } = await clean([], ALL, [{ name: "docker", open: async () => ok(other) }]);
      expect(told).toEqual([]);
    });
  });
});
