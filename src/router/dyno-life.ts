/**
 * One life of a dyno as the router meets it, from when it can be connected to until its last process is gone: the same
 * object for all requests it serves, another one after each restart. Connections kept for later belong to it.
 */
export class DynoLife {
  readonly #watchers = new Set<() => void>();
  #gone = false;

  /** Nothing more will come of it than what it has sent already. */
  get gone(): boolean {
    return this.#gone;
  }

  /** `ended` is called once when the life ends; never, if it has ended already. */
  watch(ended: () => void): void {
    this.#watchers.add(ended);
  }

  unwatch(ended: () => void): void {
    this.#watchers.delete(ended);
  }

  /** For whoever holds the dynos. */
  end(): void {
    if (this.#gone) return;
    this.#gone = true;
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const ended of watchers) ended();
  }
}
