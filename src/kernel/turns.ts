/** Lets work through one piece at a time, in the order asked for. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Begins when all that was taken before has ended, however that ended. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  /** Resolves when everything taken so far has ended. */
  async ended(): Promise<void> {
    await this.#last;
  }
}
