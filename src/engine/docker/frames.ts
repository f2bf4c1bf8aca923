import { Transform, type Duplex, type Readable, type TransformCallback } from "node:stream";
import type { OutputChunk } from "../launched.ts";
import { TRAPS_ARE_SET } from "./dyno-init.ts";

const HEADER = 8;
const STDERR = 2;
/** Chunks held for the reader; past that the engine holds back, and in the end the app. */
const HELD = 64;

/**
 * The engine's framed stream, taken apart: [stream, 0, 0, 0, length (32 bits, big endian)] before each piece.
 * Pieces are passed on as they come in: a line without an end is not waited for. engine.md 10
 */
export class Frames extends Transform {
  #stream: OutputChunk["stream"] = "stdout";
  #left = 0;
  #header: Buffer = Buffer.alloc(0);

  constructor() {
    super({ readableObjectMode: true, readableHighWaterMark: HELD });
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#left > 0) {
        const piece = rest.subarray(0, this.#left);
        this.#left -= piece.length;
        rest = rest.subarray(piece.length);
        this.push({ stream: this.#stream, bytes: piece } satisfies OutputChunk);
      } else {
        const missing = HEADER - this.#header.length;
        this.#header = Buffer.concat([this.#header, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (this.#header.length === HEADER) this.#open(this.#header);
      }
    }
    done();
  }

  #open(header: Buffer): void {
    this.#stream = header[0] === STDERR ? "stderr" : "stdout";
    this.#left = header.readUInt32BE(4);
    this.#header = Buffer.alloc(0);
  }
}

/** A terminal's stream, which has no frames. */
export class Unframed extends Transform {
  constructor() {
    super({ readableObjectMode: true, readableHighWaterMark: HELD });
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    done(null, { stream: "stdout", bytes: chunk } satisfies OutputChunk);
  }
}

/** Takes the init's mark off the front, and tells that it was there. */
export class MarkRemoved extends Transform {
  readonly #seen: () => void;
  #first = true;

  constructor(seen: () => void) {
    super({ objectMode: true, highWaterMark: HELD });
    this.#seen = seen;
  }

  override _transform(chunk: OutputChunk, _encoding: BufferEncoding, done: TransformCallback): void {
    if (!this.#first || chunk.stream !== "stdout") return done(null, chunk);
    this.#first = false;
    if (chunk.bytes[0] !== TRAPS_ARE_SET) return done(null, chunk);
    this.#seen();
    const rest = chunk.bytes.subarray(1);
    done(null, rest.length > 0 ? { ...chunk, bytes: rest } : undefined);
  }
}

/** `pipe` does not pass on that a source broke off: the reader would wait for ever. */
export function followed<T extends Duplex>(source: Readable, target: T): T {
  source.on("close", () => target.end());
  return source.pipe(target);
}
