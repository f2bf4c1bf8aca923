import { readlink } from "node:fs/promises";
import type { CensusTaker } from "./census.ts";
import type { Here } from "./start-script.ts";

/** What makes a terminal stands before the confinement's command, which is its only child. */
export async function outerOf({ table }: CensusTaker, spawned: number, isTerminal: boolean): Promise<number> {
  if (!isTerminal) return spawned;
  return (await table.list()).find(({ ppid }) => ppid === spawned)?.pid ?? spawned;
}

/**
 * The name that this machine has for the terminal of those who are shut in; they have their own, or none. "" where there is no
 * terminal. `outer` has it as its standard input, too.
 */
export async function ttyOf(
  { tty }: Here,
  outer: number,
  isShut: boolean,
  isTerminal: boolean,
): Promise<string> {
  if (!isTerminal) return "";
  return isShut ? readlink(`/proc/${outer}/fd/0`) : tty;
}
