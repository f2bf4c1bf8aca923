import { Socket } from "node:net";
import { LentBuffer } from "./lent-buffer.ts";

type Done = (error?: Error | null) => void;

/**
 * A dyno may answer and close without reading the whole body (a 413, say): then writing fails while its answer still
 * waits to be read. Node would throw that answer away with the socket; here a failed write is never done, so that
 * writing stands still, and the reading side finds the end for itself.
 */
export class DynoSocket extends Socket {
  readonly lent: LentBuffer;
  /** Bytes come here and not as `data`: see `LentBuffer`. */
  receive: (bytes: Buffer) => void = () => {};
  #done: Done | undefined;
  #unlessFailed: Done = () => {};

  constructor() {
    const lent = new LentBuffer();
    super({
      onread: {
        buffer: () => lent.next(),
        callback: (length: number, buffer: Uint8Array): boolean => {
          this.receive((buffer as Buffer).subarray(0, length));
          return true;
        },
      },
    });
    this.lent = lent;
  }

  override _write(chunk: unknown, encoding: BufferEncoding, done: Done): void {
    // oxlint-disable-next-line no-underscore-dangle -- the name that node:stream gives to its implementers
    super._write(chunk, encoding, this.#tamed(done));
  }

  override _writev(chunks: Parameters<NonNullable<Socket["_writev"]>>[0], done: Done): void {
    // oxlint-disable-next-line no-underscore-dangle -- as above
    super._writev?.(chunks, this.#tamed(done));
  }

  /** A stream has one `done` for all its writes. */
  #tamed(done: Done): Done {
    if (done !== this.#done) {
      this.#done = done;
      this.#unlessFailed = (error) => {
        if (!error) done();
      };
    }
    return this.#unlessFailed;
  }
}
