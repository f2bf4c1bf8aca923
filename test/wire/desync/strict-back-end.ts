import type { Seen, SeenRequest } from "./seen.ts";
import { readChunksStrictly, refuse } from "./strict-chunks.ts";

type Field = readonly [name: string, value: string];

const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\*|\/[!-~\x80-\xff]*) HTTP\/1\.1$/;
const FIELD = /^([!#$%&'*+.^`|~0-9A-Za-z_-]+): ((?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?)$/;
/** RFC 9110 6.5.1, and what the router alone may say. */
const NEVER_IN_TRAILERS =
  /^(?:transfer-encoding|content-length|content-encoding|content-type|host|connection|expect|upgrade|te|trailer|authorization|cookie|x-forwarded-.*|x-request-id|via)$/;

/**
 * A back end that takes RFC 9112 at its word, written from the RFC alone. It knows what the router's own hand looks like,
 * and takes nothing else: `Name: value`, one framing, one Host, no extension of a chunk.
 */
export function readStrictly(bytes: string): Seen {
  const requests: SeenRequest[] = [];
  let rest = bytes;
  try {
    while (rest !== "") {
      const read = readRequest(rest);
      if (read === undefined) return { requests, unfinished: true, fault: undefined };
      requests.push(read.request);
      rest = rest.slice(read.length);
    }
    return { requests, unfinished: false, fault: undefined };
  } catch (error) {
    return { requests, unfinished: true, fault: String(error) };
  }
}

/** Method and target of a request whose head is whole and whose body is not; `bytes` are good so far. */
export function unfinishedHead(bytes: string): Omit<SeenRequest, "body"> | undefined {
  let rest = bytes;
  for (let read = readRequest(rest); read !== undefined; read = readRequest(rest))
    rest = rest.slice(read.length);
  if (!rest.includes("\r\n\r\n")) return undefined;
  const [method = "", target = ""] = rest.split(" ");
  return { method, target };
}

function readRequest(bytes: string): { request: SeenRequest; length: number } | undefined {
  const headLength = bytes.indexOf("\r\n\r\n");
  if (headLength === -1) return undefined;
  const [first = "", ...lines] = bytes.slice(0, headLength).split("\r\n");
  const [, method, target] = REQUEST_LINE.exec(first) ?? refuse(`request line ${JSON.stringify(first)}`);
  const fields = lines.map(readField);
  const body = readBody(bytes.slice(headLength + 4), fields);
  if (body === undefined) return undefined;
  return {
    request: { method: method!, target: target!, body: body.content },
    length: headLength + 4 + body.length,
  };
}

function readField(line: string): Field {
  const [, name, value] = FIELD.exec(line) ?? refuse(`field ${JSON.stringify(line)}`);
  return [name!.toLowerCase(), value!];
}

function readBody(bytes: string, fields: readonly Field[]): { content: string; length: number } | undefined {
  const only = (name: string): string | undefined => {
    const values = fields.filter(([other]) => other.replaceAll("_", "-") === name);
    if (values.length > 1) refuse(`${name} more than once`);
    return values[0]?.[1];
  };
  if (only("host") === undefined) refuse("no Host");
  const coding = only("transfer-encoding");
  const length = only("content-length");
  if (coding !== undefined) {
    if (coding !== "chunked") refuse(`coding ${coding}`);
    if (length !== undefined) refuse("two framings");
    return readChunksStrictly(bytes, readTrailer);
  }
  if (length === undefined) return { content: "", length: 0 };
  if (!/^(?:0|[1-9]\d*)$/.test(length)) refuse(`length ${length}`);
  const wanted = Number(length);
  return bytes.length < wanted ? undefined : { content: bytes.slice(0, wanted), length: wanted };
}

function readTrailer(line: string): void {
  const [name] = readField(line);
  if (NEVER_IN_TRAILERS.test(name.replaceAll("_", "-"))) refuse(`${name} in the trailers`);
}
