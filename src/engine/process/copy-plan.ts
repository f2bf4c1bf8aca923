import { parentOf, type TreeEntry, type TreeListing } from "./tree-listing.ts";

/** A tree in pieces that can be copied at the same time; paths below its root. */
export interface CopyPlan {
  /** Folders that are only made, parents first; what is in them is in pieces. */
  readonly folders: readonly string[];
  readonly pieces: readonly Piece[];
}

/** A file, a link or a whole folder. */
export interface Piece {
  readonly path: string;
  /** What it takes to copy, by no unit. */
  readonly weight: number;
}

/** What an entry costs without its content, in bytes that could be copied meanwhile. */
const ENTRY = 32_768;
/** Of the whole: no piece is heavier if it can be taken apart, as the last one is waited for. */
const HEAVIEST = 1 / 16;
/** Bytes of names, which are words of a command: the kernel takes some two million. */
const MOST_NAMES = 500_000;

/** Undefined for a tree that has to be copied in one go. */
export function planCopy(listing: TreeListing): CopyPlan | undefined {
  // two names stay names of one file only then
  if (hasTwins(listing)) return undefined;
  const weights = weigh(listing);
  const heaviest = (weights.get("") ?? 0) * HEAVIEST;
  const folders = new Set<string>([""]);
  const pieces: Piece[] = [];
  // folders come before what is in them
  for (const [path, { type }] of listing) {
    if (!folders.has(parentOf(path))) continue;
    const weight = weights.get(path) ?? 0;
    if (type === "directory" && weight > heaviest) folders.add(path);
    else pieces.push({ path, weight });
  }
  folders.delete("");
  const isPossible =
    [...folders].every((path) => isOpen(listing.get(path))) &&
    pieces.reduce((sum, { path }) => sum + path.length, 0) < MOST_NAMES &&
    pieces.every(({ path }) => isSayable(path));
  return isPossible ? { folders: [...folders], pieces } : undefined;
}

/** So many heaps of about the same weight: the heaviest piece first, each to the lightest heap. */
export function heaps({ pieces }: CopyPlan, count: number): readonly (readonly string[])[] {
  const made = Array.from({ length: count }, () => ({ weight: 0, paths: [] as string[] }));
  for (const { path, weight } of pieces.toSorted((one, other) => other.weight - one.weight)) {
    const lightest = made.reduce((least, heap) => (heap.weight < least.weight ? heap : least));
    lightest.weight += weight;
    lightest.paths.push(path);
  }
  return made.flatMap(({ paths }) => (paths.length > 0 ? [paths] : []));
}

/** Of each entry with all that is below it; of the whole by the empty path. */
function weigh(listing: TreeListing): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const [path, { type, size }] of listing) {
    const weight = ENTRY + (type === "file" ? size : 0);
    for (let at = path; ; at = parentOf(at)) {
      weights.set(at, (weights.get(at) ?? 0) + weight);
      if (at === "") break;
    }
  }
  return weights;
}

function hasTwins(listing: TreeListing): boolean {
  const inodes = new Set<number>();
  for (const { type, inode } of listing.values()) {
    if (type !== "file") continue;
    if (inodes.has(inode)) return true;
    inodes.add(inode);
  }
  return false;
}

/** Its owner may put something into it. */
function isOpen(folder: TreeEntry | undefined): boolean {
  return folder !== undefined && (folder.mode & 0o300) === 0o300;
}

/** A name that is no UTF-8 cannot be a word of a command. */
function isSayable(path: string): boolean {
  return Buffer.from(Buffer.from(path, "latin1").toString()).toString("latin1") === path;
}
