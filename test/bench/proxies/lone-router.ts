import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, type ResultPromise } from "execa";
import { openDescriptors, residentMemory } from "../process-facts.ts";
import { freePort, listens } from "./rig.ts";

/** The router in a process of its own with its access log; the dyno is this process. */
export class LoneRouter implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  readonly #process: ResultPromise;
  readonly #dyno: Server;
  readonly #sockets: Set<Socket>;

  private constructor(
    port: number,
    folder: string,
    process: ResultPromise,
    dyno: Server,
    sockets: Set<Socket>,
  ) {
    this.port = port;
    this.#folder = folder;
    this.#process = process;
    this.#dyno = dyno;
    this.#sockets = sockets;
  }

  static async open(serve: (socket: Socket) => void): Promise<LoneRouter> {
    const sockets = new Set<Socket>();
    const dyno = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket)).on("error", () => {});
      serve(socket);
    });
    const backend = await freePort();
    await new Promise<void>((resolve) => dyno.listen(backend, "127.0.0.1", 4096, resolve));
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), "dynosim-bench-router-"));
    // as bin/start.js has it
    const flags = ["--semi-space-growth-factor=1", "--expose-gc"];
    const argv = [...flags, join(import.meta.dirname, "dynosim.ts"), String(port), String(backend)];
    const process = execa(globalThis.process.execPath, [...argv, join(folder, "access.log")], {
      buffer: false,
      stderr: "inherit",
    });
    process.catch(() => {}); // killed at the end
    await listens(port);
    return new LoneRouter(port, folder, process, dyno, sockets);
  }

  /** MiB. */
  memory(): number {
    return residentMemory(this.#process.pid ?? 0) / 1_048_576;
  }

  /** MiB of objects that are left when all garbage has been collected; resident memory is what V8 makes of it. */
  async inUse(): Promise<number> {
    const { stdout } = this.#process;
    if (stdout === null || stdout === undefined) return Number.NaN;
    this.#process.kill("SIGUSR2");
    for (let text = ""; ;) {
      const [piece] = (await once(stdout, "data")) as [Buffer];
      text += piece.toString();
      const used = /in use: (\d+)\n/.exec(text)?.[1];
      if (used !== undefined) return Number(used) / 1_048_576;
    }
  }

  descriptors(): number {
    return openDescriptors(this.#process.pid ?? 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await Promise.allSettled([this.#process]);
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#dyno.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n";

/** A dyno that answers each request as soon as its head is there; heads come whole from our router. */
export function answers(socket: Socket): void {
  socket.on("data", (bytes: Buffer) => {
    if (bytes.includes("\r\n\r\n")) socket.write(OK);
  });
}
