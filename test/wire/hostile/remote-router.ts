import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { expect } from "vitest";
import type { RouterLimits } from "../../../src/router/limits.ts";
import { Peer } from "../peer.ts";
import { portOf } from "../rig.ts";

export interface RouterProcessOptions {
  readonly dynoPort: number;
  readonly limits?: Partial<RouterLimits>;
  readonly webDynos?: number;
}

/** The router's process after a collection of garbage. Sizes in bytes. */
export interface Look {
  readonly rss: number;
  /** Objects, and what lies outside of the heap for them. */
  readonly held: number;
  readonly arrayBuffers: number;
  /** TCP sockets, those that listen among them. */
  readonly handles: number;
  readonly timers: number;
  readonly inFlight: number;
  /** How many requests ended with each code, or status. */
  readonly ends: Readonly<Record<string, number>>;
  readonly bugs: readonly string[];
  /** How often each kind was told. */
  readonly troubles: Readonly<Record<string, number>>;
}

const PROGRAM = new URL("./router-process.ts", import.meta.url).pathname;
export const MIB = 1_048_576;

/** A router in a process of its own, a dyno in this one, and clients of any number and manners. */
export class RemoteRouter implements AsyncDisposable {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #dyno: Server;
  readonly #sockets: Set<Socket>;

  private constructor(port: number, child: ChildProcess, dyno: Server, sockets: Set<Socket>) {
    this.port = port;
    this.#child = child;
    this.#dyno = dyno;
    this.#sockets = sockets;
  }

  /** `descriptors`: all that its process may have open. `serve` is the dyno: it is handed each connection. */
  static async open(
    serve: (socket: Socket) => void,
    options: Omit<RouterProcessOptions, "dynoPort"> & { readonly descriptors?: number } = {},
  ): Promise<RemoteRouter> {
    const sockets = new Set<Socket>();
    const dyno = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => {});
      serve(socket);
    });
    await new Promise<void>((resolve) => dyno.listen(0, "127.0.0.1", 4096, resolve));
    const { descriptors, ...rest } = options;
    const words = ["--expose-gc", PROGRAM, JSON.stringify({ ...rest, dynoPort: portOf(dyno) })];
    const limit = descriptors === undefined ? "" : `ulimit -n ${descriptors}; `;
    const child = spawn("sh", ["-c", `${limit}exec "$0" "$@"`, process.execPath, ...words], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const [{ port }] = (await once(child, "message")) as [{ port: number }];
    return new RemoteRouter(port, child, dyno, sockets);
  }

  async look(): Promise<Look> {
    this.#child.send("look");
    const [look] = (await once(this.#child, "message")) as [Look];
    return look;
  }

  async client(text: string = ""): Promise<Peer> {
    const peer = new Peer(await this.socket());
    if (text !== "") peer.write(text);
    return peer;
  }

  /** Connected; its errors are nobody's concern. */
  async socket(): Promise<Socket> {
    const socket = connect({ host: "127.0.0.1", port: this.port, noDelay: true });
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    await once(socket, "connect");
    socket.on("error", () => {});
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const gone = this.#child.exitCode === null ? once(this.#child, "exit") : undefined;
    this.#child.kill("SIGKILL");
    await gone;
    await new Promise((resolve) => this.#dyno.close(resolve));
  }
}

/** With the patience of a machine that is busy with other things. */
export function eventually<T>(figure: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(figure, { timeout: 30_000 });
}

const ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n~~";

/** A dyno that takes each request to its end, however it is sent, and answers it. */
export function answers(socket: Socket): void {
  let text = "";
  let left = 0;
  socket.on("data", (bytes: Buffer) => {
    if (left > 0) {
      left -= bytes.length;
      if (left <= 0) socket.write(ANSWER);
      return;
    }
    text += bytes.toString("latin1");
    for (let end = text.indexOf("\r\n\r\n"); end !== -1; end = text.indexOf("\r\n\r\n")) {
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
      text = text.slice(end + 4);
      left = length - text.length;
      if (length > 0) text = "";
      if (length > 0 && left > 0) return;
      socket.write(ANSWER);
    }
  });
}
