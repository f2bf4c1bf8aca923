import { createServer, type RequestListener, type Server } from "node:http";
import type { Duplex } from "node:stream";
import type { IncomingMessage } from "node:http";

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface Listening extends AsyncDisposable {
  readonly port: number;
}

/** Ports tried after the wanted one, before any free one is taken. design.md 5 */
const FALL_BACKS = 20;

/**
 * Listens on 127.0.0.1 and, where the machine has it, on ::1 at the same port: were that one another program's,
 * a client that says `localhost` could hand it the token. undefined: no port could be had.
 */
export async function listenOnLoopback(
  wanted: number,
  onRequest: RequestListener,
  onUpgrade: UpgradeListener,
): Promise<Listening | undefined> {
  const ports = wanted === 0 ? [] : Array.from({ length: FALL_BACKS }, (_, index) => wanted + index);
  for (const port of [...ports.filter((port) => port <= 65_535), 0, 0, 0]) {
    const listening = await listenOnBoth(port, onRequest, onUpgrade);
    if (listening !== undefined) return listening;
  }
  return undefined;
}

async function listenOnBoth(
  wanted: number,
  onRequest: RequestListener,
  onUpgrade: UpgradeListener,
): Promise<Listening | undefined> {
  const first = await listen("127.0.0.1", wanted, onRequest, onUpgrade);
  if (!("server" in first)) return undefined;
  const second = await listen("::1", first.port, onRequest, onUpgrade);
  const servers = "server" in second ? [first.server, second.server] : [first.server];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(closeServer));
  };
  if (!("server" in second) && second.error === "EADDRINUSE") {
    await close();
    return undefined;
  }
  return { port: first.port, [Symbol.asyncDispose]: close };
}

function listen(
  host: string,
  port: number,
  onRequest: RequestListener,
  onUpgrade: UpgradeListener,
): Promise<{ readonly server: Server; readonly port: number } | { readonly error: string | undefined }> {
  const server = createServer(onRequest);
  server.on("upgrade", onUpgrade);
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve({ error: error.code }));
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
