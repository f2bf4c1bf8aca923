import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CopyPlan } from "./copy-plan.ts";
import type { Named } from "./relocate.ts";
import type { TreeEntry, TreeListing } from "./tree-listing.ts";

/** What is in a slug's folder. */
export const IN_SLUG = {
  /** The tree itself, which names /app wherever it names its own place. */
  app: "app",
  note: "slug.json",
  listing: "files.json",
  plan: "copy.json",
  /** An empty file for each room that lives on the tree, by the room's name. */
  rooms: "rooms",
} as const;

export interface SlugNote {
  readonly app: string;
  readonly release: number;
  /** Bytes of all its files. */
  readonly size: number;
  readonly named: Named;
}

/** A slug whose note cannot be read is none. */
export async function readNote(folder: string): Promise<SlugNote | undefined> {
  return readJson<SlugNote>(join(folder, IN_SLUG.note));
}

export async function writeNote(folder: string, note: SlugNote): Promise<void> {
  await writeFile(join(folder, IN_SLUG.note), `${JSON.stringify(note)}\n`);
}

/** Beside the note, as it is long and seldom asked for. */
export async function writeListing(folder: string, listing: TreeListing): Promise<void> {
  await writeFile(join(folder, IN_SLUG.listing), JSON.stringify([...listing]));
}

/** Undefined when the slug has gone, with all that was the app's. */
export async function readListing(folder: string): Promise<TreeListing | undefined> {
  const entries = await readJson<[string, TreeEntry][]>(join(folder, IN_SLUG.listing));
  return entries && new Map(entries);
}

export async function writePlan(folder: string, plan: CopyPlan | undefined): Promise<void> {
  if (plan !== undefined) await writeFile(join(folder, IN_SLUG.plan), JSON.stringify(plan));
}

/** Without one the tree is copied in one go. */
export async function readPlan(folder: string): Promise<CopyPlan | undefined> {
  return readJson<CopyPlan>(join(folder, IN_SLUG.plan));
}

async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as T;
  } catch {
    return undefined;
  }
}
