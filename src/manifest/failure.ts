import type { SizedFile } from "./source-tree.ts";
import type { Barrier } from "./submodule-source.ts";

/** What is wrong with the user's folder, as facts. The words are in `platform/explain/manifest.ts`. */
export type ManifestFailure =
  | { readonly kind: "folder-missing"; readonly folder: string }
  | { readonly kind: "git-refused"; readonly folder: string; readonly reason: string }
  | { readonly kind: "git-wanted"; readonly ref: string; readonly lacks: "git" | "repository" }
  | { readonly kind: "unknown-ref"; readonly ref: string; readonly folder: string }
  | { readonly kind: "unreadable"; readonly path: string; readonly reason: string }
  /** `lines`: what Heroku's git server says until then. `url` undefined: `.gitmodules` has none for it. */
  | {
      readonly kind: "submodule-refused";
      readonly path: string;
      readonly url: string | undefined;
      readonly barrier: Barrier | undefined;
      readonly lines: readonly string[];
    }
  /** `largest`: some of its files, the largest first. */
  | { readonly kind: "checkout-too-large"; readonly largest: readonly SizedFile[] }
  | {
      readonly kind: "bad-json";
      readonly file: string;
      readonly line: number;
      readonly column: number;
      readonly reason: string;
    }
  /** `path` as in `env.SECRET.value`. */
  | {
      readonly kind: "bad-app-json";
      readonly path: string;
      readonly expected: string;
      readonly found: string;
    }
  | {
      readonly kind: "bad-env-file";
      readonly file: string;
      readonly line: number;
      readonly reason: "no-equals-sign" | "bad-name" | "open-quote" | "text-after-quote";
    };

export type AppJsonFailure = Extract<ManifestFailure, { kind: "bad-json" | "bad-app-json" }>;
