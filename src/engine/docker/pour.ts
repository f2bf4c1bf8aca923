import { PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type Docker from "dockerode";

/** Unpacks a tar stream in a container. A stream that breaks ends the request, rather than leaving it waiting. */
export async function pourInto(container: Docker.Container, tar: Readable, path: string): Promise<void> {
  const body = new PassThrough();
  const [poured, answered] = await Promise.allSettled([
    pipeline(tar, inPieces, body),
    container.putArchive(body, { path }).catch((error: unknown) => {
      // The engine's reason counts; a body nobody reads would hold the pipeline for ever.
      body.destroy();
      throw error;
    }),
  ]);
  if (answered.status === "rejected") throw answered.reason;
  if (poured.status === "rejected") throw poured.reason;
}

const PIECE = 131_072;

/** Archives of small files come in thousands of crumbs, and each would be a chunk of HTTP and a system call. */
async function* inPieces(crumbs: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let piece: Uint8Array[] = [];
  let size = 0;
  for await (const crumb of crumbs) {
    if (size === 0 && crumb.length >= PIECE) {
      yield crumb;
      continue;
    }
    piece.push(crumb);
    size += crumb.length;
    if (size < PIECE) continue;
    yield Buffer.concat(piece);
    piece = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(piece);
}
