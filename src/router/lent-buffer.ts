import type { Writable } from "node:stream";

const SIZE = 65_536;
/** Keeping a whole buffer for the sake of fewer bytes costs more memory than they are worth. */
const WORTH_KEEPING = SIZE / 2;

/** A buffer, and how many writes out of it are under way. */
class Piece {
  readonly buffer: Buffer = Buffer.allocUnsafeSlow(SIZE);
  writes = 0;
}

/** One for all connections to dynos: who gets bytes has dealt with them when the call ends. */
const SHARED = new Piece();

/** Nobody has them any more; they wait for the next long answer, whosever it is. */
const spare: Piece[] = [];
const MOST_SPARE = 64;

/**
 * Where a connection's bytes are read into. Node makes a buffer of 64 KiB for each read of a socket and cuts it to size;
 * a profile of small answers showed that, and clearing it away, to cost a microsecond of the sixteen that two sockets
 * need. So short answers are read into one buffer that is never given away, and long ones into buffers that are given
 * away whole only when the client's socket does not take them at once.
 */
export class LentBuffer {
  #current: Piece = SHARED;
  #isLong = false;
  #isKept = false;

  /** For the next read. */
  next(): Buffer {
    if (this.#isKept || (this.#current === SHARED) === this.#isLong)
      this.#current = this.#isLong ? (spare.pop() ?? new Piece()) : SHARED;
    this.#isKept = false;
    return this.#current.buffer;
  }

  /**
   * Passes bytes on, and uses their buffer again when they have been written: V8 clears away what is thrown away only when
   * that comes to 64 MB (1 GB left 36 MB behind, now 3). True: the socket takes more.
   */
  write(socket: Writable, bytes: Buffer): boolean {
    const kept = this.keep(bytes);
    if (kept !== bytes) return socket.write(kept);
    const piece = this.#current;
    piece.writes += 1;
    return socket.write(kept, () => {
      piece.writes -= 1;
      // what was written at once is still read into
      if (piece.writes === 0 && piece !== this.#current && spare.length < MOST_SPARE) spare.push(piece);
    });
  }

  /** The same bytes, to have for as long as one likes: a part of this buffer, or a copy. */
  keep(bytes: Buffer): Buffer {
    if (bytes.length >= WORTH_KEEPING) {
      this.#isLong = true;
      if (this.#current !== SHARED) {
        this.#isKept = true;
        return bytes;
      }
    }
    return Buffer.from(bytes);
  }

  /** What was kept last is needed no more: it has been written. */
  unkeep(): void {
    this.#isKept = false;
  }

  /** The long answer is over. */
  rest(): void {
    this.#isLong = false;
  }
}
