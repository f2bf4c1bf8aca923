import {
  connect,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import { DOMAIN, type TestAuthority } from "./tls-rig.ts";
import type { Rig } from "./rig.ts";

/** What came back on one stream. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly interim: readonly IncomingHttpHeaders[];
  readonly body: string;
  readonly trailers: IncomingHttpHeaders;
  /** Error code of the stream's end; 0: none. */
  readonly code: number;
}

/** An HTTP/2 client of the custom domain. */
export class Http2Client implements Disposable {
  readonly session: ClientHttp2Session;

  private constructor(session: ClientHttp2Session) {
    this.session = session;
    session.on("error", () => {});
  }

  static async open(authority: TestAuthority, rig: Rig, servername: string = DOMAIN): Promise<Http2Client> {
    const socket = await authority.connect(rig, servername, { ALPNProtocols: ["h2"] });
    const session = connect(`https://${DOMAIN}`, {
      createConnection: () => socket,
      maxHeaderListPairs: 2_000,
      settings: { maxHeaderListSize: 4_000_000 },
    });
    return new Http2Client(session);
  }

  /** A GET, unless told otherwise; it ends at once, unless `open`. */
  request(headers: OutgoingHttpHeaders = {}, open: boolean = false): ClientHttp2Stream {
    const stream = this.session.request(
      { ":path": "/", ":authority": DOMAIN, ...headers },
      { endStream: !open },
    );
    stream.on("error", () => {});
    return stream;
  }

  [Symbol.dispose](): void {
    this.session.destroy();
  }
}

/** Waits for the stream's end. */
export function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
  return new Promise((resolve) => {
    let headers: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    const interim: IncomingHttpHeaders[] = [];
    let body = "";
    stream.on("headers", (given: IncomingHttpHeaders) => interim.push(given));
    stream.on("response", (given) => (headers = given));
    stream.on("trailers", (given: IncomingHttpHeaders) => (trailers = given));
    stream.on("data", (bytes: Buffer) => (body += bytes.toString("latin1")));
    stream.on("close", () =>
      resolve({
        status: Number(headers[":status"] ?? 0),
        headers,
        interim,
        body,
        trailers,
        code: stream.rstCode ?? 0,
      }),
    );
  });
}
