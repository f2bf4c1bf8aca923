import { createServer } from "node:net";
import type { Port } from "../../kernel/units.ts";

/** All addresses, and the one that macOS gives away under them. A machine without IPv6 refuses the last, and nobody is there. */
const PLACES = [{ host: "0.0.0.0" }, { host: "127.0.0.1" }, { host: "::", ipv6Only: true }] as const;
const TAKEN: ReadonlySet<string | undefined> = new Set(["EADDRINUSE", "EACCES"]);

/** Could a process of this user listen there, at whatever address, just now? Dynos share the machine's ports. */
export async function isFree(port: Port): Promise<boolean> {
  for (const place of PLACES) if (!(await canListen({ ...place, port }))) return false;
  return true;
}

function canListen(place: { readonly host: string; readonly port: number }): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once("error", (error: NodeJS.ErrnoException) => resolve(!TAKEN.has(error.code)));
  server.listen({ ...place, exclusive: true }, () => server.close(() => resolve(true)));
  return promise;
}
