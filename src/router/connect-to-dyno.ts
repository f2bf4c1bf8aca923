import type { Clock } from "../kernel/clock.ts";
import type { Millis } from "../kernel/units.ts";
import type { Lease } from "./backends.ts";
import { DynoSocket } from "./dyno-socket.ts";
import { ownTrouble } from "./trouble.ts";

export type Connected =
  | { readonly kind: "connected"; readonly socket: DynoSocket }
  | { readonly kind: "connect-refused" }
  | { readonly kind: "connect-timeout" }
  | { readonly kind: "client-gone" };

/**
 * A fresh connection. Whoever gets the socket listens to it before anything else happens on it.
 * Throws when the trouble is this machine's.
 */
export function connectToDyno(
  lease: Lease,
  limit: Millis,
  clock: Clock,
  gone: AbortSignal,
): Promise<Connected> {
  return new Promise((resolve, reject) => {
    const socket = new DynoSocket();
    const end = (result: Connected): void => {
      timer.cancel();
      gone.removeEventListener("abort", left);
      socket.removeAllListeners();
      if (result.kind !== "connected") {
        socket.on("error", () => {});
        socket.destroy();
      }
      resolve(result);
    };
    const left = (): void => end({ kind: "client-gone" });
    const timer = clock.after(limit, () => end({ kind: "connect-timeout" }));
    socket.once("connect", () => end({ kind: "connected", socket }));
    socket.once("error", (error: NodeJS.ErrnoException) => {
      if (ownTrouble(error) !== undefined) reject(error);
      end({ kind: error.code === "ETIMEDOUT" ? "connect-timeout" : "connect-refused" });
    });
    gone.addEventListener("abort", left);
    socket.setNoDelay(true);
    socket.connect({ host: lease.host, port: lease.port });
    if (gone.aborted) left();
  });
}
