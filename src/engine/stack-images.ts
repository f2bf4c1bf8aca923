import type { Result } from "../kernel/result.ts";
import type { Bytes } from "../kernel/units.ts";
import type { EngineFailure } from "./failure.ts";

/** The pairs of build and run images, one pair for each Python minor; made when first wanted. issue A 3 */
export interface StackImages {
  /** `machine`: the Pythons are this machine's own, and somebody can install the one that an app names: none stands for it. */
  readonly origin: "images" | "machine";
  /** Minors that can be had here, oldest first: `3.11`, `3.13`, `3.14`. */
  readonly minors: readonly string[];
  /** Of one minor, or of all. */
  list(minor?: string): Promise<Result<readonly StackImage[], EngineFailure>>;
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
  /** Only of `machine`: programs that a build would miss. */
  lacking?(): Promise<readonly MissingProgram[]>;
  /**
   * What a dyno's programs find in the run image, which has to be there: ours for the minor, or `image`. Gives `former`
   * if that is of the same one.
   */
  runFiles(minor: string, former?: RunFiles, image?: string): Promise<Result<RunFiles, EngineFailure>>;
}

export interface MissingProgram {
  readonly program: string;
  /** The command that installs it; undefined where none is known. */
  readonly remedy: string | undefined;
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
