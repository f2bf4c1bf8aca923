import { CHECKOUT_LIMIT } from "../heroku/limits.ts";
import { SourceTooLarge, type SizedFile } from "./source-tree.ts";

const NAMED = 3;

/** Adds up a checkout file by file, and throws SourceTooLarge at the one that passes Heroku's limit. heroku.md 0 */
export class CheckoutSize {
  readonly #limit: number;
  #total = 0;
  #largest: readonly SizedFile[] = [];

  constructor(limit: number = CHECKOUT_LIMIT) {
    this.#limit = limit;
  }

  add(path: string, size: number): void {
    this.#total += size;
    const least = this.#largest.at(-1)?.size ?? 0;
    if (this.#largest.length < NAMED || size > least)
      this.#largest = [...this.#largest, { path, size }]
        .toSorted((one, other) => other.size - one.size)
        .slice(0, NAMED);
    if (this.#total > this.#limit) throw new SourceTooLarge(this.#largest);
  }
}
