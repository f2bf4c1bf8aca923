import { basename, dirname, join, posix } from "node:path";
import type { AppSource } from "./app-source.ts";
import { findGit } from "./read-git.ts";
import { listFreshFolders } from "./read-working-tree.ts";

/** Never part of a source, or so large and so often written to that a look into them is not worth it. */
const PASSED_OVER = new Set([".git", ".dynosim", "node_modules", "__pycache__", ".venv", "venv"]);

/** Where a change can show that makes another source of this one. Absolute paths. */
export interface SourceFolders {
  readonly folders: ReadonlySet<string>;
  /** False for what changes beside the source: git's own files but its index, this program's state. */
  isSource(path: string): boolean;
}

/**
 * The folders that hold a file of the source; where git says which files count, the one with its index; where the folder
 * itself does, also those that hold none yet.
 */
export async function sourceFolders({ folder, choice, files }: AppSource): Promise<SourceFolders> {
  const folders = new Set([folder]);
  for (const { path } of files)
    for (let above = posix.dirname(path); above !== "."; above = posix.dirname(above)) {
      const place = join(folder, above);
      if (folders.has(place)) break;
      folders.add(place);
    }
  if (choice === "working-tree")
    for (const path of await listFreshFolders(folder)) folders.add(join(folder, path));
  const git = choice === "working-tree" ? undefined : await findGit(folder);
  const index = git?.kind === "repository" ? git.place.index : undefined;
  if (index !== undefined) folders.add(dirname(index));
  return {
    folders,
    isSource: (path) =>
      path === index ||
      !(PASSED_OVER.has(basename(path)) || (index !== undefined && dirname(path) === dirname(index))),
  };
}
