import type { HeadFault, HeadScanner } from "../http/head-scanner.ts";
import type { RequestHead, RequestLine } from "../http/request-head.ts";
import type { Deadline, Timed } from "../kernel/deadlines.ts";
import { PLAIN, type ClientChannel, type ClientSocket } from "./client-channel.ts";
import type { RouterTools } from "./router-tools.ts";

/** Who serves the client at the moment, and hears what happens on its side. What it throws comes back as `bug`. */
export interface ClientUser {
  /** Only while it listens. Gives how many bytes it used; before it uses fewer than all, it stops listening. */
  fromClient(bytes: Buffer): number;
  /** Once: the client has left. */
  clientGone(): void;
  /** All that was written has gone out. */
  clientDrained(): void;
  bug(error: unknown): void;
}

/** What the connection needs of the router. */
export interface Service {
  /** Serves one request to its end, which is `proceed`. */
  serve(client: ClientConnection, head: RequestHead): void;
  /** Answers a head that cannot be read: no app is known, so nothing is logged. router.md E22 */
  refuse(client: ClientConnection, fault: HeadFault | "too-slow"): void;
  /** The client began a TLS handshake: `first` are its first bytes. Undefined where there is none, or one is over. */
  secure?: ((socket: ClientSocket, first: Buffer) => void) | undefined;
}

/** The type of a TLS record that carries a handshake; no HTTP request begins with it. RFC 8446 5.1 */
const TLS_HANDSHAKE = 0x16;

/**
 * The client's side of one connection, whatever carries its bytes (`ClientSocket`): heads are read one after the other,
 * and between them bytes and news go to whoever serves. Bytes nobody has asked for yet (a pipelined request, an early
 * body) wait here.
 *
 *   head ──complete──> serving ──"stay"──> head
 *    │                    └──"close"──> closing ──> closed
 *    └── unreadable or too slow ──────────^
 *
 * Listeners and the deadline are set once and serve all its requests; whoever is idle owns nothing else, so that many
 * idle connections are small.
 */
export class ClientConnection implements Timed {
  readonly socket: ClientSocket;
  readonly channel: ClientChannel;
  readonly peer: string;
  /** Of whatever is waited for: there is one thing at a time. */
  readonly deadline: Deadline;
  readonly #tools: RouterTools;
  readonly #service: Service;
  /** Of a head that has begun. */
  #scanner: HeadScanner<RequestLine> | undefined;
  #phase: "head" | "serving" | "closing" = "head";
  #user: ClientUser | undefined;
  #isListening = false;
  /** Nothing has come yet. */
  #isFresh = true;
  #isGone = false;
  #gone: AbortController | undefined;
  #unread: Buffer | undefined;
  /** Answers begun on this connection, the current one counted. */
  requests = 0;

  constructor(socket: ClientSocket, tools: RouterTools, service: Service, channel: ClientChannel = PLAIN) {
    this.socket = socket;
    this.channel = channel;
    this.peer = plainAddress(socket.remoteAddress);
    this.deadline = tools.deadlines.open();
    this.#tools = tools;
    this.#service = service;
  }

  begin(): void {
    const { socket } = this;
    socket.on("data", (bytes: Buffer) => this.#received(bytes));
    socket.on("drain", () => this.#drained());
    // A client that ends its half has left: neither router waits for an answer nobody may be reading. router.md E6
    socket.on("end", () => this.#leave());
    socket.on("error", () => this.#leave());
    socket.on("close", () => {
      this.deadline.close();
      this.#tools.dynos.release(this);
      this.#leave();
    });
    this.#readHead();
  }

  /** The client has left. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Aborted then. Made for those who ask: most requests never wait for anything that could be aborted. */
  get gone(): AbortSignal {
    this.#gone ??= new AbortController();
    if (this.#isGone) this.#gone.abort();
    return this.#gone.signal;
  }

  /** From here on `user` hears of the client, though not of its bytes. */
  use(user: ClientUser): void {
    this.#user = user;
  }

  /** Bytes of the body, please: those that wait, then those that come. */
  listen(): void {
    this.#isListening = true;
    this.release();
    this.#passUnread();
  }

  /** No more of them. */
  deafen(): void {
    this.#isListening = false;
  }

  /** Stops reading, until `release`: the dyno takes no more. */
  hold(): void {
    this.socket.pause();
  }

  release(): void {
    if (this.socket.isPaused()) this.socket.resume();
  }

  /** The request that was served has ended. */
  proceed(next: "stay" | "close"): void {
    this.#user = undefined;
    this.#isListening = false;
    if (this.#isGone) this.socket.destroy();
    else if (next === "stay" && this.#phase === "serving") this.#readHead();
    else this.close();
  }

  /** Ends the connection at once; bytes already written still go out, if they go at all. */
  cut(): void {
    this.#phase = "closing";
    this.socket.destroySoon();
    this.deadline.start(this.#tools.limits.linger, this);
  }

  /** Ends it after what was written, and takes in what the client is still sending for a moment. router.md 8.24 */
  close(): void {
    if (this.#phase === "closing") return;
    if (this.#isGone) return this.cut();
    this.#phase = "closing";
    this.#unread = undefined;
    this.release();
    this.socket.end();
    this.deadline.start(this.#tools.limits.linger, this);
  }

  timedOut(): void {
    if (this.#phase === "closing") this.socket.destroy();
    // Silence before a request is no error: only a begun header block is answered. router.md L6
    else if (this.#scanner?.start === undefined) this.socket.destroy();
    else this.#refuseSlow();
  }

  #refuseSlow(): void {
    try {
      this.#service.refuse(this, "too-slow");
    } catch (error) {
      this.#bug(error);
    }
  }

  #readHead(): void {
    this.#phase = "head";
    this.deadline.start(this.#tools.limits.requestHead, this);
    this.release();
    this.#passUnread();
  }

  #head(bytes: Buffer): number {
    if (this.#isFresh) {
      this.#isFresh = false;
      if (bytes[0] === TLS_HANDSHAKE && this.#service.secure !== undefined) return this.#handOver(bytes);
    }
    const scanner = (this.#scanner ??= this.#tools.requestHeads.take());
    const used = scanner.push(bytes);
    if (scanner.state === "open") return used;
    const { start, fields, fault } = scanner;
    this.#tools.requestHeads.give(scanner);
    this.#scanner = undefined;
    this.deadline.stop();
    if (start === undefined || fault !== undefined) {
      this.#service.refuse(this, fault ?? "bad-start-line");
      return bytes.length;
    }
    this.#phase = "serving";
    this.requests += 1;
    if (used < bytes.length) this.#unread = bytes.subarray(used);
    const { method, target, version } = start;
    this.#service.serve(this, { method, target, version, fields });
    return bytes.length;
  }

  /** From here on the socket belongs to whoever speaks TLS; what comes out there is another connection. */
  #handOver(bytes: Buffer): number {
    this.deadline.stop();
    this.#phase = "closing";
    this.socket.removeAllListeners("data").removeAllListeners("drain").pause();
    this.#service.secure?.(this.socket, bytes);
    return bytes.length;
  }

  #received(bytes: Buffer): void {
    try {
      this.#pass(bytes);
    } catch (error) {
      this.#bug(error);
    }
  }

  #passUnread(): void {
    const waiting = this.#unread;
    if (waiting === undefined) return;
    this.#unread = undefined;
    this.#pass(waiting);
  }

  #pass(bytes: Buffer): void {
    let used = 0;
    if (this.#phase === "head") used = this.#head(bytes);
    else if (this.#phase === "closing") used = bytes.length;
    else if (this.#isListening && this.#user !== undefined) used = this.#user.fromClient(bytes);
    if (used === bytes.length) return;
    const rest = bytes.subarray(used);
    this.#unread = this.#unread === undefined ? rest : Buffer.concat([this.#unread, rest]);
    if (this.#unread.length >= this.#tools.limits.readAhead && !this.#isListening) this.hold();
  }

  #drained(): void {
    try {
      this.#user?.clientDrained();
    } catch (error) {
      this.#bug(error);
    }
  }

  #leave(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    try {
      this.#gone?.abort();
      this.#user?.clientGone();
    } catch (error) {
      this.#bug(error);
    }
    if (this.#phase !== "serving") this.socket.destroy();
  }

  /** It is a request's, where one is being served: that one ends with H99. Else nobody but the client is concerned. */
  #bug(error: unknown): void {
    try {
      if (this.#user === undefined) throw error;
      this.#user.bug(error);
    } catch (another) {
      this.#tools.onBug(another);
      this.socket.destroy();
    }
  }
}

/** An IPv4 client of a dual-stack socket is shown as IPv4. */
function plainAddress(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:(?=\d+\.)/, "");
}
