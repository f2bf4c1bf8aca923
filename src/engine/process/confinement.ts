/** A command as it is spawned. */
export type Argv = readonly [string, ...string[]];

/** What those who are shut in find where; host paths, absolute. All else of the machine is there, and read-only. */
export interface Surroundings {
  /** Host folders or files, and the places at which they are seen. A place need not exist on the host. */
  readonly binds: readonly { readonly from: string; readonly at: string; readonly writable: boolean }[];
  /** A tree with a writable layer of its own over it; only where `overlays`. */
  readonly overlay?:
    | { readonly lower: string; readonly upper: string; readonly work: string; readonly at: string }
    | undefined;
}

/**
 * How the processes of a dyno or a build are shut in. Found by trying, once, when the engine is opened: a system call that a
 * kernel knows may still be refused.
 */
export interface Confinement {
  readonly kind: "unshare" | "bubblewrap" | "none";
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
   * The command that runs `argv` in there, with the environment and the standard streams that it is given itself. It ends with
   * the status of `argv` (128 + n for signal n), and when it ends, or is killed, so has everything in there.
   */
  shutIn(argv: Argv, around: Surroundings, options: { readonly processes: number | undefined }): Argv;
  /** The command that runs `argv` where the process `pid` (of this machine's counting) lives. */
  join(argv: Argv, pid: number): Argv;
}
