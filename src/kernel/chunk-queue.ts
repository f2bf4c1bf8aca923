/** Chunks on their way from one writer to one reader. */
export class ChunkQueue<T> implements AsyncIterable<T> {
  readonly #chunks: T[] = [];
  readonly #drained: (() => void)[] = [];
  #wake: (() => void) | undefined;
  #closed = false;
  #read = false;

  /** Ignored after `close`. */
  push(chunk: T): void {
    if (this.#closed) return;
    this.#chunks.push(chunk);
    this.#wake?.();
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** Number of chunks that wait. */
  get length(): number {
    return this.#chunks.length;
  }

  /** Resolves when nothing waits any more; at once when nobody reads. */
  drained(): Promise<void> {
    if (!this.#read || this.#chunks.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    this.#read = true;
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) {
          yield chunk;
        } else {
          this.#release();
          if (this.#closed) return;
          await new Promise<void>((resolve) => (this.#wake = resolve));
        }
      }
    } finally {
      this.#read = false;
      this.#release();
    }
  }

  #release(): void {
    for (const resolve of this.#drained.splice(0)) resolve();
  }
}
