import type { TLSSocket } from "node:tls";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const GOAWAY = 7;
const END_STREAM = 1;
const ACK = 1;
const END_HEADERS = 4;

/** Writes frames of HTTP/2 byte by byte, as no decent client would. RFC 9113 4.1 */
export class FrameClient {
  readonly #socket: TLSSocket;
  /** The server's settings have come, and ours have been acknowledged. */
  readonly settled: Promise<void>;
  readonly #ends = new Map<number, string>();
  readonly #statuses = new Map<number, string>();
  #waiting: (() => void)[] = [];
  #unread = Buffer.alloc(0);
  #isOver = false;

  constructor(socket: TLSSocket) {
    this.#socket = socket;
    this.settled = new Promise((resolve) => {
      socket.on("data", (bytes: Buffer) => this.#read(bytes, resolve));
    });
    for (const event of ["close", "error"])
      socket.on(event, () => {
        this.#isOver = true;
        this.#wake();
      });
    socket.write(PREFACE, "latin1");
    this.frame(SETTINGS, 0, 0);
  }

  frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): void {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head[3] = type;
    head[4] = flags;
    head.writeUInt32BE(stream, 5);
    this.#socket.write(Buffer.concat([head, payload]));
  }

  /** Fields as literals that are not indexed, in the order of the object. RFC 7541 6.2.2 */
  headers(stream: number, fields: Readonly<Record<string, string>>, flags: number = END_STREAM): void {
    const block = Object.entries(fields).flatMap(([name, value]) => [
      Buffer.from([0]),
      literal(name),
      literal(value),
    ]);
    this.frame(HEADERS, END_HEADERS | flags, stream, Buffer.concat(block));
  }

  reset(stream: number, code: number): void {
    const payload = Buffer.alloc(4);
    payload.writeUInt32BE(code);
    this.frame(RST_STREAM, 0, stream, payload);
  }

  /** `status 200`, `reset 1`, or `goaway 1` when the whole connection was ended. */
  async endOf(stream: number): Promise<string> {
    while (!this.#ends.has(stream) && !this.#isOver)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#ends.get(stream) ?? this.#ends.get(0) ?? "closed";
  }

  #read(bytes: Buffer, settled: () => void): void {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    while (this.#unread.length >= 9) {
      const length = this.#unread.readUIntBE(0, 3);
      if (this.#unread.length < 9 + length) return;
      const [type, flags] = [this.#unread[3], this.#unread[4] ?? 0];
      const stream = this.#unread.readUInt32BE(5);
      const payload = this.#unread.subarray(9, 9 + length);
      this.#unread = this.#unread.subarray(9 + length);
      if (type === SETTINGS && (flags & ACK) !== 0) settled();
      else if (type === SETTINGS) this.frame(SETTINGS, ACK, 0);
      if (type === HEADERS && !this.#statuses.has(stream)) this.#statuses.set(stream, statusOf(payload));
      if (type === RST_STREAM) this.#end(stream, `reset ${payload.readUInt32BE(0)}`);
      if (type === GOAWAY) this.#end(0, `goaway ${payload.readUInt32BE(4)}`);
      if (type !== SETTINGS && (type === HEADERS || type === 0) && (flags & END_STREAM) !== 0)
        this.#end(stream, `status ${this.#statuses.get(stream)}`);
    }
  }

  #end(stream: number, how: string): void {
    if (!this.#ends.has(stream)) this.#ends.set(stream, how);
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** The first field of an answer's head is its status: one of the static table, or a literal beside its name. RFC 7541 A */
function statusOf(block: Buffer): string {
  const known = { 0x88: "200", 0x89: "204", 0x8b: "304", 0x8c: "400", 0x8d: "404", 0x8e: "500" }[
    block[0] ?? 0
  ];
  if (known !== undefined) return known;
  const length = block[1] ?? 0;
  return (length & 0x80) === 0
    ? block.toString("latin1", 2, 2 + length)
    : digits(block.subarray(2, 2 + (length & 0x7f)));
}

/** Digits in Huffman's code: 0, 1 and 2 have 5 bits, the others 6. RFC 7541 B */
function digits(coded: Buffer): string {
  let bits = [...coded].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  let text = "";
  while (text.length < 3) {
    const short = Number.parseInt(bits.slice(0, 5), 2);
    const isShort = short <= 2;
    text += isShort ? short : Number.parseInt(bits.slice(0, 6), 2) - 0x19 + 3;
    bits = bits.slice(isShort ? 5 : 6);
  }
  return text;
}

/** Without Huffman coding; lengths above 126 go on in 7 bits each. RFC 7541 5.1, 5.2 */
function literal(text: string): Buffer {
  const bytes = Buffer.from(text, "latin1");
  const length: number[] = [];
  if (bytes.length < 127) length.push(bytes.length);
  else {
    let rest = bytes.length - 127;
    length.push(127);
    for (; rest >= 128; rest = Math.floor(rest / 128)) length.push((rest % 128) | 0x80);
    length.push(rest);
  }
  return Buffer.concat([Buffer.from(length), bytes]);
}
