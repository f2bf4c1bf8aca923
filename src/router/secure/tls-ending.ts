import type { Duplex } from "node:stream";
import { callbackify } from "node:util";
import { createSecureContext, createServer, type SecureContext, type Server, type TLSSocket } from "node:tls";
import type { Certificate, Certificates } from "../certificates.ts";
import type { ClientChannel } from "../client-channel.ts";
import type { RouterTools } from "../router-tools.ts";

/** Who names no host, or one that is none of ours, is shown this certificate. */
const LOCALHOST = "localhost";

/** What comes out of a handshake. */
export type Secured = (socket: TLSSocket, channel: ClientChannel) => void;

/**
 * Ends TLS in front of the router, on the same port as plain HTTP: an app that sends its visitors from http to https
 * keeps host and port in the address, and so they arrive. A certificate for each host name, made on demand; HTTP/2 is
 * offered for custom domains only (heroku.md 3.6). A handshake that fails is nobody's request: it is not logged.
 */
export class TlsEnding {
  readonly #tools: RouterTools;
  readonly #certificates: Certificates;
  readonly #server: Server;
  readonly #contexts = new WeakMap<Certificate, SecureContext>();
  #shownByDefault: Certificate | undefined;

  constructor(tools: RouterTools, certificates: Certificates, secured: Secured) {
    this.#tools = tools;
    this.#certificates = certificates;
    this.#server = createServer({
      noDelay: true,
      minVersion: "TLSv1.2",
      handshakeTimeout: tools.limits.requestHead,
      SNICallback: callbackify((name: string) => this.#contextFor(name.toLowerCase())),
      ALPNCallback: ({ servername, protocols }) => this.#protocol(servername.toLowerCase(), protocols),
    });
    this.#server.on("secureConnection", (socket) => secured(socket, channelOf(socket)));
    // the socket goes with it; a client that breaks off, or trusts nobody, is no trouble of ours
    this.#server.on("tlsClientError", (_, socket) => socket.destroy());
  }

  /** Takes over a connection whose `first` bytes began a handshake. */
  async accept(socket: Duplex, first: Buffer): Promise<void> {
    const certificate = await this.#certificateFor(LOCALHOST);
    if (socket.destroyed) return;
    if (certificate === undefined) {
      socket.destroy();
      return;
    }
    if (certificate !== this.#shownByDefault) this.#server.setSecureContext(certificate);
    this.#shownByDefault = certificate;
    socket.unshift(first);
    this.#server.emit("connection", socket);
  }

  /** Undefined: the one that is shown by default. */
  async #contextFor(name: string): Promise<SecureContext | undefined> {
    const certificate = this.#tools.hosts(name) ? await this.#certificateFor(name) : undefined;
    if (certificate === undefined) return undefined;
    const known = this.#contexts.get(certificate);
    if (known !== undefined) return known;
    const context = createSecureContext({ ...certificate, minVersion: "TLSv1.2" });
    this.#contexts.set(certificate, context);
    return context;
  }

  async #certificateFor(name: string): Promise<Certificate | undefined> {
    try {
      return await this.#certificates.certificateFor(name);
    } catch (error) {
      this.#tools.onBug(error);
      return undefined;
    }
  }

  /** Undefined refuses the handshake: the client wants none of what there is. RFC 7301 3.2 */
  #protocol(name: string, offered: readonly string[]): string | undefined {
    const { era, isCustomDomain, hasFeature } = this.#tools;
    const speaksHttp2 = era.http2 && isCustomDomain(name) && !hasFeature("http-disable-http2");
    const known = [...(speaksHttp2 ? ["h2"] : []), "http/1.1", "http/1.0"];
    return known.find((protocol) => offered.includes(protocol));
  }
}

function channelOf(socket: TLSSocket): ClientChannel {
  const { servername } = socket as { servername?: string | false };
  return {
    protocol: socket.alpnProtocol === "h2" ? "http2.0" : "http1.1",
    tls: {
      version: (socket.getProtocol() ?? "unknown").toLowerCase().replace("tlsv", "tls"),
      serverName: servername ? servername.toLowerCase() : undefined,
    },
  };
}
