import type { Random } from "../kernel/random.ts";

const DIGITS = Buffer.from("0123456789abcdef");
const HYPHEN = 0x2d;
const LENGTH = 36;
/** Where a hyphen stands, and where a UUID of version 4 has its version and its variant. RFC 9562 5.4 */
const HYPHENS: readonly number[] = [8, 13, 18, 23];
const DIGIT_PLACES: readonly number[] = Array.from({ length: LENGTH }, (_, index) => index).filter(
  (index) => !HYPHENS.includes(index),
);
const VERSION = 14;
const VARIANT = 19;
/** A random number has 53 bits; eight digits are taken from one. */
const DIGITS_AT_ONCE = 8;

/** New request ids: 8-4-4-4-12 hex digits. heroku.md 3.3 */
export class RequestIds {
  readonly #random: Random;
  readonly #isUuid4: boolean;
  readonly #text = Buffer.alloc(LENGTH, HYPHEN);

  constructor(random: Random, isUuid4: boolean) {
    this.#random = random;
    this.#isUuid4 = isUuid4;
  }

  /** Written into one buffer: put together from texts, digit by digit, it was the dearest line of the profile. */
  next(): string {
    const text = this.#text;
    let bits = 0;
    let left = 0;
    for (const index of DIGIT_PLACES) {
      if (left === 0) {
        bits = (this.#random() * 0x1_0000_0000) >>> 0;
        left = DIGITS_AT_ONCE;
      }
      text[index] = DIGITS[bits & 15]!;
      bits >>>= 4;
      left -= 1;
    }
    if (this.#isUuid4) {
      text[VERSION] = DIGITS[4]!;
      text[VARIANT] = DIGITS[8 + Math.floor(this.#random() * 4)]!;
    }
    return text.toString("latin1");
  }
}
