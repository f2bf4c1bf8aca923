import type { Result } from "../kernel/result.ts";
import type { Bytes, Port } from "../kernel/units.ts";
import type { EngineFailure } from "./failure.ts";

/** A dyno that runs. No call rejects: what an engine that went away does not answer, `exit` tells. */
export interface Launched extends AsyncDisposable {
  /** Where the router connects; undefined without $PORT. */
  readonly address: Address | undefined;
  /** Standard output and standard error in the order written. Always read it: a full pipe stops the app. */
  readonly output: AsyncIterable<OutputChunk>;
  /** Resolves once, when the dyno's last process is gone and its output has been read. */
  readonly exit: Promise<DynoExit>;
  /** To every process in the dyno. Nothing happens when they are gone already. */
  signal(name: "SIGTERM" | "SIGINT" | "SIGHUP" | "SIGKILL"): Promise<void>;
  /** Calls `killed` each time the kernel kills a process of the dyno for memory while the dyno lives. */
  onOutOfMemory(killed: (victim: OomVictim | undefined) => void): void;
  /**
   * Calls `killed` when the dyno was ended for more processes and threads than it may have, with how many there were: by an
   * engine that can only count them. Where the kernel refuses the next one, as on Heroku, it is never called.
   */
  onTooManyProcesses(killed: (seen: number) => void): void;
  /** Undefined when it cannot be read, as that of a dyno that is gone. */
  memory(): Promise<MemorySample | undefined>;
  /** Tasks (processes and threads) that run or wait for a core just now; undefined where nobody can tell. */
  runnableTasks(): Promise<number | undefined>;
  /** The dyno's own sockets that listen. */
  listeners(): Promise<readonly Listener[]>;
  /**
   * Who lives in the dyno at this moment, the platform's own PID 1 and what is dead but not yet buried left out; none
   * when it is gone, undefined when nobody can tell.
   */
  processes(): Promise<readonly DynoProcess[] | undefined>;
  /** Files its layer held, to be asked after `exit`, before disposal. */
  lostFiles(): Promise<readonly LostFile[]>;
  /** Standard input, for `attach`. */
  write(chunk: Uint8Array): void;
  endInput(): void;
  resize(columns: number, rows: number): Promise<void>;
  /** Starts another process in the dyno, with the dyno's user, name and $PORT but not its other variables. */
  exec(spec: ExecSpec): Promise<Result<Inside, EngineFailure>>;
}

export type Attach =
  | { readonly kind: "terminal"; readonly columns: number; readonly rows: number; readonly term: string }
  | { readonly kind: "pipe" };

export interface ExecSpec {
  /** Bash runs it, after the same scripts as the dyno's own. */
  readonly command: string;
  readonly attach: Attach;
}

/** A process that came into a running dyno later, and ends with it at the latest. No call rejects. */
export interface Inside {
  /** As for a dyno: always read it. */
  readonly output: AsyncIterable<OutputChunk>;
  /** Its status, once its output has been read; 137 when the dyno ended under it. */
  readonly exit: Promise<number>;
  write(chunk: Uint8Array): void;
  endInput(): void;
  resize(columns: number, rows: number): Promise<void>;
  /** SIGHUP to it and to all it has started. */
  hangUp(): Promise<void>;
}

export interface Address {
  readonly host: string;
  readonly port: Port;
}

export interface OutputChunk {
  readonly stream: "stdout" | "stderr";
  readonly bytes: Uint8Array;
}

export interface DynoExit {
  /** The Procfile command's own status; 128 + n for signal n. */
  readonly status: number;
  /** The kernel killed the command itself for memory. */
  readonly outOfMemory: boolean;
  /** The engine went away, or somebody removed the container: nothing is known of the status. */
  readonly lost: boolean;
}

/** The dyno's cgroup figures; undefined is what the engine does not tell, which is not the same as none. heroku.md 4 */
export interface MemorySample {
  /** Where an engine gives one figure only, it is this one. */
  readonly rss: Bytes;
  readonly cache: Bytes | undefined;
  /** The part of `cache` that cannot be taken back, as it is nowhere else: /dev/shm and shared memory. */
  readonly shared: Bytes | undefined;
  readonly swap: Bytes | undefined;
  /** Pages (4 KiB) charged to the dyno since it began, and given back. Not counted by cgroup v2. */
  readonly pagesIn: number | undefined;
  readonly pagesOut: number | undefined;
}

/** A process that the kernel killed for memory. */
export interface OomVictim {
  /** As the kernel has it: the first 15 bytes. */
  readonly command: string;
  /** What it held. */
  readonly rss: Bytes;
}

export interface Listener {
  readonly host: string;
  readonly port: Port;
  /** Bound to 127.0.0.1 or ::1 only: the router does not reach it. */
  readonly loopback: boolean;
}

export interface DynoProcess {
  /** As the dyno itself counts where that can be seen, else as the engine's machine does. */
  readonly pid: number;
  readonly ppid: number;
  /** Its command line on one line; its name in brackets when it has none. */
  readonly command: string;
  /** What SIGTERM would do to it; undefined where only the engine's machine could tell. */
  readonly onSigterm: "handles" | "ignores" | "dies" | undefined;
}

export interface LostFile {
  readonly path: string;
  readonly change: "added" | "changed" | "deleted";
}
