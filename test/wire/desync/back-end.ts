import { createServer, type Server, type Socket } from "node:net";
import { portOf } from "../rig.ts";
import type { Seen, SeenRequest } from "./seen.ts";
import { readStrictly, unfinishedHead } from "./strict-back-end.ts";

/** One connection that the router has opened: all the bytes it sent, as Latin-1 text. */
export class Received {
  readonly socket: Socket;
  text = "";
  over = false;
  readonly closed: Promise<void>;
  /** Requests that have come to their end, and those answered. */
  whole = 0;
  answered = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) =>
      socket.once("close", () => {
        this.over = true;
        resolve();
      }),
    );
  }
}

/**
 * A back end that reads strictly and answers each request as soon as it is whole, or its head where it is hasty, on as many
 * connections as the router opens. It keeps every byte, so that others can be asked what they would have made of them.
 */
export class BackEnd implements AsyncDisposable {
  readonly connections: Received[] = [];
  /** Requests in the order in which they came to their end. */
  readonly requests: SeenRequest[] = [];
  readonly #server: Server;
  readonly #answer: (request: SeenRequest, index: number, socket: Socket) => void;

  readonly #isHasty: (method: string) => boolean;

  private constructor(
    server: Server,
    answer: (request: SeenRequest, index: number, socket: Socket) => void,
    isHasty: (method: string) => boolean,
  ) {
    this.#isHasty = isHasty;
    this.#server = server;
    this.#answer = answer;
    server.on("connection", (socket) => this.#accept(socket));
  }

  static async open(
    answer: (request: SeenRequest, index: number, socket: Socket) => void,
    isHasty: (method: string) => boolean = () => false,
  ): Promise<BackEnd> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new BackEnd(server, answer, isHasty);
  }

  get port(): number {
    return portOf(this.#server);
  }

  /** Begins anew: connections that are still good are kept, their past is not. */
  forget(): void {
    this.requests.length = 0;
    for (const connection of this.connections.splice(0)) {
      if (connection.over) continue;
      if (readStrictly(connection.text).unfinished) connection.socket.destroy();
      else this.connections.push(connection);
      connection.text = "";
      connection.answered = 0;
      connection.whole = 0;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.connections) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(socket: Socket): void {
    const received = new Received(socket);
    this.connections.push(received);
    socket.on("data", (bytes: Buffer) => {
      received.text += bytes.toString("latin1");
      this.#read(received);
    });
    socket.on("error", () => {});
  }

  #read(received: Received): void {
    const seen: Seen = readStrictly(received.text);
    for (const request of seen.requests.slice(received.whole)) {
      received.whole += 1;
      this.requests.push(request);
      if (received.answered < received.whole) this.#say(received, request);
    }
    if (seen.fault !== undefined || received.answered > received.whole) return;
    const head = unfinishedHead(received.text);
    if (head !== undefined && this.#isHasty(head.method)) this.#say(received, { ...head, body: "" });
  }

  #say(received: Received, request: SeenRequest): void {
    received.answered += 1;
    this.#answer(request, this.requests.length - 1, received.socket);
  }
}
