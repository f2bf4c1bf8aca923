import type { Census } from "./census.ts";
import type { HostProcess } from "./process-table.ts";

/** Who lives in a room: all that came of its first process, wherever in the process tree it went since. */
export interface Members {
  /**
   * Those among all, the dead that are not yet buried, too: they count for the limit. heroku.md 1.1
   * Whoever was seen once is known from then on, so it is good to be asked often.
   */
  among(census: Census): readonly HostProcess[];
  /** One more that was begun in the room, by its number on this machine. */
  adopt(pid: number): void;
  /** Alive now, without the confinement's own processes and without the dead that are not yet buried. */
  list(): Promise<readonly HostProcess[]>;
  /**
   * To each. SIGKILL leaves nobody: it resolves when all are gone, or after some seconds where the kernel keeps one (a
   * process that waits for a disk). Another signal goes also to those who were born while it was sent, but not to what a
   * member starts because of it (`trap 'tidy-up' TERM`): on Heroku it does not get it either.
   */
  signal(name: NodeJS.Signals): Promise<void>;
}
