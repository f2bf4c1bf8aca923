import type { OutgoingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { bodyOf, type Body } from "../../http/body.ts";
import { ChunkedBody } from "../../http/chunked-body.ts";
import type { Fields } from "../../http/fields.ts";
import { responseFraming } from "../../http/framing.ts";
import type { HeadLimits } from "../../http/head-scanner.ts";
import { responseHeadScanner, type ResponseHead } from "../../http/response-head.ts";
import { invariant } from "../../kernel/invariant.ts";

/** The router wrote it and has held it to its limits. */
const LIMITS: HeadLimits = {
  startLine: Infinity,
  fieldLine: Infinity,
  fieldName: Infinity,
  cookieLine: Infinity,
  fields: Infinity,
  total: Infinity,
};

/** Of HTTP/1.1 alone. RFC 9113 8.2.2 */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
  "te",
]);

/** Reads the answer that the router writes in HTTP/1.1 and tells the stream of it. */
export class ResponseTranslation {
  readonly #stream: ServerHttp2Stream;
  readonly #method: string;
  readonly #head = responseHeadScanner(LIMITS);
  #body: Body | undefined;
  #chunked: ChunkedBody | undefined;
  #endsWithConnection = false;

  constructor(stream: ServerHttp2Stream, method: string) {
    this.#stream = stream;
    this.#method = method;
  }

  /** The answer has come to its end, as far as its framing tells. */
  get isComplete(): boolean {
    return this.#body?.state === "complete";
  }

  /** The orderly end of the connection is the end of the answer. */
  get endsWithConnection(): boolean {
    return this.#endsWithConnection;
  }

  /** Adds to `out` what is content. False when it is an answer that HTTP/2 cannot give. */
  push(bytes: Buffer, out: Buffer[]): boolean {
    let rest = bytes;
    while (this.#body === undefined) {
      rest = rest.subarray(this.#head.push(rest));
      const { state, start, fields } = this.#head;
      if (state === "open") return true;
      invariant(state === "complete" && start !== undefined, "the router writes heads that can be read");
      // HTTP/2 has no switching of protocols. RFC 9113 8.6
      if (start.status === 101) return false;
      if (start.status >= 200) this.#begin({ ...start, fields });
      else {
        this.#stream.additionalHeaders(headersOf(start.status, fields));
        this.#head.reset();
      }
    }
    this.#body.push(rest, out);
    return this.#body.state !== "broken";
  }

  #begin({ status, fields }: ResponseHead): void {
    const framing = responseFraming(this.#method, status, fields);
    invariant(framing.ok, "the router writes framing that can be read");
    this.#endsWithConnection = framing.value.kind === "until-close";
    if (framing.value.kind === "chunked") {
      this.#chunked = new ChunkedBody(false, { sizeLine: Infinity, trailers: LIMITS });
      this.#body = this.#chunked;
      this.#stream.once("wantTrailers", () => this.#sendTrailers());
    } else this.#body = bodyOf(framing.value, false, { sizeLine: Infinity, trailers: LIMITS });
    this.#stream.respond(headersOf(status, fields), {
      endStream: this.isComplete,
      waitForTrailers: this.#chunked !== undefined,
    });
  }

  #sendTrailers(): void {
    if (this.#stream.destroyed) return;
    const trailers = this.#chunked?.trailers;
    this.#stream.sendTrailers(trailers === undefined ? {} : valuesOf(trailers));
  }
}

function headersOf(status: number, fields: Fields): OutgoingHttpHeaders {
  return { ":status": status, ...valuesOf(fields) };
}

/** Cookies stay apart; of others, several lines are one list (RFC 9110 5.3). Control bytes would break the stream. */
function valuesOf(fields: Fields): OutgoingHttpHeaders {
  const values: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const name of new Set(fields.names)) {
    if (LEFT_OUT.has(name)) continue;
    const all = fields.all(name).map((value) => value.replace(/[^\t -~\x80-\xff]/g, " "));
    values[name] = name === "set-cookie" ? all : all.join(", ");
  }
  return values;
}
