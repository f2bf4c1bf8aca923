import { fail, ok, type Result } from "../kernel/result.ts";
import { isToken } from "./characters.ts";
import type { Fields } from "./fields.ts";
import { HeadScanner, type HeadFault, type HeadGrammar, type HeadLimits } from "./head-scanner.ts";

export interface RequestLine {
  readonly method: string;
  /** As it came, not yet looked into. */
  readonly target: string;
  readonly version: "1.0" | "1.1";
}

export interface RequestHead extends RequestLine {
  readonly fields: Fields;
}

/** Empty lines a client may send before its request line. router.md L13 */
const EMPTY_LINES = 5;
/** Longest method. router.md L14, heroku.md 3.2 */
const METHOD_LIMIT = 127;

const PROTOCOL = /^HTTP\/\d\.\d$/;
/** No control bytes; bytes above 0x7f are let through as the client wrote them. router.md 3.7, 3.10 */
const TARGET = /^[!-~\x80-\xff]+$/;

const GRAMMAR: HeadGrammar<RequestLine> = {
  readStart: readRequestLine,
  emptyLines: EMPTY_LINES,
  mends: false,
};

export function requestHeadScanner(limits: HeadLimits): HeadScanner<RequestLine> {
  return new HeadScanner(GRAMMAR, limits);
}

/** Single spaces, a known version. router.md 3.11, 3.12, 3.15 */
function readRequestLine(line: string): Result<RequestLine, HeadFault> {
  const methodEnd = line.indexOf(" ");
  const targetEnd = line.indexOf(" ", methodEnd + 1);
  if (methodEnd === -1 || targetEnd === -1) return fail("bad-start-line");
  const protocol = line.slice(targetEnd + 1);
  const method = line.slice(0, methodEnd);
  const target = line.slice(methodEnd + 1, targetEnd);
  if (!PROTOCOL.test(protocol) || !isToken(method) || method.length > METHOD_LIMIT || !TARGET.test(target))
    return fail("bad-start-line");
  if (protocol !== "HTTP/1.1" && protocol !== "HTTP/1.0") return fail("unknown-version");
  return ok({ method, target, version: protocol === "HTTP/1.1" ? "1.1" : "1.0" });
}
