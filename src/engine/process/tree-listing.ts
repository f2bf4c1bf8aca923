import type { Stats } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";

/** What is in a tree, by path below it, folders before what is in them. Paths and targets are Latin-1, byte for byte. */
export type TreeListing = ReadonlyMap<string, TreeEntry>;

export interface TreeEntry {
  /** `whiteout`: what a layer has in place of something that was deleted below it. */
  readonly type: "file" | "directory" | "link" | "whiteout" | "other";
  /** Permission bits. */
  readonly mode: number;
  readonly size: number;
  /** The same for two names of one file. */
  readonly inode: number;
  /** Milliseconds since 1970, fractions included. */
  readonly modified: number;
  /** Of a link. */
  readonly target?: string;
}

/** A name of the disk as it is, whatever its bytes are. */
export function onDisk(root: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(root), Buffer.from(`/${path}`, "latin1")]);
}

/** The empty text for what is at the top. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** What vanishes meanwhile is left out; a folder that is not there is empty. */
export async function listTree(root: string): Promise<TreeListing> {
  const listing = new Map<string, TreeEntry>();
  // one folder at a time: the threads that read the disk have other customers too
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const prefix = folder === "" ? "" : `${folder}/`;
    const names = await orUndefined(readdir(onDisk(root, folder), "latin1"));
    const entries = await Promise.all((names ?? []).map((name) => entryAt(root, `${prefix}${name}`)));
    for (const [index, entry] of entries.entries()) {
      if (entry === undefined) continue;
      const path = `${prefix}${names?.[index]}`;
      listing.set(path, entry);
      if (entry.type === "directory") folders.push(path);
    }
  }
  return listing;
}

/** Undefined when it is not there. */
export async function entryAt(root: string, path: string): Promise<TreeEntry | undefined> {
  const place = onDisk(root, path);
  const stats = await orUndefined(lstat(place));
  if (stats === undefined) return undefined;
  const target = stats.isSymbolicLink() ? await orUndefined(readlink(place, "latin1")) : undefined;
  return {
    type: typeOf(stats),
    mode: stats.mode & 0o7777,
    size: stats.size,
    inode: stats.ino,
    modified: stats.mtimeMs,
    ...(target !== undefined && { target }),
  };
}

function typeOf(stats: Stats): TreeEntry["type"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  if (stats.isSymbolicLink()) return "link";
  return stats.isCharacterDevice() && stats.rdev === 0 ? "whiteout" : "other";
}

const GONE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "EACCES"]);

async function orUndefined<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof Error && "code" in error && GONE.has(String(error.code))) return undefined;
    throw error;
  }
}
