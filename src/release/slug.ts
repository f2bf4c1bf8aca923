import type { ImageId } from "../heroku/names.ts";
import type { Bytes } from "../kernel/units.ts";
import type { BuildConfig } from "./build-config.ts";

/** A compiled app: a layer on the run image, and what is known of it. */
export interface Slug {
  readonly image: ImageId;
  /** What went in but for config vars: source tree, buildpacks, images. With equal inputs and `config`, no new build. */
  readonly inputs: string;
  /** Where no buildpack was set and one was detected: what went in, all that were asked instead of that one. */
  readonly detection?: string;
  /** Undefined for a slug of a dynosim that did not note it. */
  readonly config?: BuildConfig | undefined;
  readonly commit: string | undefined;
  /** Python minor of the stack images, such as `3.13`. */
  readonly pythonMinor: string;
  readonly buildpacks: readonly string[];
  /** Procfile types, else the buildpack's defaults. heroku.md 6.2 */
  readonly processTypes: Readonly<Record<string, string>>;
  /** Compressed size. */
  readonly size: Bytes;
  readonly checksum: string;
  /** The slug in full that this one is a layer of changes on, perhaps with others of the kind between; undefined: itself. */
  readonly base?: ImageId | undefined;
}

/** `Deploy 71c09b06`; where there is no commit, of the slug's own sum. heroku.md 2.8 */
export function deployDescription({ commit, checksum }: Pick<Slug, "commit" | "checksum">): string {
  return `Deploy ${(commit ?? checksum.replace(/^SHA256:/, "")).slice(0, 8)}`;
}
