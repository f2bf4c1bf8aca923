import type { SeenAnswer, SeenAnswers } from "./seen.ts";
import { readChunksStrictly, refuse } from "./strict-chunks.ts";

const STATUS_LINE = /^HTTP\/1\.1 ([1-9]\d\d) [\t -~\x80-\xff]*$/;
const FIELD = /^([!#$%&'*+.^`|~0-9A-Za-z_-]+): ((?:[^ \t\r\n\0](?:[^\r\n\0]*[^ \t\r\n\0])?)?)$/;

/**
 * A client that takes RFC 9112 at its word. `methods`: of the requests it has sent, in order. What comes after the last
 * answer, or an answer that its method forbids, is a fault: it would be taken for the answer to the next request.
 */
export function readAnswersStrictly(bytes: string, methods: readonly string[]): SeenAnswers {
  const answers: SeenAnswer[] = [];
  let rest = bytes;
  try {
    while (rest !== "") {
      const method = methods[answers.length] ?? refuse("an answer to nobody");
      const headLength = rest.indexOf("\r\n\r\n");
      if (headLength === -1) return { answers, unfinished: true, fault: undefined };
      const [first = "", ...lines] = rest.slice(0, headLength).split("\r\n");
      const status = Number(STATUS_LINE.exec(first)?.[1] ?? refuse(`status line ${JSON.stringify(first)}`));
      const fields = lines.map(readField);
      rest = rest.slice(headLength + 4);
      if (status < 200 && status !== 101) {
        if (fields.some(([name]) => name === "content-length" || name === "transfer-encoding"))
          refuse("a body on an interim answer");
        continue;
      }
      const body = readBody(rest, method, status, fields);
      if (body === undefined) return { answers, unfinished: true, fault: undefined };
      answers.push({ status, body: body.content });
      rest = rest.slice(body.length);
    }
    return { answers, unfinished: false, fault: undefined };
  } catch (error) {
    return { answers, unfinished: true, fault: String(error) };
  }
}

function readField(line: string): readonly [name: string, value: string] {
  const [, name, value] = FIELD.exec(line) ?? refuse(`field ${JSON.stringify(line)}`);
  return [name!.toLowerCase(), value!];
}

function readBody(
  bytes: string,
  method: string,
  status: number,
  fields: readonly (readonly [name: string, value: string])[],
): { content: string; length: number } | undefined {
  const only = (name: string): string | undefined => {
    const values = fields.filter(([other]) => other === name);
    if (values.length > 1) refuse(`${name} more than once`);
    return values[0]?.[1];
  };
  const coding = only("transfer-encoding");
  const length = only("content-length");
  if (coding !== undefined && length !== undefined) refuse("two framings");
  if (length !== undefined && !/^\d+$/.test(length)) refuse(`length ${length}`);
  if (method === "HEAD" || status === 204 || status === 304) return { content: "", length: 0 };
  if (coding !== undefined) {
    // `gzip, chunked` is a content the client unpacks; the border is that of chunked all the same.
    const codings = coding.split(", ");
    if (
      !codings.every((one) => /^[!#-'*+.^-z|~-]+$/.test(one)) ||
      codings.indexOf("chunked") !== codings.length - 1
    )
      refuse(`coding ${coding}`);
    return readChunksStrictly(bytes, readField);
  }
  if (length !== undefined) {
    const wanted = Number(length);
    return bytes.length < wanted ? undefined : { content: bytes.slice(0, wanted), length: wanted };
  }
  if (only("connection") !== "close") refuse("neither length nor close");
  return { content: bytes, length: bytes.length };
}
