import type { ManifestFailure } from "../manifest/failure.ts";
import type { SourceTrouble } from "./source-trouble.ts";
import type { SlugPart } from "./largest-parts.ts";
import type { BuildReport } from "./build-report.ts";

/** Why there is no slug, as facts. The words are in `platform/explain/slug.ts`. */
export type SlugFailure =
  /** `files`: the names in the root; `below`: a file that names a language, in a sub-folder. */
  | { readonly kind: "no-buildpack"; readonly files: readonly string[]; readonly below: string | undefined }
  | { readonly kind: "buildpack-refused"; readonly buildpack: string; readonly output: readonly string[] }
  | { readonly kind: "bad-buildpack"; readonly buildpack: string; readonly reason: string }
  /** `meant`: the known one most like it; `repository`: where Heroku's own of that name lies. */
  | {
      readonly kind: "unknown-buildpack";
      readonly name: string;
      readonly meant: string | undefined;
      readonly known: readonly string[];
      readonly repository: string | undefined;
    }
  | { readonly kind: "buildpack-unreachable"; readonly buildpack: string; readonly reason: string }
  | { readonly kind: "buildpack-ref"; readonly buildpack: string; readonly url: string; readonly ref: string }
  /** `path`: what in the archive would lead out of it, or is nothing that a buildpack holds. */
  | {
      readonly kind: "unsafe-archive";
      readonly buildpack: string;
      readonly path: string;
      readonly reason: string;
    }
  /** `identifier` as in buildpack-python.md 12, where the buildpack gave one. */
  | {
      readonly kind: "compile-failed";
      readonly language: string;
      readonly status: number;
      readonly identifier: string | undefined;
      /** Of a place that packages come from; the first one that was told of. */
      readonly trouble?: SourceTrouble;
      /** What its `bin/report` said. */
      readonly report: BuildReport;
    }
  /** Of an offline build. `what`: as a person would name each; `discarded`: why the cache was not used. */
  | {
      readonly kind: "offline-missing";
      readonly what: readonly string[];
      readonly discarded?: readonly string[];
    }
  /** The kernel ended one of its processes, whatever the buildpack made of that. heroku.md 10 B 28 */
  | { readonly kind: "build-out-of-memory"; readonly language: string }
  | {
      readonly kind: "slug-too-large";
      readonly size: number;
      readonly limit: number;
      readonly largest: readonly SlugPart[];
    }
  | { readonly kind: "build-timeout"; readonly minutes: number }
  | { readonly kind: "build-aborted" }
  | Extract<ManifestFailure, { kind: "checkout-too-large" }>
  /** Where the app was built there is no folder any more, or a link in its place. */
  | { readonly kind: "no-slug-folder" }
  | { readonly kind: "source-changed"; readonly path: string }
  | { readonly kind: "slug-file"; readonly file: string; readonly reason: string };
