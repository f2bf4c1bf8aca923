import type { LostFile } from "../launched.ts";
import { parentOf, type TreeEntry, type TreeListing } from "./tree-listing.ts";

type Change = LostFile["change"];

/**
 * From one listing to the other, as a container engine tells it: of a folder that went, nothing of what was in it.
 * `at`: where the tree is seen. engine.md 9
 */
export function treeChanges(before: TreeListing, after: TreeListing, at: string): readonly LostFile[] {
  const changes = new Map<string, Change>();
  for (const [path, entry] of after) {
    const change = changeOf(before.get(path), entry);
    if (change !== undefined) changes.set(path, change);
  }
  for (const path of before.keys()) {
    const parent = parentOf(path);
    const isListed = parent === "" || after.get(parent)?.type === "directory";
    if (isListed && !after.has(path)) changes.set(path, "deleted");
  }
  return told(changes, at);
}

/** The same, from what a layer holds: `opaque` are its folders that hide what is below them. */
export function layerChanges(
  before: TreeListing,
  layer: TreeListing,
  opaque: ReadonlySet<string>,
  at: string,
): readonly LostFile[] {
  const changes = new Map<string, Change>();
  for (const [path, entry] of layer) {
    const change = entry.type === "whiteout" ? "deleted" : changeOf(before.get(path), entry);
    if (change !== undefined) changes.set(path, change);
  }
  for (const path of before.keys())
    if (opaque.has(parentOf(path)) && !layer.has(path)) changes.set(path, "deleted");
  return told(changes, at);
}

/** Of a folder only the mode counts: its time follows what is put in it. */
function changeOf(before: TreeEntry | undefined, after: TreeEntry): Change | undefined {
  if (before === undefined) return "added";
  const isSame =
    before.type === after.type &&
    before.mode === after.mode &&
    (after.type === "directory" ||
      (before.size === after.size && before.modified === after.modified && before.target === after.target));
  return isSame ? undefined : "changed";
}

function told(changes: ReadonlyMap<string, Change>, at: string): readonly LostFile[] {
  return [...changes]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([path, change]) => ({ path: `${at}/${Buffer.from(path, "latin1").toString()}`, change }));
}
