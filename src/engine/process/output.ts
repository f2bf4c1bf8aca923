import { PassThrough, Transform, type Readable, type TransformCallback } from "node:stream";
import type { Socket } from "node:net";
import type { OutputChunk } from "../launched.ts";

/** Chunks held for the reader; past that the kernel holds back, and in the end the app. */
const HELD = 64;

class Labelled extends Transform {
  readonly #stream: OutputChunk["stream"];

  constructor(stream: OutputChunk["stream"]) {
    super({ readableObjectMode: true, readableHighWaterMark: HELD });
    this.#stream = stream;
  }

  override _transform(bytes: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    done(null, { stream: this.#stream, bytes } satisfies OutputChunk);
  }
}

/** What a dyno writes, of one pipe or of two, as chunks; ends when all of them have, or were destroyed. */
export function outputOf(out: Socket, error: Socket | undefined): Readable {
  if (error === undefined) return followed(out, new Labelled("stdout"));
  const both = new PassThrough({ objectMode: true, highWaterMark: HELD });
  const parts = [followed(out, new Labelled("stdout")), followed(error, new Labelled("stderr"))];
  let open = parts.length;
  for (const part of parts) {
    part.pipe(both, { end: false });
    part.once("end", () => {
      open -= 1;
      if (open === 0) both.end();
    });
  }
  return both;
}

/** "pipe" does not pass on that a source broke off: the reader would wait for ever. */
function followed(source: Socket, target: Transform): Transform {
  source.on("close", () => target.end());
  return source.pipe(target);
}
