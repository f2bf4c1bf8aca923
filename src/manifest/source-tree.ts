import { createHash, type Hash } from "node:crypto";

/** A file of the app as git would have it. */
export interface TreeFile {
  /** Relative, with `/`. */
  readonly path: string;
  /** 0o100644, 0o100755 or 0o120000 (symlink). */
  readonly mode: number;
  /** Git's id of the content; a symlink's content is its target. */
  readonly blob: string;
}

/** The files that go into a build, and the way to their contents. */
export interface SourceTree {
  readonly files: readonly TreeFile[];
  /** Throws SourceChanged from `read` when the folder is no longer what it was. */
  open(): Promise<OpenTree>;
}

export interface OpenTree extends AsyncDisposable {
  /** One at a time: the former body has to be read to its end first. */
  read(file: TreeFile): Promise<FileBody>;
  /** These and no others will be read next, in this order: whoever has to fetch them can do so ahead. */
  announce?(files: readonly TreeFile[]): void;
  /** Bytes of each, in this order, without reading them; not there where a reading has added them up already. */
  sizes?(files: readonly TreeFile[]): Promise<readonly number[]>;
}

export interface FileBody {
  readonly size: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Somebody edited the folder between hashing and sending; what was built would not be what was hashed. */
export class SourceChanged extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`${path} changed while it was being read`);
    this.path = path;
  }
}

/** More than Heroku's git server checks out. heroku.md 0 */
export class SourceTooLarge extends Error {
  /** Files, the largest first, with their sizes; of those read until the limit was passed. */
  readonly largest: readonly SizedFile[];

  constructor(largest: readonly SizedFile[]) {
    super("the checkout is too large");
    this.largest = largest;
  }
}

export interface SizedFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

export const SYMLINK = 0o120000;

/** Byte order of the paths, as git sorts them: the same on every machine and in every language setting. */
export function byPath(one: { readonly path: string }, other: { readonly path: string }): number {
  return Buffer.compare(Buffer.from(one.path), Buffer.from(other.path));
}

/** Contents go in by their blob id, so an unchanged tracked file is not read again. */
export function treeHash(files: readonly TreeFile[]): string {
  const hash = createHash("sha256");
  for (const { mode, blob, path } of files) hash.update(`${mode.toString(8)} ${blob} ${path}\0`);
  return hash.digest("hex");
}

/** Git's id of a file with this content. Reads the whole body. */
export async function blobId(body: FileBody): Promise<string> {
  const hash = startBlobId(body.size);
  for await (const chunk of body.chunks) hash.update(chunk);
  return hash.digest("hex");
}

/** To be fed the content; its hex digest is git's id. */
export function startBlobId(size: number): Hash {
  return createHash("sha1").update(`blob ${size}\0`);
}
