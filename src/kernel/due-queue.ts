import type { TimerLabel } from "./clock.ts";
import type { Instant } from "./units.ts";

/** A call that waits for its instant. */
export interface Due {
  readonly at: Instant;
  readonly label: TimerLabel | undefined;
  readonly fire: () => void;
}

interface Entry extends Due {
  /** Of two at one instant, the one that was asked for first comes first. */
  readonly order: number;
  place: number;
}

/** Calls by their instants: a binary heap, so that a month of timers costs nothing that grows with their number. */
export class DueQueue {
  readonly #heap: Entry[] = [];
  #order = 0;

  get first(): Due | undefined {
    return this.#heap[0];
  }

  /** Gives what removes it again; removing what is gone does nothing. */
  add(due: Due): () => void {
    const entry: Entry = { ...due, order: this.#order++, place: this.#heap.length };
    this.#heap.push(entry);
    this.#rise(entry);
    return () => this.#remove(entry);
  }

  shift(): Due | undefined {
    const [first] = this.#heap;
    if (first !== undefined) this.#remove(first);
    return first;
  }

  /** All of them, soonest first. */
  inOrder(): readonly Due[] {
    return this.#heap.toSorted((one, other) => (isBefore(one, other) ? -1 : 1));
  }

  #remove(entry: Entry): void {
    if (this.#heap[entry.place] !== entry) return;
    const last = this.#heap.pop();
    if (last === undefined || last === entry) return;
    this.#put(last, entry.place);
    this.#rise(last);
    this.#sink(last);
  }

  #rise(entry: Entry): void {
    while (entry.place > 0) {
      const place = (entry.place - 1) >> 1;
      const parent = this.#heap[place];
      if (parent === undefined || isBefore(parent, entry)) return;
      this.#put(parent, entry.place);
      this.#put(entry, place);
    }
  }

  #sink(entry: Entry): void {
    for (;;) {
      const left = this.#heap[2 * entry.place + 1];
      const right = this.#heap[2 * entry.place + 2];
      const child = right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
      if (child === undefined || isBefore(entry, child)) return;
      const { place } = child;
      this.#put(child, entry.place);
      this.#put(entry, place);
    }
  }

  #put(entry: Entry, place: number): void {
    this.#heap[place] = entry;
    entry.place = place;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
