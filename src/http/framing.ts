import { fail, ok, type Result } from "../kernel/result.ts";
import { isToken } from "./characters.ts";
import type { Fields } from "./fields.ts";

/** How a message's body is delimited. */
export type Framing =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly length: number; readonly digits: string }
  | { readonly kind: "chunked" }
  | { readonly kind: "until-close" };

export type FramingFault = "bad-transfer-encoding" | "bad-content-length";

export interface RequestFraming {
  readonly framing: Framing;
  /** The sender's idea of the border may differ from ours: nothing more is read from the connection. router.md 17.7 */
  readonly doubtful: boolean;
}

const NO_CODINGS: readonly string[] = [];
const NO_LENGTH: Result<undefined, never> = ok(undefined);

/** Servers that hand fields to the app as CGI does cannot tell these from the ones with hyphens: a second framing. */
const AS_IN_CGI = ["content_length", "transfer_encoding"] as const;

const NONE: Framing = { kind: "none" };
const CHUNKED: Framing = { kind: "chunked" };
const UNTIL_CLOSE: Framing = { kind: "until-close" };

/**
 * Stricter than the old library (router.md 8.11 to 8.14): the only transfer coding is one plain `chunked`.
 * It wins over a length (router.md 17.7).
 */
export function requestFraming(version: "1.0" | "1.1", fields: Fields): Result<RequestFraming, FramingFault> {
  const codings = fields.has("transfer-encoding") ? fields.all("transfer-encoding") : NO_CODINGS;
  const length = contentLength(fields);
  if (AS_IN_CGI.some((name) => fields.has(name))) return fail("bad-transfer-encoding");
  if (codings.length > 0) {
    if (codings.length > 1 || codings[0]?.toLowerCase() !== "chunked") return fail("bad-transfer-encoding");
    return ok({ framing: CHUNKED, doubtful: fields.has("content-length") || version === "1.0" });
  }
  return length.ok ? ok({ framing: length.value ?? NONE, doubtful: false }) : length;
}

/** router.md 11.5 to 11.16, 17.8. `until-close` is what HTTP leaves when nothing else is said. */
export function responseFraming(
  requestMethod: string,
  status: number,
  fields: Fields,
): Result<Framing, FramingFault> {
  const codings = transferCodings(fields);
  const length = contentLength(fields);
  if (requestMethod === "HEAD" || status === 204 || status === 304 || status < 200) return ok(NONE);
  if (codings.length > 0) {
    // Once, and last: readers disagree on anything else.
    const isClear = codings.every(isToken) && codings.indexOf("chunked") === codings.length - 1;
    return isClear ? ok(CHUNKED) : fail("bad-transfer-encoding");
  }
  return length.ok ? ok(length.value ?? UNTIL_CLOSE) : length;
}

/** Of a response, in order; `identity` is none. What goes to the client is written from this. */
export function transferCodings(fields: Fields): readonly string[] {
  const codings = fields.list("transfer-encoding");
  return codings.includes("identity") ? codings.filter((coding) => coding !== "identity") : codings;
}

/** Digits only; several equal lines count once, different ones and lists are refused. router.md 8.5 to 8.8, 11.10, 11.11 */
function contentLength(fields: Fields): Result<Framing | undefined, FramingFault> {
  const first = fields.first("content-length");
  if (first === undefined) return NO_LENGTH;
  if (!isDigits(first) || !fields.allAre("content-length", first)) return fail("bad-content-length");
  const digits = first.startsWith("0") ? first.replace(/^0+(?=\d)/, "") : first;
  // A body above 2^53 bytes never ends in practice: the inexact number is never reached. router.md 8.9
  return ok({ kind: "length", length: Number(digits), digits });
}

function isDigits(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const sign = text.charCodeAt(index);
    if (sign < 0x30 || sign > 0x39) return false;
  }
  return text !== "";
}
