import type { AppName, DynoName, ImageId, InstanceId } from "../heroku/names.ts";
import type { Result } from "../kernel/result.ts";
import type { Bytes, Port } from "../kernel/units.ts";
import type { Readable } from "node:stream";

/** Where dynos and builds really run. The one port with three callers: dyno, slug, platform. */
export interface Engine {
  readonly name: "docker" | "fake" | "absent";
  /**
   * Makes the app's own network ready; dynos of one app do not reach each other. Idempotent.
   * `expected`: dynos that will be launched soon; what they need is made ready at the same time.
   */
  openApp(app: AppLabel, expected?: readonly ExpectedDyno[]): Promise<Result<void, EngineFailure>>;
  /** Starts one dyno. When this resolves the process runs and its address may be connected to, not before. */
  launch(spec: LaunchSpec): Promise<Result<Launched, EngineFailure>>;
  /**
   * Starts a container for `spec` that waits for its command: later it becomes that dyno at once, without the time that
   * the engine takes to start one. It is no dyno until then, and goes by itself when this process does. engine.md 7
   */
  prepare(spec: LaunchSpec): Promise<Result<Spare, EngineFailure>>;
  /** Opens a box to compile in; files are copied in, never mounted from the project. */
  openBuild(spec: BuildSpec): Promise<Result<BuildBox, EngineFailure>>;
  /** Lays `tree` (a tar stream of paths under `app/`) as one layer on the run image. Gives the image's id. */
  bake(spec: BakeSpec): Promise<Result<ImageId, EngineFailure>>;
  /** May the next release lie on this one as a layer of its changes? No when it stands on another run image. */
  mayExtend(image: ImageId, pythonMinor: string, images?: ImagePair): Promise<boolean>;
  hasImage(image: ImageId): Promise<boolean>;
  removeImage(image: ImageId): Promise<void>;
  /** The slug of a release image: a tar stream of paths under `app/`. */
  readSlug(image: ImageId): Promise<Result<Readable, EngineFailure>>;
  /** Removes the app's network and, with `everything`, its images and cache volumes. */
  closeApp(app: AppLabel, what: "running" | "everything"): Promise<void>;
  /** Removes what killed runs left behind: everything labelled whose instance `isAlive` denies. */
  sweep(isAlive: (owner: Owner) => boolean): Promise<Result<Swept, EngineFailure>>;
  /** Everything in the engine that dynosim made, of every app on this machine, stack images included. */
  kept(): Promise<Result<readonly Kept[], EngineFailure>>;
  /** Removes these; what is in use stays. */
  discard(kept: readonly Kept[]): Promise<Result<void, EngineFailure>>;
  facts(): Promise<Result<EngineFacts, EngineFailure>>;
  /**
   * Resolves when the engine answers, at once when it does, and what is left of the dynos that were lost while it did
   * not has been removed. Never resolves when it stays away.
   */
  answers(): Promise<void>;
  readonly stack: StackImages;
}

/** The pairs of build and run images, one pair for each Python minor; made when first wanted. issue A 3 */
export interface StackImages {
  /** Minors that can be had here, oldest first: `3.11`, `3.13`, `3.14`. */
  readonly minors: readonly string[];
  list(): Promise<Result<readonly StackImage[], EngineFailure>>;
  /** Makes the pair unless it is there; lines for people go to `onProgress`. */
  build(
    minor: string,
    onProgress: (line: string) => void,
    signal?: AbortSignal,
  ): Promise<Result<void, EngineFailure>>;
  /** Sees to it that both of somebody else's images are here; what is missing is pulled. Gives their ids. */
  fetch(
    images: ImagePair,
    onProgress: (line: string) => void,
    signal?: AbortSignal,
  ): Promise<Result<ImagePair, EngineFailure>>;
  /** False when there was none. */
  remove(minor: string): Promise<Result<boolean, EngineFailure>>;
  /**
   * What a dyno's programs find in the run image, which has to be there: ours for the minor, or `image`. Gives `former`
   * if that is of the same one.
   */
  runFiles(minor: string, former?: RunFiles, image?: string): Promise<Result<RunFiles, EngineFailure>>;
}

export interface RunFiles {
  /** Id of the image. */
  readonly image: string;
  /** File names that the dynamic loader finds: `libpq.so.5`. */
  readonly libraries: readonly string[];
  /** What stands in `bin` folders: `/usr/bin/curl`. Where `/bin` leads to `/usr/bin`, both are named. */
  readonly programs: readonly string[];
}

/** Two images to build and run on instead of a pair of ours: `heroku/heroku:24-build` and `heroku/heroku:24`, say. */
export interface ImagePair {
  readonly build: string;
  readonly run: string;
}

export interface StackImage {
  readonly minor: string;
  readonly role: "build" | "run";
  readonly reference: string;
  /** Changes when what is in it changes. */
  readonly id: string;
  readonly size: Bytes;
}

/** Whose container, image, network or volume it is. */
export interface AppLabel {
  readonly instance: InstanceId;
  readonly app: AppName;
}

/** The process that made a container, as its labels tell. */
export interface Owner extends AppLabel {
  readonly pid: number;
  /** Start time of that process, opaque: the same pid with another value is another process. */
  readonly started: string;
}

export interface Kept {
  readonly kind: "container" | "network" | "image" | "volume";
  readonly id: string;
  readonly name: string;
  /** undefined: not known. */
  readonly size: Bytes | undefined;
  /** The label `dynosim`: an app's instance, or what it is instead (stack images). */
  readonly instance: string;
  /** For what goes when its process goes. */
  readonly owner: Owner | undefined;
}

export interface Swept {
  readonly containers: number;
  readonly networks: number;
}

export interface LaunchSpec {
  readonly label: AppLabel;
  readonly dyno: DynoName;
  readonly image: ImageId;
  /** Everything but PORT, which follows from `port`. */
  readonly env: Readonly<Record<string, string>>;
  /** As in the Procfile; bash runs it. */
  readonly command: string;
  /** Memory quota, shown in the cgroup v1 file that buildpack scripts read. */
  readonly quota: Bytes;
  /** The kernel's limit: where R15 stands. */
  readonly killAt: Bytes;
  readonly processes: number;
  readonly openFiles: number;
  /** Cores that `nproc` shows. */
  readonly cores: number;
  /** Most of the machine's cores it may use at once, such as 0.64; undefined: what there is. */
  readonly cpus: number | undefined;
  /** $PORT; undefined for all but web. */
  readonly port: Port | undefined;
  /** One-off dynos: a terminal, a pipe for standard input, or neither. */
  readonly attach: Attach | undefined;
}

export type ExpectedDyno = Pick<LaunchSpec, "image" | "quota" | "cores">;

export type Attach =
  | { readonly kind: "terminal"; readonly columns: number; readonly rows: number; readonly term: string }
  | { readonly kind: "pipe" };

/** A container that waits to become a dyno; disposed of if it never does. */
export interface Spare extends AsyncDisposable {
  /** The dyno's life begins. Undefined when the container has gone meanwhile, with the engine say. Only once. */
  go(): Launched | undefined;
}

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

export interface BuildSpec {
  readonly label: AppLabel;
  readonly pythonMinor: string;
  /** Instead of those for the minor; they are here. */
  readonly images?: ImagePair | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly memory: Bytes;
  /** No network at all: what the build asks for is in the cache, or missing. */
  readonly offline?: boolean;
  /** Called while the box or its image is made ready; lines for people. */
  readonly onProgress: (line: string) => void;
}

/** What of this machine's settings a build has, or has not, that a person should know of. No value that is secret. */
export interface Lent {
  /** Settings that lead to this machine's loopback. */
  readonly loopback: readonly string[];
  /** Whether the build stands in this machine's network for them, and reaches it; else it does without. */
  readonly onHostNetwork: boolean;
  /** Settings that are not passed on. */
  readonly withheld: readonly {
    readonly setting: string;
    readonly why: "local-path" | "client-certificate";
  }[];
  /** Where packages come from that a build on Heroku would not know of. `scope`: npm's `@us`. */
  readonly privateSources: readonly {
    readonly tool: "pip" | "uv" | "npm";
    readonly url: string;
    readonly scope?: string;
  }[];
}

/** A container of the build image. The app's cache volume is at /tmp/codon/tmp/cache. */
export interface BuildBox extends AsyncDisposable {
  readonly lent: Lent;
  /** Unpacks a tar stream at `path`, keeping owners and modes. */
  put(tar: Readable, path: string): Promise<Result<void, EngineFailure>>;
  /** Runs as the dyno's user unless `root`; output in the order written. */
  run(
    argv: readonly [string, ...string[]],
    options: {
      readonly env?: Readonly<Record<string, string>>;
      readonly cwd?: string;
      readonly root?: boolean;
      readonly signal?: AbortSignal;
      /** Nothing else runs in the box, and whatever it leaves running ends with it. Not for root. */
      readonly alone?: boolean;
      /** A promise that it gives is awaited, and holds the command back. */
      readonly onOutput: (chunk: OutputChunk) => unknown;
    },
  ): Promise<Result<number, EngineFailure>>;
  /** Has the kernel ended a process of the box for memory? */
  ranOutOfMemory(): Promise<boolean>;
  /** A tar stream of `path`, whose entries begin with its last name. */
  get(path: string): Promise<Result<Readable, EngineFailure>>;
}

export interface BakeSpec {
  readonly label: AppLabel;
  readonly pythonMinor: string;
  /** Instead of those for the minor; they are here. */
  readonly images?: ImagePair | undefined;
  readonly release: number;
  readonly tree: Readable;
  /** Then `tree` holds only what differs from this release image, one that `mayExtend` has allowed. */
  readonly onto?: Extended;
}

export interface Extended {
  readonly image: ImageId;
  /** What it holds no longer, below /app. */
  readonly removed: readonly string[];
}

export interface EngineFacts {
  readonly product: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly storage: string;
  readonly cgroup: "1" | "2";
  readonly swap: boolean;
  readonly architecture: string;
  readonly socket: string;
  /** Limits of the dyno that this engine does not enforce, each with its reason. */
  readonly notEnforced: readonly string[];
}

export type EngineFailure =
  | { readonly kind: "engine-unreachable"; readonly tried: readonly string[] }
  | { readonly kind: "engine-unfit"; readonly reason: string }
  /** `reason`: why it could not be pulled either; undefined for one of our own. */
  | { readonly kind: "image-missing"; readonly image: string; readonly reason?: string }
  | {
      readonly kind: "image-build-failed";
      readonly image: string;
      readonly reason: string;
      readonly log: readonly string[];
    }
  | { readonly kind: "disk-full"; readonly reason: string }
  | { readonly kind: "engine-error"; readonly during: string; readonly reason: string };
