import { statSync, watch, type FSWatcher } from "node:fs";
import { basename, join } from "node:path";

/** Tells that something directly in one of its folders has changed, perhaps once too often. */
export interface FolderWatch extends Disposable {
  /**
   * Watches these folders from now on, and no others; absolute paths. One that is not there is passed over. True when any
   * is watched from now on only: what was saved in it just before has given no hint.
   */
  follow(folders: ReadonlySet<string>): boolean;
}

interface Watched {
  /** A folder that was removed and made anew has another number under the same name. */
  readonly number: number;
  readonly watcher: FSWatcher;
}

/**
 * One watch for each folder, none for each file, and none for folders that hold nothing of the source: a watch of a whole
 * tree would look at node_modules and `.git` as well.
 * `onHint` gets the path that may have changed. `onTrouble` is called when the system has no more watches to give.
 */
export function watchFolders(
  onHint: (path: string) => void,
  onTrouble: (reason: string) => void,
): FolderWatch {
  const watched = new Map<string, Watched>();
  const drop = (folder: string): void => {
    watched.get(folder)?.watcher.close();
    watched.delete(folder);
  };
  const add = (folder: string): boolean => {
    const number = statSync(folder, { throwIfNoEntry: false })?.ino;
    if (number === undefined || watched.get(folder)?.number === number) return false;
    drop(folder);
    try {
      const watcher = watch(folder, { persistent: false }, (kind, name) => {
        // perhaps its own end: one made anew may get the same number
        if (kind === "rename" && name === basename(folder)) drop(folder);
        onHint(name === null ? folder : join(folder, name));
      });
      // the folder has gone: whoever follows folders anew leaves it out
      watcher.on("error", () => drop(folder));
      watched.set(folder, { number, watcher });
      return true;
    } catch (problem) {
      const { code, message } = problem as NodeJS.ErrnoException;
      if (code !== "ENOENT" && code !== "ENOTDIR") onTrouble(message);
      return false;
    }
  };
  return {
    follow: (folders) => {
      for (const folder of watched.keys()) if (!folders.has(folder)) drop(folder);
      return [...folders].filter(add).length > 0;
    },
    [Symbol.dispose]: () => {
      for (const { watcher } of watched.values()) watcher.close();
      watched.clear();
    },
  };
}
