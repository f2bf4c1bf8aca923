import { fail, ok, type Result } from "../kernel/result.ts";
import type { Fields } from "./fields.ts";
import { HeadScanner, type HeadFault, type HeadGrammar, type HeadLimits } from "./head-scanner.ts";

export interface StatusLine {
  /** Of a minor version above 1 it is 1.1 that counts. RFC 9110 2.5 */
  readonly version: "1.0" | "1.1";
  readonly status: number;
  /** May be empty. router.md 11.2, 17.2 */
  readonly phrase: string;
}

export interface ResponseHead extends StatusLine {
  readonly fields: Fields;
}

const STATUS_LINE = /^HTTP\/1\.(\d) ([1-9]\d\d)(?: ([\t -~\x80-\xff]*))?$/;

const GRAMMAR: HeadGrammar<StatusLine> = { readStart: readStatusLine, emptyLines: 0, mends: true };

export function responseHeadScanner(limits: HeadLimits): HeadScanner<StatusLine> {
  return new HeadScanner(GRAMMAR, limits);
}

/** Any three digits pass. router.md 11.1, 11.3 */
function readStatusLine(line: string): Result<StatusLine, HeadFault> {
  const known = statusLines.get(line);
  if (known !== undefined) return known;
  const read = parsed(line);
  if (read.ok && line.length <= LONGEST_KNOWN && statusLines.size < MOST_KNOWN) statusLines.set(line, read);
  return read;
}

/** An app has few; one that invents them must not fill the memory. */
const statusLines = new Map<string, Result<StatusLine, HeadFault>>();
const MOST_KNOWN = 100;
const LONGEST_KNOWN = 60;

function parsed(line: string): Result<StatusLine, HeadFault> {
  const match = STATUS_LINE.exec(line);
  if (match === null) return fail("bad-start-line");
  const [, minor, status, phrase = ""] = match;
  return ok({ version: minor === "0" ? "1.0" : "1.1", status: Number(status), phrase });
}
