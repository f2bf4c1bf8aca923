const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Cuts a byte stream into lines of at most `longest` bytes, across chunk borders, without the line ends.
 * A line longer than that comes in pieces, as it grows; what is left at the end comes with `flush`.
 */
export class LineSplitter {
  readonly #longest: number;
  readonly #emit: (line: string) => void;
  #parts: Uint8Array[] = [];
  #length = 0;
  /** The current line has already been cut: an empty rest is not a line of its own. */
  #cut = false;

  constructor(longest: number, emit: (line: string) => void) {
    this.#longest = longest;
    this.#emit = emit;
  }

  push(chunk: Uint8Array): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#take(chunk.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    this.#take(chunk.subarray(start));
  }

  flush(): void {
    if (this.#length > 0) this.#endLine();
  }

  #take(piece: Uint8Array): void {
    let rest = piece;
    while (this.#length + rest.length > this.#longest) {
      const fits = this.#longest - this.#length;
      this.#parts.push(rest.subarray(0, fits));
      this.#emitParts();
      this.#cut = true;
      rest = rest.subarray(fits);
    }
    if (rest.length > 0) {
      this.#parts.push(rest);
      this.#length += rest.length;
    }
  }

  #endLine(): void {
    if (this.#length > 0 || !this.#cut) this.#emitParts();
    this.#cut = false;
  }

  #emitParts(): void {
    const line = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    const end = line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length;
    this.#emit(line.toString("utf8", 0, end));
  }
}
