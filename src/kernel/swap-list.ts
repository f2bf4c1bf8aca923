/** What can be in one list: the place in it is kept with it. */
export interface Placed {
  place: number;
}

/**
 * Things that come and go all the time, in no order. Not a Set: one that is added to and taken from is made anew every
 * few dozen times, each dead table points to the next, and a dead one that V8 took for long-lived kept all that was in the
 * later ones for it to copy. With the requests under way in a Set that was 42 % of the router's own time.
 */
export class SwapList<One extends Placed> {
  readonly #all: One[] = [];

  get size(): number {
    return this.#all.length;
  }

  add(one: One): void {
    one.place = this.#all.length;
    this.#all.push(one);
  }

  delete(one: One): void {
    const last = this.#all.pop();
    if (last === undefined || last === one) return;
    this.#all[one.place] = last;
    last.place = one.place;
  }

  all(): readonly One[] {
    return this.#all;
  }
}
