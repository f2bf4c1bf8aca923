/** A process of this machine, at one moment. */
export interface HostProcess {
  readonly pid: number;
  readonly ppid: number;
  /** 0 where it has none that is known here. */
  readonly group: number;
  /** 0 where it has none that is known here, and everywhere where `ps` gives no number. */
  readonly session: number;
  /** Opaque: the same pid with another value is another process. */
  readonly started: string;
  /** As the kernel has it: the first 15 bytes. */
  readonly name: string;
  /** Dead, and not yet buried by its parent. */
  readonly isZombie: boolean;
  /** Processes and threads: what a dyno's limit counts. heroku.md 1.1 */
  readonly tasks: number;
  /** Resident, in bytes, shared pages and all: an upper bound of what it is charged with. */
  readonly resident: number;
}

/** All processes of this machine that may be looked at: from /proc, or from `ps` where there is none. */
export interface ProcessTable {
  readonly source: "proc" | "ps";
  /** Without the kernel's own threads. */
  list(): Promise<readonly HostProcess[]>;
  /**
   * What HOME was in the environment of each at its start; undefined for one that had none. Whose environment cannot be read
   * just now (gone, another user's, in the middle of an exec) is not in the map.
   */
  homesOf(pids: readonly number[]): Promise<ReadonlyMap<number, string | undefined>>;
  /**
   * The folder that each is in at this moment. Whose cannot be read is not in the map: with `ps` nobody's can.
   */
  foldersOf(pids: readonly number[]): ReadonlyMap<number, string>;
  /** To this very process: nothing happens when it is gone, another one by now, or another user's. */
  kill(process: HostProcess, name: NodeJS.Signals): void;
}
