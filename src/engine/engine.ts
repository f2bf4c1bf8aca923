import type { Readable } from "node:stream";
import type { DynoName, ImageId } from "../heroku/names.ts";
import type { Result } from "../kernel/result.ts";
import type { Bytes, Port } from "../kernel/units.ts";
import type { AppLabel, Owner } from "./app-label.ts";
import type { BakeSpec, BuildBox, BuildSpec } from "./build-box.ts";
import type { EngineFailure } from "./failure.ts";
import type { Attach, Launched } from "./launched.ts";
import type { LimitFact } from "./limit-fact.ts";
import type { ImagePair, StackImages } from "./stack-images.ts";

/** Where dynos and builds really run. The one port with three callers: dyno, slug, platform. */
export interface Engine {
  readonly name: "docker" | "process" | "fake" | "absent";
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
  /** Could a dyno listen on this $PORT just now? Undefined where each has ports of its own. */
  isFree?(port: Port): Promise<boolean>;
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

export interface Kept {
  /** The first four of a container engine, the others of one that has them as folders. */
  readonly kind: "container" | "network" | "image" | "volume" | "room" | "slug" | "folder";
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

/** A container that waits to become a dyno; disposed of if it never does. */
export interface Spare extends AsyncDisposable {
  /** The dyno's life begins. Undefined when the container has gone meanwhile, with the engine say. Only once. */
  go(): Launched | undefined;
}

/** What an engine is, as far as a user wants to know. */
export interface EngineFacts {
  readonly product: string;
  readonly version: string;
  readonly architecture: string;
  /** How each limit of a dyno holds here; said, not pretended. */
  readonly limits: readonly LimitFact[];
  /** What dynos live in. */
  readonly means: ContainerFacts | ProcessFacts;
}

export interface ContainerFacts {
  readonly kind: "containers";
  readonly apiVersion: string;
  readonly storage: string;
  readonly cgroup: "1" | "2";
  readonly swap: boolean;
  readonly socket: string;
}

/** Processes of this machine. */
export interface ProcessFacts {
  readonly kind: "processes";
  readonly confinement: "unshare" | "bubblewrap" | "none";
  /** Why they are not shut in better; undefined for the best. */
  readonly reason: string | undefined;
  readonly processTable: "proc" | "ps";
  /** Where all of it lies. */
  readonly folder: string;
}
