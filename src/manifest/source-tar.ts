import { dirname } from "node:path/posix";
import { Readable } from "node:stream";
import { pack, type Header, type Pack } from "tar-stream";
import type { FilesThere } from "./app-source.ts";
import { CheckoutSize } from "./checkout-size.ts";
import { SYMLINK, type FileBody, type SourceTree, type TreeFile } from "./source-tree.ts";

/** Small files go in one piece, so that thousands of them cost no stream each. */
const IN_ONE_PIECE = 1_048_576;
/** A checkout's times say nothing about the app, and equal trees shall give equal archives; wheels want 1980 or later. */
const CHECKED_OUT: Date = new Date("2020-01-01T00:00:00Z");

/**
 * The tree as a tar stream, but for what is `there` already; directories are entries too, because an engine makes missing
 * ones as root. Fails with SourceTooLarge at the file that is too much, before any of it is read.
 */
export function sourceTar(tree: SourceTree, uid: number, there: FilesThere = new Map()): Readable {
  return Readable.from(tarBytes(tree, uid, there), { objectMode: false });
}

type Entry = Partial<Header> & Pick<Header, "name">;

async function* tarBytes(tree: SourceTree, uid: number, there: FilesThere): AsyncGenerator<Uint8Array> {
  const archive = pack();
  const filled = fill(archive, tree, uid, there).catch((problem: Error) => archive.destroy(problem));
  try {
    yield* archive as AsyncIterable<Uint8Array>;
  } finally {
    archive.destroy();
    await filled;
  }
}

async function fill(archive: Pack, tree: SourceTree, uid: number, there: FilesThere): Promise<void> {
  const owner = { uid, gid: uid, mtime: CHECKED_OUT };
  const made = new Set<string>(["."]);
  const size = new CheckoutSize();
  await using open = await tree.open();
  open.announce?.(tree.files.filter(({ path }) => !there.has(path)));
  for (const file of tree.files) {
    const known = there.get(file.path);
    if (known !== undefined) {
      size.add(file.path, known.size);
      continue;
    }
    for (const folder of missingFolders(file.path, made))
      await add(archive, { ...owner, name: folder, type: "directory", mode: 0o755 });
    const body = await open.read(file);
    size.add(file.path, body.size);
    await addFile(archive, owner, file, body);
  }
  archive.finalize();
}

function missingFolders(path: string, made: Set<string>): string[] {
  const missing: string[] = [];
  for (let folder = dirname(path); !made.has(folder); folder = dirname(folder)) {
    made.add(folder);
    missing.unshift(folder);
  }
  return missing;
}

async function addFile(archive: Pack, owner: Partial<Header>, file: TreeFile, body: FileBody): Promise<void> {
  if (file.mode === SYMLINK) {
    const target = (await buffer(body.chunks)).toString();
    await add(archive, { ...owner, name: file.path, type: "symlink", mode: 0o777, linkname: target });
    return;
  }
  const entry: Entry = { ...owner, name: file.path, type: "file", mode: file.mode & 0o777, size: body.size };
  if (body.size <= IN_ONE_PIECE) await add(archive, entry, await buffer(body.chunks));
  else await addLarge(archive, entry, body);
}

/** What node:stream/consumers would give, without its way through a Blob and a thread for each file. */
async function buffer(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

function add(archive: Pack, entry: Entry, content?: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const added = (problem?: Error | null): void => (problem ? reject(problem) : resolve());
    if (content === undefined) archive.entry(entry, added);
    else archive.entry(entry, content, added);
  });
}

async function addLarge(archive: Pack, entry: Entry, body: FileBody): Promise<void> {
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  // a failure is met where `done` is awaited, which may be chunks later
  done.catch(() => {});
  const sink = archive.entry(entry, (problem) => (problem ? reject(problem) : resolve()));
  for await (const chunk of body.chunks) {
    const drained = new Promise<void>((go) => sink.once("drain", () => go()));
    if (!sink.write(chunk)) await Promise.race([drained, done]);
  }
  sink.end(undefined);
  await done;
}
