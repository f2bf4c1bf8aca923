/**
 * What `DisposableStack` and `AsyncDisposableStack` do, as far as it is needed here: Node 22 does not have them yet.
 * The last one in is the first to go; one that throws does not keep the others, and the first error is thrown.
 */
export class Disposables implements Disposable {
  #disposals: (() => void)[] = [];

  use<T extends Disposable>(value: T): T {
    this.#disposals.push(() => value[Symbol.dispose]());
    return value;
  }

  [Symbol.dispose](): void {
    const errors: unknown[] = [];
    for (const dispose of this.#disposals.splice(0).toReversed()) {
      try {
        dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}

/** The same for what takes its time to go. */
export class AsyncDisposables implements AsyncDisposable {
  #disposals: (() => unknown)[] = [];

  use<T extends AsyncDisposable | Disposable>(value: T): T {
    this.defer(() => (Symbol.asyncDispose in value ? value[Symbol.asyncDispose]() : value[Symbol.dispose]()));
    return value;
  }

  defer(dispose: () => unknown): void {
    this.#disposals.push(dispose);
  }

  /** Hands all of it over to the result: this one has nothing left to dispose of. */
  move(): AsyncDisposables {
    const taker = new AsyncDisposables();
    taker.#disposals = this.#disposals.splice(0);
    return taker;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const errors: unknown[] = [];
    for (const dispose of this.#disposals.splice(0).toReversed()) {
      try {
        await dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
