/** What goes over an attached connection: 1 byte type, 4 bytes length (big endian), payload. */
export const FRAME = {
  // client to server
  stdin: 0,
  endOfInput: 1,
  /** `{"cols": 80, "rows": 24}` */
  resize: 2,
  // server to client
  stdout: 1,
  stderr: 2,
  /** `{"status": 0}`, the last one. */
  exit: 3,
  /** The platform closes the connection: nothing was said for an hour. */
  silence: 4,
} as const;

/** Named in the HTTP Upgrade that begins such a connection. */
export const ATTACH_PROTOCOL = "dynosim-attach";

const HEADER = 5;
/** A longer frame is nonsense from a broken peer. */
const LONGEST = 16 * 1024 * 1024;

export function frame(type: number, payload: Uint8Array | string = ""): Buffer {
  const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
  const header = Buffer.alloc(HEADER);
  header.writeUInt8(type, 0);
  header.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([header, bytes]);
}

/** Puts frames together from chunks cut anywhere; false when the peer talks nonsense. */
export class FrameReader {
  readonly #take: (type: number, payload: Buffer) => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(take: (type: number, payload: Buffer) => void) {
    this.#take = take;
  }

  push(chunk: Uint8Array): boolean {
    this.#rest = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= HEADER) {
      const length = this.#rest.readUInt32BE(1);
      if (length > LONGEST) return false;
      if (this.#rest.length < HEADER + length) return true;
      const type = this.#rest.readUInt8(0);
      const payload = this.#rest.subarray(HEADER, HEADER + length);
      this.#rest = this.#rest.subarray(HEADER + length);
      this.#take(type, payload);
    }
    return true;
  }
}
