/** Collects the parts of one input that are passed on, neighbouring parts as one slice. */
export class Slices {
  readonly #input: Buffer;
  readonly #out: Buffer[];
  #from = 0;
  #to = 0;

  constructor(input: Buffer, out: Buffer[]) {
    this.#input = input;
    this.#out = out;
  }

  add(from: number, to: number): void {
    if (from !== this.#to) {
      this.flush();
      this.#from = from;
    }
    this.#to = to;
  }

  /** Bytes that are not in the input. */
  insert(bytes: Buffer): void {
    this.flush();
    this.#out.push(bytes);
  }

  flush(): void {
    if (this.#to > this.#from) this.#out.push(this.#input.subarray(this.#from, this.#to));
    this.#from = this.#to;
  }
}
