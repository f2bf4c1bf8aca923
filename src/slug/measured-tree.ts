import { createHash } from "node:crypto";
import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createGzip, createZstdCompress } from "node:zlib";
import { bytes, type Bytes } from "../kernel/units.ts";

export interface Measure {
  /** Compressed, with zstd. */
  readonly size: Bytes;
  /** `SHA256:` and hex, of the tar stream. */
  readonly checksum: string;
}

export interface MeasuredTree {
  /** The same bytes; has to be read to its end. */
  readonly tree: Readable;
  /** Known once `tree` has ended, rejected if it fails. */
  readonly measure: Promise<Measure>;
}

/** Weighs a slug while it flows by: the way to the first request is no longer for it. */
export function measuredTree(tree: Readable): MeasuredTree {
  const { promise: measure, resolve, reject } = Promise.withResolvers<Measure>();
  // whoever reads `tree` meets the same failure there
  measure.catch(() => {});
  return { tree: Readable.from(weigh(tree, resolve, reject), { objectMode: false }), measure };
}

async function* weigh(
  tree: Readable,
  resolve: (measure: Measure) => void,
  reject: (problem: unknown) => void,
): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  const compress = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 3 } });
  let size = 0;
  compress.on("data", (chunk: Buffer) => (size += chunk.length));
  try {
    for await (const chunk of tree as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      if (!compress.write(chunk)) await once(compress, "drain");
      yield chunk;
    }
    compress.end();
    await once(compress, "end");
    resolve({ size: bytes(size), checksum: `SHA256:${hash.digest("hex")}` });
  } catch (problem) {
    reject(problem);
    throw problem;
  } finally {
    compress.destroy();
    reject(new Error("the slug was not read to its end"));
  }
}

/** What the stream takes as Heroku compresses it. */
export async function gzippedSize(tree: Readable): Promise<Bytes> {
  let size = 0;
  await pipeline(tree, createGzip(), async (compressed: AsyncIterable<Uint8Array>) => {
    for await (const chunk of compressed) size += chunk.length;
  });
  return bytes(size);
}
