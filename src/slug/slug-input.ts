import type { AppLabel } from "../engine/app-label.ts";
import type { Engine } from "../engine/engine.ts";
import type { ImagePair, RunFiles } from "../engine/stack-images.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Random } from "../kernel/random.ts";
import type { Bytes, Millis } from "../kernel/units.ts";
import type { AppSource } from "../manifest/app-source.ts";
import type { Slug } from "../release/slug.ts";
import type { Buildpack } from "./buildpack.ts";
import type { KnownFiles } from "./run-image/file-facts.ts";
import type { SentMemory } from "./sent-source.ts";
import type { SlugTree } from "./slug-tree.ts";

export interface SlugInput {
  readonly label: AppLabel;
  readonly source: AppSource;
  readonly configVars: Readonly<Record<string, string>>;
  /** Set by the user or pinned by the last build; undefined or none: detect. */
  readonly buildpacks: readonly Buildpack[] | undefined;
  /** Of the stack images. */
  readonly pythonMinor: string;
  /** Images to build and run on instead of those for the minor. */
  readonly images?: ImagePair | undefined;
  /** Every substitution is an error. */
  readonly strict: boolean;
  /** Nothing is fetched: what a build needs is in the cache of the app, or missing. */
  readonly offline?: boolean;
  /** Number of the release that the slug is for. */
  readonly release: number;
  /** False: nobody will run it, so no image is made of it; `NO_IMAGE` stands in its place. */
  readonly isKept?: boolean;
  /** As `slugInputs` gives it. */
  readonly inputs: string;
  /** The last slug with what it holds: where little has changed, only that is packed. */
  readonly former?: FormerSlug | undefined;
  /** What that one stands on; asked where it will not do, as when there is no room for one more layer on it. */
  readonly formerBase?: () => FormerSlug | undefined;
}

export interface SlugTools {
  readonly engine: Engine;
  /** Real time: the build limit races the app's real work. design.md 4 */
  readonly clock: Clock;
  readonly random: Random;
  /** The buildpacks that are asked when none is set, in order. */
  readonly shelf: readonly Buildpack[];
  /** Heroku's build output, line by line. */
  readonly onLine: (line: string) => void;
  /** Resolves when whoever reads those lines has room for more: until then the buildpack is held back. */
  readonly drained?: (() => Promise<void>) | undefined;
  /** What happens before the build can begin: stack images being made. */
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal | undefined;
  /** What is known of the files of the last slug; without it all are read anew. */
  readonly memory?: FileMemory;
  /** Where the last build's source lies; without it the source is sent whole. */
  readonly sent?: SentMemory;
  /** Compressed; Heroku's 500 MB unless told otherwise. */
  readonly slugLimit?: Bytes;
  /** Heroku's 15 minutes unless told otherwise. */
  readonly timeLimit?: Millis;
}

/** The last slug, with what it holds. */
export interface FormerSlug {
  readonly slug: Slug;
  readonly tree: SlugTree;
}

/** From build to build. */
export interface FileMemory {
  load(): RememberedFiles;
  save(remembered: RememberedFiles): void;
}

export interface RememberedFiles {
  readonly ofSlug: KnownFiles;
  readonly ofRunImage: RunFiles | undefined;
}
