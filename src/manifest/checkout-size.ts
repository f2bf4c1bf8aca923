import { CHECKOUT_LIMIT } from "../heroku/limits.ts";
import type { ManifestFailure } from "./failure.ts";
import { SourceTooLarge, type OpenTree, type SizedFile, type SourceTree } from "./source-tree.ts";

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

/** Heroku weighs the checkout, and deletes what .slugignore names after that. What is sent is weighed as it is sent. */
export async function checkSize(
  { files }: Pick<SourceTree, "files">,
  open: Pick<OpenTree, "sizes">,
): Promise<ManifestFailure | undefined> {
  const sizes = (await open.sizes?.(files)) ?? [];
  const size = new CheckoutSize();
  try {
    files.forEach(({ path }, index) => size.add(path, sizes[index] ?? 0));
    return undefined;
  } catch (problem) {
    if (!(problem instanceof SourceTooLarge)) throw problem;
    return { kind: "checkout-too-large", largest: problem.largest };
  }
}
