import { readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SCRATCH } from "../manifest/read-git.ts";
import { isAlive, registryFolder } from "./run-file.ts";

/** Names of what a process writes for a moment; each carries its process's number. */
const DRAFT = /\.(\d+)\.tmp$/;
const LOCK_DRAFT = /^lock\.(\d+)$/;
const SCRATCH_FOLDER = new RegExp(`^${SCRATCH}(\\d+)-`);

/** Removes the files that killed processes had no time to remove: drafts of saves, scratch folders of git. */
export function removeLeftovers(
  stateFolder: string,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const places: readonly (readonly [folder: string, ...names: RegExp[]])[] = [
    [stateFolder, DRAFT, LOCK_DRAFT],
    [registryFolder(environment), DRAFT],
    [tmpdir(), SCRATCH_FOLDER],
  ];
  for (const [folder, ...names] of places) {
    for (const entry of entriesOf(folder)) {
      const pid = names.map((name) => name.exec(entry)?.[1]).find((number) => number !== undefined);
      if (pid !== undefined && !isAlive(Number(pid), undefined))
        rmSync(join(folder, entry), { recursive: true, force: true });
    }
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
