import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { Duplex } from "node:stream";
import type { ClientSocket } from "../client-channel.ts";
import { trailerText } from "./request-text.ts";
import { ResponseTranslation } from "./response-translation.ts";

const { NGHTTP2_NO_ERROR, NGHTTP2_CANCEL } = constants;

/** How a client takes its request back; any other code means that the stream broke. RFC 9113 7 */
const TAKEN_BACK: ReadonlySet<number> = new Set([NGHTTP2_NO_ERROR, NGHTTP2_CANCEL]);

const CRLF = Buffer.from("\r\n");

/**
 * One stream of an HTTP/2 connection as a connection of HTTP/1.1 that carries one request: what is read from it is the
 * request, what is written to it becomes the answer. So the router's one way of serving is HTTP/2's as well, and what a
 * dyno sees of both is the same. Back-pressure passes through in both directions: the stream is read as fast as this
 * is, and a write is done when the stream has taken it.
 *
 *   ended after the whole answer    the stream ends; a request body still under way is refused (NO_ERROR)
 *   ended before                    the stream is reset: the client must not take half an answer for a whole one
 *   closed by the client            this closes, as a socket does whose client has left
 */
export class StreamSocket extends Duplex implements ClientSocket {
  readonly remoteAddress: string | undefined;
  readonly #stream: ServerHttp2Stream;
  readonly #response: ResponseTranslation;
  readonly #isChunked: boolean;
  #trailers = "\r\n";
  /** Called when the stream has taken what was written last. */
  #writing: ((error?: Error | null) => void) | undefined;
  #isCut = false;
  #isBroken = false;

  /** `head`: the request's, as HTTP/1.1 text. */
  constructor(
    stream: ServerHttp2Stream,
    head: string,
    method: string,
    isChunked: boolean,
    address: string | undefined,
  ) {
    super();
    this.remoteAddress = address;
    this.#stream = stream;
    this.#isChunked = isChunked;
    this.#response = new ResponseTranslation(stream, method);
    this.push(Buffer.from(head, "latin1"));
    stream.pause();
    stream.on("data", (bytes: Buffer) => this.#bytes(bytes));
    stream.on("trailers", (_: IncomingHttpHeaders, __: number, raw: string[]) => this.#keepTrailers(raw));
    stream.on("end", () => this.#requestEnds());
    // "close" follows, and tells how
    stream.on("error", () => {});
    stream.on("frameError", () => this.#reset("a head too large for HTTP/2"));
    stream.on("close", () => this.#closed());
  }

  /** The stream did not end as the client wished: a fault of the protocol on either side. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  destroySoon(): void {
    this.#isCut = true;
    this.end();
  }

  override _read(): void {
    this.#stream.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#pass([chunk], done);
  }

  override _writev(chunks: { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#pass(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  override _final(done: () => void): void {
    const isWhole = this.#response.isComplete || (this.#response.endsWithConnection && !this.#isCut);
    if (isWhole) this.#finish();
    else this.#reset("the answer was cut");
    done();
  }

  override _destroy(_: Error | null, done: (error?: Error | null) => void): void {
    if (this.#response.isComplete) this.#finish();
    else this.#reset("the connection was closed");
    done();
  }

  #bytes(bytes: Buffer): void {
    if (this.#isChunked) this.push(Buffer.from(`${bytes.length.toString(16)}\r\n`, "latin1"));
    const more = this.push(bytes);
    if (this.#isChunked) this.push(CRLF);
    if (!more) this.#stream.pause();
  }

  /** Only a body without a length has room for them. */
  #keepTrailers(raw: readonly string[]): void {
    const text = trailerText(raw);
    if (text !== undefined) this.#trailers = text;
    else {
      this.#reset("malformed trailers");
    }
  }

  #requestEnds(): void {
    if (this.#isChunked && !this.destroyed) this.push(Buffer.from(`0\r\n${this.#trailers}`, "latin1"));
  }

  #pass(chunks: readonly Buffer[], done: (error?: Error | null) => void): void {
    const stream = this.#stream;
    // empty writes, which only ask whether all has gone, and what must not be there
    if (this.#response.isComplete) return done();
    if (stream.destroyed || stream.closed) return done(new Error("the stream is closed"));
    const out: Buffer[] = [];
    try {
      for (const chunk of chunks)
        if (!this.#response.push(chunk, out)) {
          this.#reset("no answer for HTTP/2");
          return done(new Error("no answer for HTTP/2"));
        }
    } catch (error) {
      this.#reset("no answer for HTTP/2");
      return done(error as Error);
    }
    const last = out.pop();
    for (const piece of out) stream.write(piece);
    if (last === undefined) done();
    else {
      this.#writing = done;
      stream.write(last, (error) => this.#written(error));
    }
    if (this.#response.isComplete) stream.end();
  }

  #written(error: Error | null | undefined): void {
    const done = this.#writing;
    this.#writing = undefined;
    done?.(error);
  }

  /** A stream that ended well may say so before it says that the last write is done. */
  #closed(): void {
    const { rstCode } = this.#stream;
    const isWhole = this.#response.isComplete && rstCode === NGHTTP2_NO_ERROR;
    this.#isBroken ||= !isWhole && !TAKEN_BACK.has(rstCode);
    if (!isWhole) this.destroy();
    else {
      this.#written(null);
      // whoever waits for that write hears of it first
      setImmediate(() => this.destroy());
    }
  }

  /** What is left of the request is not wanted. RFC 9113 8.1 */
  #finish(): void {
    const stream = this.#stream;
    if (stream.destroyed || stream.closed) return;
    stream.end(() => {
      if (!stream.readableEnded && !stream.closed) stream.close(NGHTTP2_NO_ERROR);
    });
  }

  /** To close it with a code would end it first, and half an answer would look like a whole one. */
  #reset(why: string): void {
    if (this.#stream.closed) return;
    this.#isBroken = true;
    this.#stream.destroy(new Error(why));
  }
}
