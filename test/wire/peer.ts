import type { Socket } from "node:net";

/** One end of a connection, as the test sees it: all bytes as Latin-1 text, read step by step. */
export class Peer {
  readonly socket: Socket;
  #text = "";
  #over = false;
  #failure: string | undefined;
  #waiting: (() => void)[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (bytes: Buffer) => {
      this.#text += bytes.toString("latin1");
      this.#wake();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => (this.#failure = error.code));
    for (const event of ["end", "close"])
      socket.on(event, () => {
        this.#over = true;
        this.#wake();
      });
  }

  write(text: string): void {
    this.socket.write(text, "latin1");
  }

  /** What came up to and with `mark`, taken out. */
  async upTo(mark: string): Promise<string> {
    while (!this.#text.includes(mark)) {
      if (this.#over) throw new Error(`ended before ${JSON.stringify(mark)}: ${JSON.stringify(this.#text)}`);
      await this.change();
    }
    const end = this.#text.indexOf(mark) + mark.length;
    const taken = this.#text.slice(0, end);
    this.#text = this.#text.slice(end);
    return taken;
  }

  head(): Promise<string> {
    return this.upTo("\r\n\r\n");
  }

  /** Everything that is left, once the other side has ended. */
  async rest(): Promise<string> {
    while (!this.#over) await this.change();
    const taken = this.#text;
    this.#text = "";
    return taken;
  }

  /** Bytes that nobody has taken yet. */
  get hasMore(): boolean {
    return this.#text !== "";
  }

  /** Until something comes, or the end. */
  change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  get over(): boolean {
    return this.#over;
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
