import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseMemoryStat, sample, sampleOnHost } from "../../../src/engine/docker/memory.ts";
import type { MemorySample } from "../../../src/engine/launched.ts";

const NOTHING = {
  cache: undefined,
  shared: undefined,
  swap: undefined,
  pagesIn: undefined,
  pagesOut: undefined,
};

describe("sample", () => {
  it.each([
    [
      "cgroup v1, with the cgroups below it",
      { stats: { total_rss: 5, rss: 1, total_cache: 6, total_shmem: 2, total_swap: 7, total_pgpgin: 8 } },
      { rss: 5, cache: 6, shared: 2, swap: 7, pagesIn: 8 },
    ],
    ["v1 without swap accounting", { stats: { rss: 1, cache: 2 } }, { rss: 1, cache: 2 }],
    ["cgroup v2", { usage: 9, stats: { anon: 3, file: 4, shmem: 1 } }, { rss: 3, cache: 4, shared: 1 }],
    ["older Podman, with one figure", { usage: 9 }, { rss: 9 }],
    ["nothing", {}, { rss: 0 }],
  ])("reads the engine's stats: %s", (_what, raw, expected) => {
    expect(sample(raw)).toEqual({ ...NOTHING, ...expected });
  });
});

describe("parseMemoryStat", () => {
  it("reads names and numbers", () => {
    expect(parseMemoryStat("rss 12\ncache 0\n\nodd line here\n")).toEqual({ rss: 12, cache: 0 });
  });
});

describe("sampleOnHost", () => {
  const read = (folder: string, cgroup: "1" | "2"): Promise<MemorySample | undefined> =>
    sampleOnHost({ net: "", cgroup, memory: join(import.meta.dirname, "../../fixtures/cgroup", folder) });

  it("reads cgroup v1's file, as a dyno of this machine had it", async () => {
    expect(await read("v1", "1")).toEqual({
      rss: 428_277_760,
      cache: 8_392_704,
      shared: 8_388_608,
      swap: 0,
      pagesIn: 107_465,
      pagesOut: 856,
    });
  });

  it("reads cgroup v2's, which have swap apart and count no pages", async () => {
    expect(await read("v2", "2")).toEqual({
      ...NOTHING,
      rss: 268_435_456,
      cache: 41_943_040,
      shared: 8_388_608,
      swap: 67_108_864,
    });
  });

  it("does not take swap that nobody counts for none", async () => {
    expect((await read("v2-without-swap", "2"))?.swap).toBeUndefined();
  });

  it("has nothing to tell of a dyno that is gone", async () => {
    expect(await read("gone", "1")).toBeUndefined();
  });
});
