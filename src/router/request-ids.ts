import type { Random } from "../kernel/random.ts";

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const HEX_PAIR: readonly string[] = Array.from(
  { length: 65_536 },
  (_, word) => HEX[word >> 8]! + HEX[word & 255]!,
);

/** New request ids: 8-4-4-4-12 hex digits. heroku.md 3.3 */
export class RequestIds {
  readonly #random: Random;
  readonly #isUuid4: boolean;

  constructor(random: Random, isUuid4: boolean) {
    this.#random = random;
    this.#isUuid4 = isUuid4;
  }

  /** Four digits at a time out of a table: digit by digit it was the dearest line of the profile. */
  next(): string {
    const third = this.#isUuid4 ? (this.#word() & 0x0fff) | 0x4000 : this.#word();
    const fourth = this.#isUuid4 ? (this.#word() & 0x3fff) | 0x8000 : this.#word();
    const [one, two, three] = [this.#digits(), this.#digits(), this.#digits()];
    return `${one}${two}-${three}-${HEX_PAIR[third]}-${HEX_PAIR[fourth]}-${this.#digits()}${this.#digits()}${this.#digits()}`;
  }

  #word(): number {
    return Math.floor(this.#random() * 65_536);
  }

  #digits(): string {
    return HEX_PAIR[this.#word()]!;
  }
}
