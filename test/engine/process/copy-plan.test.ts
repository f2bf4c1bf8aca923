import { describe, expect, it } from "vitest";
import { heaps, planCopy } from "../../../src/engine/process/copy-plan.ts";
import type { TreeEntry, TreeListing } from "../../../src/engine/process/tree-listing.ts";

type Sketch = Readonly<Record<string, Partial<TreeEntry>>>;

/** Folders end in a slash. */
function listing(sketch: Sketch): TreeListing {
  return new Map(
    Object.entries(sketch).map(([path, more], index) => {
      const isFolder = path.endsWith("/");
      const type = isFolder ? "directory" : "file";
      const entry: TreeEntry = { type, mode: 0o755, size: 0, inode: index, modified: 0, ...more };
      return [isFolder ? path.slice(0, -1) : path, entry];
    }),
  );
}

const MIB = 1_048_576;
const lib = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`lib/${n}`, { size: MIB }]));

describe("planCopy", () => {
  it("takes apart what is heavy, and leaves together what is light", () => {
    const plan = planCopy(
      listing({ "lib/": {}, ...lib, "src/": {}, "src/a": {}, "src/b": {}, Procfile: {} }),
    );
    expect(plan?.folders).toEqual(["lib"]);
    expect(plan?.pieces.map(({ path }) => path)).toEqual([...Object.keys(lib), "src", "Procfile"]);
  });

  it("makes folders before what is in them", () => {
    const deep = Object.fromEntries(Object.entries(lib).map(([path, entry]) => [`a/b/${path}`, entry]));
    expect(planCopy(listing({ "a/": {}, "a/b/": {}, "a/b/lib/": {}, ...deep }))?.folders).toEqual([
      "a",
      "a/b",
      "a/b/lib",
    ]);
  });

  it.each<[string, Sketch]>([
    ["a file with two names", { a: { inode: 7 }, b: { inode: 7 } }],
    ["a name that no command can say", { "stra\xdfe": {} }],
    ["a heavy folder that nobody may write into", { "lib/": { mode: 0o555 }, ...lib }],
    [
      "too many names",
      Object.fromEntries(Array.from({ length: 6000 }, (_, n) => [`${"x".repeat(90)}${n}`, {}])),
    ],
  ])("has no plan for %s", (_what, sketch) => {
    expect(planCopy(listing(sketch))).toBeUndefined();
  });
});

describe("heaps", () => {
  const plan = (...weights: readonly number[]): Parameters<typeof heaps>[0] => ({
    folders: [],
    pieces: weights.map((weight, index) => ({ path: String(index), weight })),
  });

  it("are of about the same weight, and have each piece once", () => {
    expect(heaps(plan(5, 1, 4, 3, 3), 2)).toEqual([
      ["0", "4"],
      ["2", "3", "1"],
    ]);
  });

  it("are none without pieces", () => {
    expect(heaps(plan(), 4)).toEqual([]);
    expect(heaps(plan(1), 4)).toEqual([["0"]]);
  });
});
