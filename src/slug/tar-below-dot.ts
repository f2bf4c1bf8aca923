/** Fields of a header of POSIX.1-1988 (ustar), as [first byte, length]. */
const NAME = [0, 100] as const;
const SIZE = [124, 12] as const;
const CHECKSUM = [148, 8] as const;
const TYPE = 156;
const LINK = [157, 100] as const;
const MAGIC = [257, 6] as const;
const PREFIX = [345, 155] as const;
const BLOCK = 512;

const HARD_LINK = "1";
const RECORDS = "x";
/** What GNU tar has instead, one entry for each. */
const LONG: Readonly<Record<string, string>> = { L: "path", K: "linkpath" };
const DOT = "./";

/**
 * The same tar stream with `./` before each name, and before what a hard link names. Names pass byte for byte, for they
 * may be in any encoding; so do all other facts and contents. Throws on what is no whole archive of a kind since 1988.
 */
export async function* belowDot(tar: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = new Blocks(tar);
  let records = new Map<string, string>();
  for (;;) {
    const header = await source.take(BLOCK);
    if (header.every((byte) => byte === 0)) break;
    toUstar(header);
    const type = String.fromCharCode(header[TYPE] ?? 0);
    const long = LONG[type];
    if (type === RECORDS || long !== undefined) {
      const body = await source.take(padded(sizeOf(header)));
      if (long === undefined) readRecords(body, records);
      else records.set(long, text(body, [0, body.length]));
      continue;
    }
    const size = Number(records.get("size") ?? sizeOf(header));
    if (type !== "g") rename(header, type, records);
    if (records.size > 0) yield recordEntry(header, records);
    yield sealed(header);
    yield* source.pass(padded(size));
    records = new Map();
  }
  yield Buffer.alloc(2 * BLOCK);
  await source.drain();
}

/** GNU tar has times where the other has the first part of a long name. */
function toUstar(header: Buffer): void {
  const magic = text(header, MAGIC);
  if (magic === "ustar") return;
  if (magic !== "ustar ") throw new Error("the archive is of a kind that is not known here");
  header.fill(0, PREFIX[0]).write("ustar\x0000", MAGIC[0], "latin1");
}

/** In the header where it fits, else in the records that come before it. */
function rename(header: Buffer, type: string, records: Map<string, string>): void {
  const [name, prefix] = [text(header, NAME), text(header, PREFIX)];
  const long = records.get("path");
  const dotted = prefix === "" ? "." : `${DOT}${prefix}`;
  if (long !== undefined) records.set("path", `${DOT}${long}`);
  else if (dotted.length <= PREFIX[1]) write(header, PREFIX, dotted);
  else records.set("path", `${dotted}/${name}`);
  if (type !== HARD_LINK) return;
  const link = `${DOT}${records.get("linkpath") ?? text(header, LINK)}`;
  if (!records.has("linkpath") && link.length <= LINK[1]) write(header, LINK, link);
  else records.set("linkpath", link);
}

function readRecords(body: Buffer, records: Map<string, string>): void {
  let rest = body.toString("latin1");
  for (let length = Number.parseInt(rest, 10); length > 0; length = Number.parseInt(rest, 10)) {
    const [, key, value] = /^\d+ ([^=]*)=(.*)\n$/s.exec(rest.slice(0, length)) ?? [];
    if (key === undefined || value === undefined) throw new Error("the archive is damaged");
    records.set(key, value);
    rest = rest.slice(length);
  }
}

/** An entry of records for the one with this header. */
function recordEntry(header: Buffer, records: ReadonlyMap<string, string>): Buffer {
  const body = Buffer.from([...records].map(([key, value]) => record(key, value)).join(""), "latin1");
  const own = Buffer.from(header);
  own[TYPE] = RECORDS.charCodeAt(0);
  write(own, NAME, "./pax");
  for (const field of [PREFIX, LINK]) write(own, field, "");
  write(own, SIZE, body.length.toString(8).padStart(SIZE[1] - 1, "0"));
  return Buffer.concat([sealed(own), body, Buffer.alloc(padded(body.length) - body.length)]);
}

/** `<length> <key>=<value>\n`, where the length counts its own digits. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
  return `${length}${rest}`;
}

function sealed(header: Buffer): Buffer {
  header.fill(" ", CHECKSUM[0], CHECKSUM[0] + CHECKSUM[1]);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, CHECKSUM[0], "latin1");
  return header;
}

type Field = readonly [first: number, length: number];

function text(header: Buffer, [first, length]: Field): string {
  return header.toString("latin1", first, first + length).replace(/\0.*$/s, "");
}

function write(header: Buffer, [first, length]: Field, value: string): void {
  header.fill(0, first, first + length).write(value, first, "latin1");
}

/** Octal digits; above 8 GB a number in binary, marked by its first bit. */
function sizeOf(header: Buffer): number {
  if (((header[SIZE[0]] ?? 0) & 0x80) !== 0) return header.readUIntBE(SIZE[0] + SIZE[1] - 6, 6);
  return Number.parseInt(text(header, SIZE), 8) || 0;
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

/** Pieces of any length, taken by the length wanted. */
class Blocks {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** A copy, which may be written to. */
  async take(length: number): Promise<Buffer> {
    const taken: Buffer[] = [];
    for await (const piece of this.pass(length)) taken.push(piece);
    return Buffer.concat(taken);
  }

  async *pass(length: number): AsyncGenerator<Buffer> {
    let left = length;
    while (left > 0) {
      if (this.#held.length === 0) this.#held = await this.#next();
      const piece = this.#held.subarray(0, left);
      this.#held = this.#held.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** To the end of the stream: whoever sends it waits for that. */
  async drain(): Promise<void> {
    while (!(await this.#pieces.next()).done);
  }

  async #next(): Promise<Buffer> {
    const { done, value } = await this.#pieces.next();
    if (done) throw new Error("the archive broke off");
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
}
