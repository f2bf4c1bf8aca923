import { byPath, type FileBody, type OpenTree, type SourceTree, type TreeFile } from "./source-tree.ts";

/** A tree and the folder it stands in: `""`, or `lib/vendored`. */
export interface TreePart {
  readonly prefix: string;
  readonly tree: SourceTree;
}

interface Origin {
  readonly part: number;
  readonly file: TreeFile;
}

/** Several trees as one: a repository with its submodules in their places. A part is opened when it is first read. */
export function joinTrees(parts: readonly TreePart[]): SourceTree {
  const [only] = parts;
  if (parts.length === 1 && only?.prefix === "") return only.tree;
  const origins = new Map<string, Origin>();
  const files: TreeFile[] = [];
  for (const [part, { prefix, tree }] of parts.entries()) {
    for (const file of tree.files) {
      const path = prefix === "" ? file.path : `${prefix}/${file.path}`;
      origins.set(path, { part, file });
      files.push({ ...file, path });
    }
  }
  return { files: files.toSorted(byPath), open: async () => new JoinedOpen(parts, origins) };
}

class JoinedOpen implements OpenTree {
  readonly #parts: readonly TreePart[];
  readonly #origins: ReadonlyMap<string, Origin>;
  readonly #opened = new Map<number, Promise<OpenTree>>();
  readonly #announced = new Map<number, TreeFile[]>();

  constructor(parts: readonly TreePart[], origins: ReadonlyMap<string, Origin>) {
    this.#parts = parts;
    this.#origins = origins;
  }

  async read({ path }: TreeFile): Promise<FileBody> {
    const { part, file } = this.#originOf(path);
    return (await this.#open(part)).read(file);
  }

  announce(files: readonly TreeFile[]): void {
    for (const { path } of files) {
      const { part, file } = this.#originOf(path);
      const known = this.#announced.get(part);
      if (known) known.push(file);
      else this.#announced.set(part, [file]);
    }
  }

  async sizes(files: readonly TreeFile[]): Promise<readonly number[]> {
    const sizes = new Map<string, number>();
    for (const part of this.#parts.keys()) {
      const own = files.filter(({ path }) => this.#originOf(path).part === part);
      if (own.length === 0) continue;
      const open = await this.#open(part);
      const told = await open.sizes?.(own.map(({ path }) => this.#originOf(path).file));
      own.forEach(({ path }, index) => sizes.set(path, told?.[index] ?? 0));
    }
    return files.map(({ path }) => sizes.get(path) ?? 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const opened of this.#opened.values()) await (await opened)[Symbol.asyncDispose]();
  }

  #open(part: number): Promise<OpenTree> {
    const opened = this.#opened.get(part) ?? this.#openNow(part);
    this.#opened.set(part, opened);
    return opened;
  }

  async #openNow(part: number): Promise<OpenTree> {
    const opened = await this.#parts[part]?.tree.open();
    if (opened === undefined) throw new Error(`no part ${part}`);
    const files = this.#announced.get(part);
    if (files) opened.announce?.(files);
    return opened;
  }

  #originOf(path: string): Origin {
    const origin = this.#origins.get(path);
    if (origin === undefined) throw new Error(`${path} is in no part`);
    return origin;
  }
}
