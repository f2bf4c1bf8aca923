import type { IncomingMessage, RequestListener, Server } from "node:http";
import type { Duplex } from "node:stream";
import { http } from "../platform/node-http.ts";
import { fail, ok, type Result } from "../kernel/result.ts";

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface Listening extends AsyncDisposable {
  readonly port: number;
}

/** Ports tried after the wanted one, before any free one is taken. design.md 5 */
const FALL_BACKS = 20;

/**
 * Listens on 127.0.0.1 and, where the machine has it, on ::1 at the same port: were that one another program's,
 * a client that says `localhost` could hand it the token. `isExact`: that port or none. Fails with the system's code.
 */
export async function listenOnLoopback(
  wanted: number,
  isExact: boolean,
  onRequest: RequestListener,
  onUpgrade: UpgradeListener,
): Promise<Result<Listening, string>> {
  const fallBacks = Array.from({ length: FALL_BACKS }, (_, index) => wanted + index);
  const ports =
    isExact && wanted !== 0
      ? [wanted]
      : [...(wanted === 0 ? [] : fallBacks.filter((port) => port <= 65_535)), 0, 0, 0];
  let failure = "EADDRINUSE";
  for (const port of ports) {
    const listening = await listenOnBoth(port, onRequest, onUpgrade);
    if (listening.ok) return listening;
    ({ failure } = listening);
  }
  return fail(failure);
}

async function listenOnBoth(
  wanted: number,
  onRequest: RequestListener,
  onUpgrade: UpgradeListener,
): Promise<Result<Listening, string>> {
  const first = await listen("127.0.0.1", wanted, onRequest, onUpgrade);
  if (!("server" in first)) return fail(first.error);
  const second = await listen("::1", first.port, onRequest, onUpgrade);
  const servers = "server" in second ? [first.server, second.server] : [first.server];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(closeServer));
  };
  if (!("server" in second) && second.error === "EADDRINUSE") {
    await close();
    return fail(second.error);
  }
  return ok({ port: first.port, [Symbol.asyncDispose]: close });
}

function listen(
  host: string,
  port: number,
  onRequest: RequestListener,
  onUpgrade: UpgradeListener,
): Promise<{ readonly server: Server; readonly port: number } | { readonly error: string }> {
  const server = http.createServer(onRequest);
  server.on("upgrade", onUpgrade);
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve({ error: error.code ?? error.message }));
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      resolve({ server, port: typeof address === "object" && address !== null ? address.port : port });
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
