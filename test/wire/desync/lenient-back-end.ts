import type { Seen, SeenRequest } from "./seen.ts";

/** What servers are known to have been lax about; each set of these is one server. */
export interface Laxness {
  readonly name: string;
  /** What ends a line beside CRLF. */
  readonly lineEnd: RegExp;
  /** Which Content-Length counts when there are several. */
  readonly length: "first" | "last";
  /** When a Transfer-Encoding makes the body chunked. */
  readonly chunked: (value: string) => boolean;
  readonly prefers: "length" | "chunked";
  /** Field names as the server understands them. */
  readonly nameOf: (text: string) => string;
}

const anywhere = (value: string): boolean => /chunked/i.test(value);

/** Servers that never were, each with the faults of several that were. */
export const LAX_SERVERS: readonly Laxness[] = [
  {
    name: "bare LF, names trimmed, first length, chunked wherever the word stands",
    lineEnd: /\r*\n/,
    length: "first",
    chunked: anywhere,
    prefers: "chunked",
    nameOf: (text) => text.trim().toLowerCase(),
  },
  {
    name: "bare CR, underscores are hyphens as in CGI, last length, length before chunked",
    lineEnd: /\r\n|\r|\n/,
    length: "last",
    chunked: (value) => value.trim().toLowerCase().endsWith("chunked"),
    prefers: "length",
    nameOf: (text) => text.trim().toLowerCase().replaceAll("_", "-"),
  },
  {
    name: "control bytes end lines and are left out of names, only a plain chunked counts",
    // oxlint-disable-next-line no-control-regex -- the very thing
    lineEnd: /\r\n|[\n\v\f\0\x1c-\x1e]/,
    length: "first",
    chunked: (value) => value === "chunked",
    prefers: "chunked",
    nameOf: (text) => text.replaceAll(/[^!-~]/g, "").toLowerCase(),
  },
  {
    name: "names end at the first blank, last length, no chunked beside a length",
    lineEnd: /\r?\n/,
    length: "last",
    chunked: anywhere,
    prefers: "length",
    nameOf: (text) => (text.trim().split(/\s/)[0] ?? "").toLowerCase(),
  },
];

/** Reads on whatever comes: never refuses, always makes something of it. */
export function readLaxly(bytes: string, server: Laxness): Seen {
  const requests: SeenRequest[] = [];
  const input = new Input(bytes, server.lineEnd);
  for (;;) {
    const request = readRequest(input, server);
    if (request === undefined) return { requests, unfinished: input.begun, fault: undefined };
    requests.push(request);
  }
}

function readRequest(input: Input, server: Laxness): SeenRequest | undefined {
  input.mark();
  let first = input.line();
  while (first === "") {
    input.mark();
    first = input.line();
  }
  if (first === undefined) return undefined;
  const [method = "", target = ""] = first.trim().split(/[ \t\v\f]+/);
  const fields = readFields(input, server);
  if (fields === undefined) return undefined;
  const lengths = fields.filter(([name]) => name === "content-length").map(([, value]) => value);
  const length = server.length === "first" ? lengths[0] : lengths.at(-1);
  const chunked = fields.some(([name, value]) => name === "transfer-encoding" && server.chunked(value));
  const byLength = length !== undefined && (server.prefers === "length" || !chunked);
  const body = byLength ? input.take(laxNumber(length, 10)) : chunked ? readChunks(input, server) : "";
  if (body === undefined) return undefined;
  input.mark();
  return { method, target, body };
}

function readFields(input: Input, server: Laxness): [name: string, value: string][] | undefined {
  const fields: [string, string][] = [];
  for (;;) {
    const line = input.line();
    if (line === undefined) return undefined;
    if (line === "") return fields;
    const last = fields.at(-1);
    if (/^[ \t]/.test(line) && last !== undefined) {
      last[1] = `${last[1]} ${line.trim()}`;
      continue;
    }
    const colon = line.indexOf(":");
    if (colon !== -1) fields.push([server.nameOf(line.slice(0, colon)), line.slice(colon + 1).trim()]);
  }
}

function readChunks(input: Input, server: Laxness): string | undefined {
  let content = "";
  for (;;) {
    const line = input.line();
    if (line === undefined) return undefined;
    const size = laxNumber(line.replace(/^0x/i, ""), 16);
    if (size === 0) return readFields(input, server) === undefined ? undefined : content;
    const data = input.take(size);
    if (data === undefined || input.line() === undefined) return undefined;
    content += data;
  }
}

function laxNumber(text: string, radix: 10 | 16): number {
  const number = Number.parseInt(text.trim().replace(/^\+/, ""), radix);
  return Number.isNaN(number) || number < 0 ? 0 : number;
}

class Input {
  #rest: string;
  readonly #lineEnd: RegExp;
  #begun = false;

  constructor(bytes: string, lineEnd: RegExp) {
    this.#rest = bytes;
    this.#lineEnd = lineEnd;
  }

  /** Something has been read, or is there to be read, since the last mark. */
  get begun(): boolean {
    return this.#begun || this.#rest !== "";
  }

  mark(): void {
    this.#begun = false;
  }

  line(): string | undefined {
    const end = this.#lineEnd.exec(this.#rest);
    if (end === null) return undefined;
    this.#begun = true;
    const line = this.#rest.slice(0, end.index);
    this.#rest = this.#rest.slice(end.index + end[0].length);
    return line;
  }

  take(length: number): string | undefined {
    if (this.#rest.length < length) return undefined;
    const taken = this.#rest.slice(0, length);
    this.#rest = this.#rest.slice(length);
    return taken;
  }
}
