/** A process of this machine, at one moment. */
export interface HostProcess {
  readonly pid: number;
  readonly ppid: number;
  readonly group: number;
  readonly session: number;
  /** Opaque: the same pid with another value is another process. */
  readonly started: string;
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
  list(): Promise<readonly HostProcess[]>;
  /** Does its environment, as it was at its start, hold this text? False where that cannot be told. */
  hasInEnvironment(pid: number, text: string): Promise<boolean>;
  /** Its command line on one line; its name in brackets where it has none; undefined when it is gone. */
  commandOf(pid: number): Promise<string | undefined>;
}
