import { posix } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";
import { fail, ok, type Result } from "../kernel/result.ts";
import { mebibytes } from "../kernel/units.ts";
import {
  blobId,
  byPath,
  SYMLINK,
  type FileBody,
  type SourceTree,
  type TreeFile,
} from "../manifest/source-tree.ts";
import type { SlugFailure } from "./failure.ts";

/** Unpacked. Heroku's own largest has less than a tenth; an archive that unfolds without end has to be stopped somewhere. */
const MOST: number = mebibytes(300);

/**
 * What a .tgz or .tar holds, in memory: nothing of it is written to this machine's disk, where a path of it could lead
 * anywhere. A path or link that would lead out of the buildpack is refused by name all the same, as it means no good.
 */
export async function readArchive(
  bytes: Uint8Array,
  buildpack: string,
): Promise<Result<SourceTree, SlugFailure>> {
  const contents = new Map<string, Content>();
  try {
    const entries = extract();
    const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const source = Readable.from([bytes], { objectMode: false });
    const fed = zipped ? pipeline(source, createGunzip(), entries) : pipeline(source, entries);
    // a refusal below breaks it off, and is what counts then
    fed.catch(() => {});
    let size = 0;
    for await (const entry of entries) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry as AsyncIterable<Uint8Array>) {
        size += chunk.length;
        if (size > MOST)
          throw new Refused(entry.header.name, "with it the archive unpacks to more than 300 MB");
        chunks.push(chunk);
      }
      take(contents, entry.header, Buffer.concat(chunks));
    }
    await fed;
  } catch (problem) {
    if (problem instanceof Refused)
      return fail({ kind: "unsafe-archive", buildpack, path: problem.path, reason: problem.reason });
    return fail({
      kind: "bad-buildpack",
      buildpack,
      reason: `it is no archive (${(problem as Error).message})`,
    });
  }
  return ok(await treeOf(contents));
}

interface Content {
  readonly mode: number;
  readonly bytes: Buffer;
}

class Refused extends Error {
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(reason);
    this.path = path;
    this.reason = reason;
  }
}

function take(contents: Map<string, Content>, header: Header, bytes: Buffer): void {
  const path = insidePath(header.name);
  for (let above = posix.dirname(path); above !== "."; above = posix.dirname(above))
    if (contents.get(above)?.mode === SYMLINK)
      throw new Refused(header.name, `it goes through ${above}, which is a link`);
  switch (header.type) {
    case "file":
    case "contiguous-file":
      contents.set(path, { mode: header.mode & 0o100 ? 0o100755 : 0o100644, bytes });
      return;
    case "symlink":
      contents.set(path, { mode: SYMLINK, bytes: Buffer.from(insideTarget(header)) });
      return;
    case "link": {
      const linked = contents.get(insidePath(header.linkname ?? ""));
      if (linked === undefined)
        throw new Refused(header.name, `it is a link to ${header.linkname}, which is not there`);
      contents.set(path, linked);
      return;
    }
    case "directory":
      return;
    default:
      throw new Refused(header.name, `it is a ${header.type}`);
  }
}

function insidePath(name: string): string {
  const path = posix.normalize(name).replace(/\/$/, "");
  if (posix.isAbsolute(name) || leadsOut(path))
    throw new Refused(name, "it would lie outside of the buildpack");
  return path;
}

function insideTarget({ name, linkname }: Header): string {
  const target = linkname ?? "";
  const place = posix.normalize(posix.join(posix.dirname(name), target));
  if (posix.isAbsolute(target) || leadsOut(place))
    throw new Refused(name, `it is a link to ${target}, outside of the buildpack`);
  return target;
}

function leadsOut(path: string): boolean {
  return path === ".." || path.startsWith("../");
}

async function treeOf(contents: ReadonlyMap<string, Content>): Promise<SourceTree> {
  const files: TreeFile[] = [];
  for (const [path, { mode, bytes }] of contents)
    files.push({ path, mode, blob: await blobId(bodyOf(bytes)) });
  return {
    files: files.toSorted(byPath),
    open: async () => ({
      read: async ({ path }) => bodyOf(contents.get(path)?.bytes ?? Buffer.alloc(0)),
      [Symbol.asyncDispose]: async () => {},
    }),
  };
}

function bodyOf(bytes: Buffer): FileBody {
  return { size: bytes.length, chunks: oneChunk(bytes) };
}

async function* oneChunk(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}
