import { assertNever } from "../kernel/assert-never.ts";
import { CR, FIELD_TEXT, LF, SEMICOLON } from "./characters.ts";
import { titleCase } from "./field-case.ts";
import type { Fields } from "./fields.ts";
import { HeadScanner, type HeadGrammar, type HeadLimits } from "./head-scanner.ts";
import { Slices } from "./slices.ts";

export interface ChunkedLimits {
  /** Bytes of a size line with its extensions. */
  readonly sizeLine: number;
  readonly trailers: HeadLimits;
}

type Phase = "size" | "extension" | "size-end" | "data" | "data-cr" | "data-lf" | "trailers";

const TRAILERS: HeadGrammar<never> = { readStart: undefined, emptyLines: 0, mends: false };
/**
 * What must stand in a head, or be written by the router alone: a server that adds trailers to the fields would take it for
 * the truth about the message. RFC 9110 6.5.1; the rest passes (router.md 8.16).
 */
const NO_TRAILERS: ReadonlySet<string> = new Set([
  "transfer-encoding",
  "content-length",
  "content-encoding",
  "content-type",
  "content-range",
  "host",
  "connection",
  "keep-alive",
  "proxy-connection",
  "expect",
  "upgrade",
  "te",
  "trailer",
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-request-id",
  "x-request-start",
  "via",
]);

/**
 *   size line ──CRLF──> data ──CRLF──> size line ...  ──"0" CRLF──> trailers ──CRLF──> complete
 *
 * Strict (RFC 9112 7.1): hex digits at once, CRLF only. A size line is passed on when it is whole and good, so what the
 * other side has seen when a chunk turns out bad are good chunks only (router.md 8.18, 8.19). Sizes stay as written,
 * extensions go, trailers stay (router.md 8.15). What needs no change is passed on as slices of the input.
 */
export class ChunkedBody {
  readonly #keepFraming: boolean;
  readonly #limits: ChunkedLimits;
  readonly #trailers: HeadScanner<never>;
  #phase: Phase = "size";
  /** Size digits of the line that is being read. */
  #digits = "";
  #size = 0;
  #lineLength = 0;
  #left = 0;
  content = 0;
  state: "open" | "complete" | "broken" = "open";

  constructor(keepFraming: boolean, limits: ChunkedLimits) {
    this.#keepFraming = keepFraming;
    this.#limits = limits;
    this.#trailers = new HeadScanner(TRAILERS, limits.trailers);
  }

  /** Of a body that is complete. */
  get trailers(): Fields {
    return this.#trailers.fields;
  }

  push(input: Buffer, out: Buffer[]): number {
    const good = new Slices(input, out);
    let at = 0;
    /** Where the current size line began in this input; undefined when it began in an earlier one. */
    let lineStart: number | undefined;
    while (at < input.length && this.state === "open") {
      switch (this.#phase) {
        case "size":
        case "extension":
        case "size-end":
          if (this.#lineLength === 0) lineStart = at;
          at += 1;
          if (this.#sizeByte(input[at - 1]!) === "data" && this.#keepFraming)
            this.#passSizeLine(good, lineStart, at);
          break;
        case "data": {
          const used = Math.min(this.#left, input.length - at);
          good.add(at, at + used);
          this.#left -= used;
          this.content += used;
          at += used;
          if (this.#left === 0) this.#phase = "data-cr";
          break;
        }
        case "data-cr":
          if (input[at] === CR) this.#phase = "data-lf";
          else this.state = "broken";
          at += 1;
          break;
        case "data-lf":
          at += 1;
          if (input[at - 1] !== LF) this.state = "broken";
          else this.#endChunk(good, at);
          break;
        case "trailers":
          at += this.#trailers.push(input.subarray(at));
          this.state = this.#trailers.state;
          if (this.state === "complete" && this.#keepFraming)
            good.insert(this.#lastChunk(this.#trailers.fields));
          break;
        default:
          assertNever(this.#phase);
      }
    }
    good.flush();
    return at;
  }

  /** An untouched line goes as a slice; one that came in pieces or loses its extension is written anew. */
  #passSizeLine(good: Slices, lineStart: number | undefined, end: number): void {
    if (lineStart !== undefined && this.#digits.length + 2 === end - lineStart) good.add(lineStart, end);
    else good.insert(Buffer.from(`${this.#digits}\r\n`, "latin1"));
  }

  #endChunk(good: Slices, end: number): void {
    this.#phase = "size";
    this.#digits = "";
    this.#lineLength = 0;
    if (!this.#keepFraming) return;
    if (end >= 2) good.add(end - 2, end);
    else good.insert(CRLF);
  }

  /** Gives the phase that follows. */
  #sizeByte(byte: number): Phase {
    this.#lineLength += 1;
    if (this.#lineLength > this.#limits.sizeLine) this.state = "broken";
    else if (this.#phase === "size-end") {
      if (byte === LF) this.#sized();
      else this.state = "broken";
    } else if (byte === CR && this.#digits !== "") this.#phase = "size-end";
    else if (this.#phase === "extension") {
      if (FIELD_TEXT[byte] !== 1) this.state = "broken";
    } else if (byte === SEMICOLON && this.#digits !== "") this.#phase = "extension";
    else this.#digit(byte);
    return this.#phase;
  }

  #digit(byte: number): void {
    const value = HEX_VALUE[byte]!;
    this.#size = this.#size * 16 + value;
    if (value === NOT_HEX || this.#size > Number.MAX_SAFE_INTEGER) this.state = "broken";
    else this.#digits += String.fromCharCode(byte);
  }

  #sized(): void {
    this.#phase = this.#size === 0 ? "trailers" : "data";
    this.#left = this.#size;
    this.#size = 0;
  }

  #lastChunk(trailers: Fields): Buffer {
    if (trailers.size === 0 && this.#digits === "0") return LAST_CHUNK;
    let text = `${this.#digits}\r\n`;
    trailers.names.forEach((name, index) => {
      // Servers that speak CGI to the app take `_` for `-`.
      if (!NO_TRAILERS.has(name.replaceAll("_", "-")))
        text += `${titleCase(name)}: ${trailers.values[index]!}\r\n`;
    });
    return Buffer.from(`${text}\r\n`, "latin1");
  }
}

const CRLF = Buffer.from("\r\n");
const LAST_CHUNK = Buffer.from("0\r\n\r\n");
const NOT_HEX = 255;
const HEX_VALUE: Readonly<Uint8Array> = new Uint8Array(256)
  .fill(NOT_HEX)
  .map((none, byte) => (isHexDigit(byte) ? Number.parseInt(String.fromCharCode(byte), 16) : none));

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
