import { readFileSync } from "node:fs";
import { createServer } from "node:net";

/** One that next to nobody uses: https://www.iana.org/assignments/service-names-port-numbers has it as reserved. */
const LOW = 1023;
const THRESHOLD = "/proc/sys/net/ipv4/ip_unprivileged_port_start";

/** Does this machine refuse ports below 1024 to a process without privileges, as `shut` ones are, or else to this one? By trying. */
export async function refusesLowPorts(isShut: boolean): Promise<boolean> {
  const refused = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "EACCES"));
    server.listen({ host: "127.0.0.1", port: LOW, exclusive: true }, () =>
      server.close(() => resolve(false)),
    );
  });
  // this process may have a privilege that is taken from what is shut in
  return refused || (isShut && Number(readFileSync(THRESHOLD, "utf8")) > LOW);
}
