import type { Duplex } from "node:stream";

/** What a client's connection has to offer: a TCP socket, one with TLS, or one stream of an HTTP/2 connection. */
export interface ClientSocket extends Duplex {
  readonly remoteAddress?: string | undefined;
  /** One stream of HTTP/2 that broke, where a connection of HTTP/1.1 could only have been closed. */
  readonly isBroken?: boolean;
  /** Ends it at once, less what was already written: what was under way is lost. */
  destroySoon(): void;
}

/** What lies between the client and HTTP/1.1: how the app and the access line are told of the connection. */
export interface ClientChannel {
  readonly protocol: "http1.1" | "http2.0";
  /** Undefined: plain TCP. */
  readonly tls: TlsFacts | undefined;
}

export interface TlsFacts {
  /** As the access line writes it: `tls1.3`. heroku.md 3.8 */
  readonly version: string;
  /** The name that the client asked for in its handshake, lower case; undefined when it named none. */
  readonly serverName: string | undefined;
}

export const PLAIN: ClientChannel = { protocol: "http1.1", tls: undefined };
