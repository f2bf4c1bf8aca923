const SIZE = 65_536;
/** Keeping a whole buffer for the sake of fewer bytes costs more memory than they are worth. */
const WORTH_KEEPING = SIZE / 2;

/** One for all connections to dynos: who gets bytes has dealt with them when the call ends. */
const SHARED = Buffer.allocUnsafeSlow(SIZE);

/**
 * Where a connection's bytes are read into. Node makes a buffer of 64 KiB for each read of a socket and cuts it to size;
 * a profile of small answers showed that, and clearing it away, to cost a microsecond of the sixteen that two sockets
 * need. So short answers are read into one buffer that is never given away, and long ones into buffers that are given
 * away whole only when the client's socket does not take them at once.
 */
export class LentBuffer {
  #current: Buffer = SHARED;
  #isLong = false;
  #isKept = false;

  /** For the next read. */
  next(): Buffer {
    if (this.#isKept || (this.#current === SHARED) === this.#isLong)
      this.#current = this.#isLong ? Buffer.allocUnsafeSlow(SIZE) : SHARED;
    this.#isKept = false;
    return this.#current;
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
