import type { SeenAnswer, SeenAnswers } from "./seen.ts";

/** What clients are known to have been lax about; each set of these is one client. */
export interface LaxClient {
  readonly name: string;
  /** What ends a line beside CRLF. */
  readonly lineEnd: RegExp;
  readonly length: "first" | "last";
  readonly chunked: (value: string) => boolean;
  readonly prefers: "length" | "chunked";
}

export const LAX_CLIENTS: readonly LaxClient[] = [
  {
    name: "bare LF, first length, chunked wherever the word stands",
    lineEnd: /\r*\n/,
    length: "first",
    chunked: (value) => /chunked/i.test(value),
    prefers: "chunked",
  },
  {
    name: "bare CR, last length, length before chunked",
    lineEnd: /\r\n|\r|\n/,
    length: "last",
    chunked: (value) => value.trim().toLowerCase().endsWith("chunked"),
    prefers: "length",
  },
];

/** Reads on whatever comes; `methods` of the requests sent. What is left over is an answer to nobody. */
export function readAnswersLaxly(bytes: string, methods: readonly string[], client: LaxClient): SeenAnswers {
  const answers: SeenAnswer[] = [];
  let rest = bytes;
  const line = (): string | undefined => {
    const end = client.lineEnd.exec(rest);
    if (end === null) return undefined;
    const text = rest.slice(0, end.index);
    rest = rest.slice(end.index + end[0].length);
    return text;
  };
  const take = (length: number): string | undefined => {
    if (rest.length < length) return undefined;
    const text = rest.slice(0, length);
    rest = rest.slice(length);
    return text;
  };
  const readChunks = (): string | undefined => {
    for (let content = ""; ;) {
      const size = Number.parseInt(line() ?? "x", 16);
      if (Number.isNaN(size)) return undefined;
      if (size === 0) {
        for (;;) {
          const trailer = line();
          if (trailer === undefined) return undefined;
          if (trailer === "") return content;
        }
      }
      const data = take(size);
      if (data === undefined || line() === undefined) return undefined;
      content += data;
    }
  };
  for (;;) {
    if (rest === "") return { answers, unfinished: false, fault: undefined };
    const status = Number(/\d\d\d/.exec(line() ?? "")?.[0] ?? 0);
    const fields: [string, string][] = [];
    for (;;) {
      const text = line();
      if (text === undefined) return { answers, unfinished: true, fault: undefined };
      if (text === "") break;
      const [name = "", ...value] = text.split(":");
      fields.push([name.trim().toLowerCase(), value.join(":").trim()]);
    }
    if (status >= 100 && status < 200 && status !== 101) continue;
    const method = methods[answers.length];
    if (method === undefined) return { answers, unfinished: true, fault: "an answer to nobody" };
    const lengths = fields.filter(([name]) => name === "content-length").map(([, value]) => value);
    const length = client.length === "first" ? lengths[0] : lengths.at(-1);
    const chunked = fields.some(([name, value]) => name === "transfer-encoding" && client.chunked(value));
    let body: string | undefined;
    if (method === "HEAD" || status === 204 || status === 304) body = "";
    else if (length !== undefined && (client.prefers === "length" || !chunked))
      body = take(Number.parseInt(length, 10));
    else body = chunked ? readChunks() : take(rest.length);
    if (body === undefined) return { answers, unfinished: true, fault: undefined };
    answers.push({ status, body });
  }
}
