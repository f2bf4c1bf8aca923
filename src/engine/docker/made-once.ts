/** Makes a thing for each key when it is first wanted; those who want it meanwhile wait for the same one. */
export class MadeOnce<T> {
  readonly #made = new Map<string, Promise<T>>();

  /** What failed to be made is tried again by the next who wants it. */
  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#made.get(key);
    if (known) return known;
    const made = make();
    this.#made.set(key, made);
    made.catch(() => this.forget(key));
    return made;
  }

  forget(key: string): void {
    this.#made.delete(key);
  }

  /** Forgets every key that begins so. */
  forgetAll(prefix: string): void {
    for (const key of this.#made.keys()) if (key.startsWith(prefix)) this.#made.delete(key);
  }
}
