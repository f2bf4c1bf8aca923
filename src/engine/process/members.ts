import type { HostProcess } from "./process-table.ts";

/** Who lives in a room: all that came of its first process, wherever in the process tree it went since. */
export interface Members {
  /** Alive now, without the confinement's own processes and without the dead that are not yet buried. */
  list(): Promise<readonly HostProcess[]>;
  /**
   * Sends a signal to each, also to those that are born meanwhile: it looks again until it finds nobody new. SIGKILL leaves
   * nobody.
   */
  signal(name: NodeJS.Signals): Promise<void>;
}
