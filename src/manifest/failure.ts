/** What is wrong with the user's folder, as facts. The words are in `platform/explain/manifest.ts`. */
export type ManifestFailure =
  | { readonly kind: "folder-missing"; readonly folder: string }
  | { readonly kind: "git-refused"; readonly folder: string; readonly reason: string }
  | { readonly kind: "git-wanted"; readonly ref: string; readonly lacks: "git" | "repository" }
  | { readonly kind: "unknown-ref"; readonly ref: string; readonly folder: string }
  | { readonly kind: "unreadable"; readonly path: string; readonly reason: string }
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
