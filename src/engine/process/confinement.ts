import type { HostProcess } from "./process-table.ts";

/** A command as it is spawned. */
export type Argv = readonly [string, ...string[]];

/** What those who are shut in find where; host paths, absolute. All else of the machine is there, and read-only. */
export interface Surroundings {
  /**
   * Host folders or files, and the places at which they are seen, the outer before the inner. A place need not exist on the
   * host.
   */
  readonly binds: readonly Bind[];
  /** A tree with a writable layer of its own over it; only where `overlays`. `upper` and `work` lie in one folder. */
  readonly overlay?:
    | { readonly lower: string; readonly upper: string; readonly work: string; readonly at: string }
    | undefined;
}

export interface Bind {
  readonly from: string;
  readonly at: string;
  readonly writable: boolean;
}

export type ConfinementKind = "unshare" | "bubblewrap" | "none";

/**
 * How the processes of a dyno or a build are shut in. Found by trying, once, when the engine is opened: a system call that a
 * kernel knows may still be refused.
 */
export interface Confinement {
  readonly kind: ConfinementKind;
  /** Private mounts and a process tree of its own; with `none` paths are the machine's own, and nothing is hidden. */
  readonly isShut: boolean;
  /** It can lay a writable layer over a read-only tree: then a dyno needs no copy of its slug. */
  readonly overlays: boolean;
  /** The kernel refuses more than so many processes in there. */
  readonly limitsProcesses: boolean;
  /** Ports below 1024 are refused in there. */
  readonly refusesLowPorts: boolean;
  /** Why not something better, for `doctor`; undefined for the best. */
  readonly reason: string | undefined;
  /**
   * The command that runs `argv` in there, with the environment and the standard streams that it is given itself, in /app where
   * there is one, else in /. It ends with the status of `argv` (128 + n for signal n), and when it ends, or is killed, so has
   * everything in there. A signal that the whole process group gets, as from a terminal, reaches `argv` but ends nothing else.
   * `processes` counts threads as well, and nothing of the confinement's own.
   */
  shutIn(argv: Argv, around: Surroundings, options: { readonly processes: number | undefined }): Argv;
  /** The command that runs `argv` where the process `pid` (of this machine's counting) lives: same streams, status, folder. */
  join(argv: Argv, pid: number): Argv;
  /**
   * The first process of the room's own tree, its parent being the process `outer` that the command of `shutIn` became;
   * undefined while it is not there, and with `none`. Whoever has its pid namespace lives in the room. Of those, the ones whose
   * parent does not are the confinement's own and no members: this one, and one for each that joined.
   */
  initOf(outer: number, table: readonly HostProcess[]): number | undefined;
}
