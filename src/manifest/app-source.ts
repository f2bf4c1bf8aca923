import type { Readable } from "node:stream";
import type { AppJsonFailure } from "./failure.ts";

/** What `git push` would send, or the folder as the user chose to read it. issue A 4 */
export type SourceChoice =
  | { readonly kind: "tracked" }
  | { readonly kind: "working-tree" }
  | { readonly kind: "ref"; readonly ref: string };

export interface AppSource {
  readonly folder: string;
  readonly choice: SourceChoice["kind"];
  /** Commit the tree is based on, 40 hex; undefined without git or commits. */
  readonly commit: string | undefined;
  /** sha256 over paths, modes and contents: equal trees have equal hashes. */
  readonly treeHash: string;
  readonly files: readonly SourceFile[];
  readonly procfile: Procfile;
  /** As if there were none where `appJsonFailure` says what is wrong with it. */
  readonly appJson: AppJson;
  /** Of consequence when the app is created; a push does not look at the file. heroku.md 6.6 */
  readonly appJsonFailure: AppJsonFailure | undefined;
  /** Files and folders that .slugignore named and that were deleted; undefined without a .slugignore. */
  readonly slugignored: number | undefined;
  /** Untracked, not ignored files that were left out, relative paths. */
  readonly leftOut: readonly string[];
  /** Other things a user should know of how the folder was read: links that lead out of it, say. */
  readonly notices: readonly string[];
  /** What Heroku's git server says of a push before the build begins: the submodules it installs. */
  readonly pushLines: readonly string[];
  /** Python minor that runtime.txt, .python-version or Pipfile.lock names, `3.13`; undefined when none does. */
  readonly pythonMinor: string | undefined;
  /**
   * A fresh tar stream of the tree, relative paths, owned by `uid`. Reads nothing outside the folder. The files of `there`,
   * with their sizes, are not in it, but are weighed with the others.
   * Fails with SourceChanged when the folder is no longer what `treeHash` stands for, with SourceTooLarge when it is
   * more than Heroku checks out.
   */
  tar(uid: number, there?: FilesThere): Readable;
}

export interface SourceFile {
  readonly path: string;
  /** 0o100644, 0o100755 or 0o120000 (symlink), as git has it. */
  readonly mode: number;
  /** Git's id of the content; a symlink's content is its target. */
  readonly blob: string;
}

/** By path; bytes. */
export type FilesThere = ReadonlyMap<string, { readonly size: number }>;

/** A Procfile; `types` is empty when there is none. heroku.md 6.4 */
export interface Procfile {
  readonly types: readonly ProcessType[];
  /** Things worth a notice: `Web:` for `web:`, CRLF, a duplicate that lost, a file with nearly the right name. */
  readonly notices: readonly string[];
}

export interface ProcessType {
  readonly name: string;
  readonly command: string;
  readonly line: number;
}

/** app.json, as far as it is used here. heroku.md 6.6 */
export interface AppJson {
  readonly name: string | undefined;
  readonly stack: string | undefined;
  /** Runs once, after the first deploy. */
  readonly postdeploy: string | undefined;
  /** Add-ons with their plans, `heroku-postgresql:mini`. */
  readonly addons: readonly string[];
  /** Names of `environments`, such as `test` and `review`. */
  readonly environments: readonly string[];
  readonly env: readonly AppJsonVariable[];
  readonly buildpacks: readonly string[];
  readonly formation: Readonly<Record<string, { readonly quantity?: number; readonly size?: string }>>;
}

export interface AppJsonVariable {
  readonly name: string;
  readonly value: string | undefined;
  readonly required: boolean;
  readonly secret: boolean;
}
