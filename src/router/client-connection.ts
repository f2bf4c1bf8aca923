import { requestHeadScanner, type RequestHead } from "../http/request-head.ts";
import type { HeadFault, HeadScanner } from "../http/head-scanner.ts";
import type { RequestLine } from "../http/request-head.ts";
import { IdleTimer } from "../kernel/idle-timer.ts";
import { PLAIN, type ClientChannel, type ClientSocket } from "./client-channel.ts";
import { requestHeadLimits, type RouterTools } from "./router-tools.ts";

/** Takes bytes of the client and gives how many it used; it detaches itself before it uses fewer than all. */
export type Sink = (bytes: Buffer) => number;

/** What the connection needs of the router. */
export interface Service {
  /** Serves one request to its end; `close` also when the answer said so. */
  serve(client: ClientConnection, head: RequestHead): Promise<"stay" | "close">;
  /** Answers a head that cannot be read: no app is known, so nothing is logged. router.md E22 */
  refuse(client: ClientConnection, fault: HeadFault | "too-slow"): void;
  /** The client began a TLS handshake: `first` are its first bytes. Undefined where there is none, or one is over. */
  secure?: ((socket: ClientSocket, first: Buffer) => void) | undefined;
}

/** The type of a TLS record that carries a handshake; no HTTP request begins with it. RFC 8446 5.1 */
const TLS_HANDSHAKE = 0x16;

/**
 * The client's side of one connection: heads are read one after the other, and between them the bytes go to whoever
 * is attached. Bytes nobody has asked for yet (a pipelined request, an early body) wait here.
 *
 *   head ──complete──> serving ──"stay"──> head
 *    │                    └──"close"──> closing ──> closed
 *    └── unreadable or too slow ──────────^
 */
export class ClientConnection {
  readonly socket: ClientSocket;
  readonly channel: ClientChannel;
  readonly peer: string;
  readonly #tools: RouterTools;
  readonly #service: Service;
  readonly #timer: IdleTimer;
  readonly #scanner: HeadScanner<RequestLine>;
  readonly #gone = new AbortController();
  #sink: Sink | undefined;
  /** Nothing has come yet. */
  #isFresh = true;
  #unread: Buffer | undefined;
  #phase: "head" | "serving" | "closing" = "head";
  /** Answers begun on this connection, the current one counted. */
  requests = 0;
  /** The relay's: called once when the client has left. */
  onGone: (() => void) | undefined;
  /** The relay's: all that was written has gone out. */
  onDrain: (() => void) | undefined;

  constructor(socket: ClientSocket, tools: RouterTools, service: Service, channel: ClientChannel = PLAIN) {
    this.socket = socket;
    this.channel = channel;
    this.peer = plainAddress(socket.remoteAddress);
    this.#tools = tools;
    this.#service = service;
    this.#timer = new IdleTimer(tools.clock);
    this.#scanner = requestHeadScanner(requestHeadLimits(tools.limits));
  }

  begin(): void {
    const { socket } = this;
    socket.on("data", (bytes: Buffer) => this.#contained(() => this.#receive(bytes)));
    socket.on("drain", () => this.#contained(() => this.onDrain?.()));
    // A client that ends its half has left: neither router waits for an answer nobody may be reading. router.md E6
    socket.on("end", () => this.#leave());
    socket.on("error", () => this.#leave());
    socket.on("close", () => this.#leave());
    this.#readHead();
  }

  /** Aborted when the client has left. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  attach(sink: Sink): void {
    this.#sink = sink;
    this.release();
    const waiting = this.#unread;
    this.#unread = undefined;
    if (waiting !== undefined) this.#receive(waiting);
  }

  detach(): void {
    this.#sink = undefined;
  }

  /** Stops reading, until `release`: the dyno takes no more. */
  hold(): void {
    this.socket.pause();
  }

  release(): void {
    if (this.socket.isPaused()) this.socket.resume();
  }

  /** Ends the connection at once; bytes already written still go out, if they go at all. */
  cut(): void {
    this.#phase = "closing";
    this.socket.destroySoon();
    this.#timer.start(this.#tools.limits.linger, () => this.socket.destroy());
  }

  /** Ends it after what was written, and takes in what the client is still sending for a moment. router.md 8.24 */
  close(): void {
    if (this.#phase === "closing") return;
    if (this.gone.aborted) return this.cut();
    this.#phase = "closing";
    this.#unread = undefined;
    this.attach((bytes) => bytes.length);
    this.socket.end();
    this.#timer.start(this.#tools.limits.linger, () => this.socket.destroy());
  }

  #readHead(): void {
    this.#phase = "head";
    this.#scanner.reset();
    this.#timer.start(this.#tools.limits.requestHead, () => this.#tooSlow());
    this.attach((bytes) => this.#head(bytes));
  }

  #head(bytes: Buffer): number {
    if (this.#isFresh) {
      this.#isFresh = false;
      if (bytes[0] === TLS_HANDSHAKE && this.#service.secure !== undefined) return this.#handOver(bytes);
    }
    const used = this.#scanner.push(bytes);
    const { state, start, fields, fault } = this.#scanner;
    if (state === "open") return used;
    this.detach();
    this.#timer.stop();
    if (state === "broken" || start === undefined) {
      this.#service.refuse(this, fault ?? "bad-start-line");
      return bytes.length;
    }
    this.#phase = "serving";
    this.requests += 1;
    void this.#serve({ ...start, fields });
    return used;
  }

  /** From here on the socket belongs to whoever speaks TLS; what comes out there is another connection. */
  #handOver(bytes: Buffer): number {
    this.#timer.stop();
    this.detach();
    this.socket.removeAllListeners("data").removeAllListeners("drain").pause();
    this.#service.secure?.(this.socket, bytes);
    return bytes.length;
  }

  async #serve(head: RequestHead): Promise<void> {
    let end: "stay" | "close" = "close";
    try {
      end = await this.#service.serve(this, head);
    } catch (error) {
      this.#tools.onBug(error);
    }
    this.onGone = undefined;
    this.onDrain = undefined;
    this.detach();
    if (this.gone.aborted) this.socket.destroy();
    else if (end === "stay" && this.#phase === "serving") this.#contained(() => this.#readHead());
    else this.close();
  }

  #receive(bytes: Buffer): void {
    const sink = this.#sink;
    const used = sink === undefined ? 0 : sink(bytes);
    if (used === bytes.length) return;
    const rest = bytes.subarray(used);
    this.#unread = this.#unread === undefined ? rest : Buffer.concat([this.#unread, rest]);
    if (this.#unread.length >= this.#tools.limits.readAhead && this.#sink === undefined) this.hold();
  }

  /** Silence before a request is no error: only a begun header block is answered. router.md L6 */
  #tooSlow(): void {
    this.detach();
    if (this.#scanner.start === undefined) this.socket.destroy();
    else this.#service.refuse(this, "too-slow");
  }

  #leave(): void {
    if (this.socket.destroyed) this.#timer.stop();
    if (this.gone.aborted) return;
    this.#gone.abort();
    this.#contained(() => this.onGone?.());
    if (this.#phase !== "serving") this.socket.destroy();
  }

  #contained(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#tools.onBug(error);
      this.socket.destroy();
    }
  }
}

/** An IPv4 client of a dual-stack socket is shown as IPv4. */
function plainAddress(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:(?=\d+\.)/, "");
}
