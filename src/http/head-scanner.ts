import type { Result } from "../kernel/result.ts";
import { COLON, CR, FIELD_TEXT, LF, SPACE, TAB, TOKEN } from "./characters.ts";
import { Fields } from "./fields.ts";
import { hashed, knownName } from "./known-names.ts";

export type HeadFault =
  | "start-line-too-long"
  | "bad-start-line"
  | "unknown-version"
  | "too-many-empty-lines"
  | "bad-line-end"
  | "bad-field"
  | "field-line-too-long"
  | "field-name-too-long"
  | "cookie-too-long"
  | "too-many-fields"
  | "head-too-large";

/** Lengths in bytes, without the line end. */
export interface HeadLimits {
  readonly startLine: number;
  readonly fieldLine: number;
  readonly fieldName: number;
  /** A whole Set-Cookie line. */
  readonly cookieLine: number;
  readonly fields: number;
  readonly total: number;
}

export interface HeadGrammar<Start> {
  /** Undefined: there is no start line (a trailer section). */
  readonly readStart: ((line: string) => Result<Start, HeadFault>) | undefined;
  /** Empty lines passed over before the start line. */
  readonly emptyLines: number;
  /**
   * What RFC 9112 lets a proxy mend in a response: space before the colon, controls other than CR, LF and NUL in values.
   * A request with either is refused.
   */
  readonly mends: boolean;
}

/**
 * Reads the head of a message from bytes that come in any pieces: start line, field lines, empty line.
 * Every check is made on a whole line, in order, so that where the pieces are cut never changes the result;
 * a line that has outgrown its limit is refused without waiting for its end.
 */
export class HeadScanner<Start> {
  readonly #grammar: HeadGrammar<Start>;
  readonly #limits: HeadLimits;
  /** Bytes of a head that came in more than one piece. */
  #held: Buffer | undefined;
  #heldLength = 0;
  #lineStart = 0;
  #searched = 0;
  #emptyLines = 0;
  /** Four offsets for each field: name from and to, value from and to. Written over from head to head. */
  #marks: number[] = [];
  #fieldCount = 0;
  /** Of each field: its name, where it is well known. */
  #known: (string | undefined)[] = [];
  #start: Start | undefined;
  #inFields: boolean;
  state: "open" | "complete" | "broken" = "open";
  fault: HeadFault | undefined;
  fields: Fields = new Fields();

  constructor(grammar: HeadGrammar<Start>, limits: HeadLimits) {
    this.#grammar = grammar;
    this.#limits = limits;
    this.#inFields = grammar.readStart === undefined;
  }

  /** Undefined until the start line has been read. */
  get start(): Start | undefined {
    return this.#start;
  }

  /** Begins the next head. */
  reset(): void {
    this.#held = undefined;
    this.#heldLength = 0;
    this.#lineStart = 0;
    this.#searched = 0;
    this.#emptyLines = 0;
    if (this.#fieldCount > FIELDS_KEPT) {
      this.#marks = [];
      this.#known = [];
    }
    this.#fieldCount = 0;
    this.#start = undefined;
    this.#inFields = this.#grammar.readStart === undefined;
    this.state = "open";
    this.fault = undefined;
    this.fields = new Fields();
  }

  /** Gives how many bytes of `input` belonged to the head; fewer than all only when it is complete or broken. */
  push(input: Buffer): number {
    const before = this.#heldLength;
    const bytes = before === 0 ? input : this.#hold(input);
    this.#scan(bytes);
    if (this.state === "open" && before === 0) this.#hold(input);
    return this.state === "complete" ? this.#lineStart - before : input.length;
  }

  #scan(bytes: Buffer): void {
    while (this.state === "open") {
      const end = lineFeedIn(bytes, this.#searched);
      if (end === -1) {
        this.#searched = bytes.length;
        // One more than the limit can still be a full line's CR.
        if (bytes.length - this.#lineStart > this.#lineLimit() + 1) this.#break(this.#tooLong());
        return;
      }
      this.#line(bytes, this.#lineStart, end);
      this.#lineStart = end + 1;
      this.#searched = end + 1;
    }
  }

  #line(bytes: Buffer, from: number, lineFeed: number): void {
    const to = lineFeed - 1;
    if (lineFeed - from > this.#lineLimit() + 1) return this.#break(this.#tooLong());
    if (to < from || bytes[to] !== CR) return this.#break("bad-line-end");
    if (lineFeed + 1 > this.#limits.total) return this.#break("head-too-large");
    if (this.#inFields)
      return to === from ? this.#complete(bytes, lineFeed + 1) : this.#field(bytes, from, to);
    if (to === from) {
      this.#emptyLines += 1;
      if (this.#emptyLines > this.#grammar.emptyLines) this.#break("too-many-empty-lines");
      return;
    }
    const start = this.#grammar.readStart?.(bytes.toString("latin1", from, to));
    if (start?.ok === false) return this.#break(start.failure);
    this.#start = start?.value;
    this.#inFields = true;
  }

  #field(bytes: Buffer, from: number, to: number): void {
    let nameEnd = from;
    let hash = 0;
    for (let byte; nameEnd < to && TOKEN[(byte = bytes[nameEnd]!)] === 1; nameEnd++)
      hash = hashed(hash, byte);
    let colon = nameEnd;
    if (this.#grammar.mends) while (colon < to && isBlank(bytes[colon])) colon += 1;
    if (nameEnd === from || colon === to || bytes[colon] !== COLON) return this.#break("bad-field");
    if (nameEnd - from > this.#limits.fieldName) return this.#break("field-name-too-long");
    if (to - from > this.#limits.cookieLine && isSetCookie(bytes, from, nameEnd))
      return this.#break("cookie-too-long");
    if (this.#fieldCount === this.#limits.fields) return this.#break("too-many-fields");

    let valueStart = colon + 1;
    let valueEnd = to;
    while (valueStart < valueEnd && isBlank(bytes[valueStart])) valueStart += 1;
    while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1])) valueEnd -= 1;
    for (let index = valueStart; index < valueEnd; index++) {
      const byte = bytes[index]!;
      if (this.#grammar.mends ? byte === 0 || byte === CR : FIELD_TEXT[byte] !== 1)
        return this.#break("bad-field");
    }
    const at = this.#fieldCount * 4;
    this.#marks[at] = from;
    this.#marks[at + 1] = nameEnd;
    this.#marks[at + 2] = valueStart;
    this.#marks[at + 3] = valueEnd;
    this.#known[this.#fieldCount++] = knownName(bytes, from, nameEnd, hash);
  }

  #complete(bytes: Buffer, end: number): void {
    this.state = "complete";
    const text = bytes.toString("latin1", 0, end);
    const marks = this.#marks;
    for (let index = 0, at = 0; index < this.#fieldCount; index++, at += 4)
      this.fields.add(
        this.#known[index] ?? text.slice(marks[at], marks[at + 1]).toLowerCase(),
        text.slice(marks[at + 2], marks[at + 3]),
      );
  }

  #lineLimit(): number {
    return this.#inFields ? this.#limits.fieldLine : this.#limits.startLine;
  }

  #tooLong(): HeadFault {
    return this.#inFields ? "field-line-too-long" : "start-line-too-long";
  }

  #break(fault: HeadFault): void {
    this.state = "broken";
    this.fault = fault;
  }

  /** Room grows by doubling, so that a head sent byte by byte is not copied for each of them. */
  #hold(input: Buffer): Buffer {
    const length = this.#heldLength + input.length;
    if (this.#held === undefined || this.#held.length < length) {
      const roomier = Buffer.allocUnsafe(Math.max(length * 2, 1024));
      this.#held?.copy(roomier, 0, 0, this.#heldLength);
      this.#held = roomier;
    }
    input.copy(this.#held, this.#heldLength);
    this.#heldLength = length;
    return this.#held.subarray(0, length);
  }
}

/** What a scanner keeps room for between heads. */
const FIELDS_KEPT = 64;
/** So far it is cheaper to look byte by byte than to ask the system's search, whose call costs as much as 60 bytes. */
const SHORT_LINE = 80;

function lineFeedIn(bytes: Buffer, from: number): number {
  const end = Math.min(bytes.length, from + SHORT_LINE);
  for (let index = from; index < end; index++) if (bytes[index] === LF) return index;
  return end === bytes.length ? -1 : bytes.indexOf(LF, end);
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

function isSetCookie(bytes: Buffer, from: number, to: number): boolean {
  return to - from === 10 && bytes.toString("latin1", from, to).toLowerCase() === "set-cookie";
}
