import { createServer, type Server, type Socket } from "node:net";
import { Deadlines } from "../kernel/deadlines.ts";
import { invariant } from "../kernel/invariant.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import { SwapList, type Placed } from "../kernel/swap-list.ts";
import { port, type Port } from "../kernel/units.ts";
import { answerUnreadable } from "./answer.ts";
import type { Certificates } from "./certificates.ts";
import type { ClientSocket } from "./client-channel.ts";
import { ClientConnection, type Service } from "./client-connection.ts";
import type { TlsEnding } from "./secure/tls-ending.ts";
import { DynoPool } from "./dyno-pool.ts";
import { chunkedLimits, requestHeadLimits, responseHeadLimits } from "./head-limits.ts";
import { routerLimits } from "./limits.ts";
import { serve } from "./pipeline.ts";
import { RequestHeads } from "./request-heads.ts";
import { RequestIds } from "./request-ids.ts";
import type { RouterParts, RouterTools } from "./router-tools.ts";
import { tellFault } from "./trouble.ts";
import { requestUnderWay, type RequestUnderWay, type Traveller } from "./under-way.ts";

/** `code` is what the system answered: `EADDRINUSE`. */
export interface ListenFailure {
  readonly kind: "cannot-listen";
  readonly host: string;
  readonly port: number;
  readonly code: string;
}

interface OpenSocket extends Placed {
  readonly socket: Socket;
}

/**
 * The router of one app: takes connections and passes each request through the pipeline.
 * Listens wherever it is told to, more than once if need be: `localhost` takes 127.0.0.1 and ::1.
 */
export class Router implements AsyncDisposable {
  readonly #tools: RouterTools;
  readonly #service: Service;
  readonly #servers = new Set<Server>();
  readonly #sockets = new SwapList<OpenSocket>();
  readonly #underWay = new SwapList<Traveller>();
  #tls: Promise<TlsEnding> | undefined;
  #isClosing = false;
  /** Whoever waits for the last request to be told. */
  #onEnded: (() => void) | undefined;

  constructor(parts: RouterParts) {
    const limits = routerLimits(parts.limits ?? {});
    this.#tools = {
      forwardedProto: "http",
      hasFeature: () => false,
      onBug: () => {},
      onTrouble: () => {},
      isCustomDomain: () => false,
      certificates: undefined,
      inMaintenance: () => false,
      pageUrls: () => ({ error: undefined, maintenance: undefined }),
      ...parts,
      limits,
      requestChunks: chunkedLimits(limits, requestHeadLimits(limits)),
      responseChunks: chunkedLimits(limits, responseHeadLimits(limits)),
      deadlines: new Deadlines(parts.clock),
      dynos: new DynoPool(limits.idleToDyno),
      requestHeads: new RequestHeads(requestHeadLimits(limits)),
      requestIds: new RequestIds(parts.random, parts.era.requestIdIsUuid4),
      isClosing: () => this.#isClosing,
      underWay: this.#underWay,
      ended: () => this.#onEnded?.(),
    };
    const { certificates } = parts;
    this.#service = {
      serve: (client, head) => serve(client, head, this.#tools),
      refuse: (client, fault) => {
        answerUnreadable(client, fault, this.#tools);
        client.close();
      },
      secure:
        certificates === undefined
          ? undefined
          : (socket, first) => void this.#secure(socket, first, certificates),
    };
  }

  /** Requests under way. */
  get inFlight(): number {
    return this.#underWay.size;
  }

  /** As they stand at this moment, oldest first. */
  requestsUnderWay(): readonly RequestUnderWay[] {
    const now = this.#tools.clock.now();
    return this.#underWay
      .all()
      .toSorted((one, other) => one.at - other.at)
      .map((exchange) => requestUnderWay(exchange, now));
  }

  /** Port 0 takes any; the one taken is given back. */
  listen(host: string, wanted: number): Promise<Result<Port, ListenFailure>> {
    return new Promise((resolve) => {
      const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
      server.once("error", (error: NodeJS.ErrnoException) => {
        resolve(fail({ kind: "cannot-listen", host, port: wanted, code: error.code ?? error.message }));
      });
      server.listen({ host, port: wanted, exclusive: true }, () => {
        server.removeAllListeners("error");
        server.on("error", (error) => tellFault(error, this.#tools));
        this.#servers.add(server);
        const address = server.address();
        invariant(typeof address === "object" && address !== null, "a TCP server listens on a port");
        resolve(ok(port(address.port)));
      });
    });
  }

  /** Takes no more connections, cuts those that are open, and resolves when every request has been told. */
  async close(): Promise<void> {
    const closed = [...this.#servers].map((server) => new Promise((resolve) => server.close(resolve)));
    this.#servers.clear();
    this.#isClosing = true;
    for (const { socket } of this.#sockets.all()) socket.destroy();
    await Promise.all(closed);
    while (this.#underWay.size > 0) await new Promise<void>((resolve) => (this.#onEnded = resolve));
    this.#tools.dynos.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #accept(socket: Socket): void {
    const { limits, onTrouble } = this.#tools;
    if (this.#sockets.size >= limits.connections) {
      // a reset, so that not even a waiting socket is left of it
      socket.resetAndDestroy();
      return onTrouble({ kind: "too-many-connections", limit: limits.connections });
    }
    const open: OpenSocket = { socket, place: 0 };
    this.#sockets.add(open);
    socket.once("close", () => this.#sockets.delete(open));
    new ClientConnection(socket, this.#tools, this.#service).begin();
  }

  /** Loaded with the first handshake: who speaks HTTP only pays nothing for TLS. */
  async #secure(socket: ClientSocket, first: Buffer, certificates: Certificates): Promise<void> {
    try {
      this.#tls ??= this.#openTls(certificates);
      await (await this.#tls).accept(socket, first);
    } catch (error) {
      this.#tools.onBug(error);
      socket.destroy();
    }
  }

  async #openTls(certificates: Certificates): Promise<TlsEnding> {
    const [{ TlsEnding }, { serveSession }] = await Promise.all([
      import("./secure/tls-ending.ts"),
      import("./http2/serve-session.ts"),
    ]);
    const service: Service = { ...this.#service, secure: undefined };
    return new TlsEnding(this.#tools, certificates, (socket, channel) => {
      const begin = (client: ClientSocket): void =>
        new ClientConnection(client, this.#tools, service, channel).begin();
      if (channel.protocol === "http2.0") serveSession(socket, this.#tools, begin);
      else begin(socket);
    });
  }
}
