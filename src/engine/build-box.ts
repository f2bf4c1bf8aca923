import type { Readable } from "node:stream";
import type { ImageId } from "../heroku/names.ts";
import type { Result } from "../kernel/result.ts";
import type { Bytes } from "../kernel/units.ts";
import type { AppLabel } from "./app-label.ts";
import type { EngineFailure } from "./failure.ts";
import type { OutputChunk } from "./launched.ts";
import type { ImagePair } from "./stack-images.ts";

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

/** Where things are in a box: absolute paths, as its commands know them. heroku.md 5.6, 6 */
export interface BoxPlaces {
  /** Builds work in here; what is in it stays from one box of the app to the next only as far as `keptTree` says. */
  readonly tmp: string;
  /** The app's home: nothing is in it, and nothing of it stays. */
  readonly app: string;
  /** Of the buildpacks; stays. */
  readonly cache: string;
  /** A new folder for the source, where the box has made one; undefined: one in `tmp` is to be made. */
  readonly build?: string;
}

/** Heroku's, and those of every box that has a root of its own. */
export const HEROKU_PLACES: BoxPlaces = { tmp: "/tmp", app: "/app", cache: "/tmp/codon/tmp/cache" };

/**
 * What a box keeps of the tree that a build leaves behind, for the next box of the app: of its top folder the entries that
 * `names` holds, with a NUL after each. Whatever else a build has done to it is there too: who uses a file has to know it.
 */
export function keptTree({ tmp }: BoxPlaces): { readonly folder: string; readonly names: string } {
  return { folder: `${tmp}/kept`, names: `${tmp}/kept.names` };
}

/** What a build works in: a container of the build image, say. */
export interface BuildBox extends AsyncDisposable {
  readonly lent: Lent;
  readonly places: BoxPlaces;
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
  /** No command in it asks the world any more: what leads there goes meanwhile. */
  cutOff(): void;
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
