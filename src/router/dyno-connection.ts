import { Socket } from "node:net";
import type { Clock } from "../kernel/clock.ts";
import type { Millis } from "../kernel/units.ts";
import type { Lease } from "./backends.ts";

export type Connected =
  | { readonly kind: "connected"; readonly socket: Socket }
  | { readonly kind: "connect-refused" }
  | { readonly kind: "connect-timeout" }
  | { readonly kind: "client-gone" };

/** Want of sockets on this machine is no fault of the dyno's. */
const OWN_TROUBLE: ReadonlySet<string> = new Set(["EMFILE", "ENFILE", "ENOBUFS", "EADDRNOTAVAIL", "EACCES"]);

/**
 * A fresh connection for each request (router.md 17.15 leaves the choice); a pool of idle ones would stand here.
 * The socket comes paused, with nobody listening. Throws when the trouble is this machine's.
 */
export function connectTo(lease: Lease, limit: Millis, clock: Clock, gone: AbortSignal): Promise<Connected> {
  return new Promise((resolve, reject) => {
    const socket = new DynoSocket();
    const end = (result: Connected): void => {
      timer.cancel();
      gone.removeEventListener("abort", left);
      socket.removeAllListeners();
      // Whatever breaks between here and the relay is noticed by the relay.
      socket.on("error", () => {});
      if (result.kind !== "connected") socket.destroy();
      resolve(result);
    };
    const left = (): void => end({ kind: "client-gone" });
    const timer = clock.after(limit, () => end({ kind: "connect-timeout" }));
    socket.once("connect", () => end({ kind: "connected", socket }));
    socket.once("error", (error: NodeJS.ErrnoException) => {
      if (OWN_TROUBLE.has(error.code ?? "")) reject(error);
      end({ kind: error.code === "ETIMEDOUT" ? "connect-timeout" : "connect-refused" });
    });
    gone.addEventListener("abort", left);
    socket.setNoDelay(true);
    socket.connect({ host: lease.host, port: lease.port });
    socket.pause();
    if (gone.aborted) left();
  });
}

/**
 * A dyno may answer and close without reading the whole body (a 413, say): then writing fails while its answer still
 * waits to be read. Node would throw that answer away with the socket; here a failed write is never done, so that
 * writing stands still, and the reading side finds the end for itself.
 */
class DynoSocket extends Socket {
  override _write(chunk: unknown, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // oxlint-disable-next-line no-underscore-dangle -- the name that node:stream gives to its implementers
    super._write(chunk, encoding, unlessFailed(done));
  }

  override _writev(
    chunks: Parameters<NonNullable<Socket["_writev"]>>[0],
    done: (error?: Error | null) => void,
  ): void {
    // oxlint-disable-next-line no-underscore-dangle -- as above
    super._writev?.(chunks, unlessFailed(done));
  }
}

function unlessFailed(done: () => void): (error?: Error | null) => void {
  return (error) => {
    if (!error) done();
  };
}
