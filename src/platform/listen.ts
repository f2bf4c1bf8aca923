import { createServer } from "node:net";
import { fail, ok, type Result } from "../kernel/result.ts";
import { port, type Port } from "../kernel/units.ts";
import type { Router } from "../router/router.ts";
import type { PlatformFailure } from "./failure.ts";

/** design.md 5, ports: 5000, then 5006 (macOS keeps 5000 for itself), then whatever is free. */
const FIRST_CHOICES: readonly number[] = [5000, 5006, 0];

/** `localhost` means either; a browser tries both. */
const IPV4 = "127.0.0.1";
const IPV6 = "::1";

/**
 * Opens the router on the loopback addresses. A port that was asked for is taken or refused, never replaced.
 * A machine without IPv6 gets IPv4 alone.
 */
export async function listen(
  router: Router,
  wanted: number | undefined,
): Promise<Result<Port, PlatformFailure>> {
  for (const choice of wanted === undefined ? FIRST_CHOICES : [wanted]) {
    if (choice !== 0 && (await probe(IPV6, choice)) === "EADDRINUSE") continue;
    const first = await router.listen(IPV4, choice);
    if (!first.ok) continue;
    await router.listen(IPV6, first.value);
    return ok(port(first.value));
  }
  return fail({ kind: "port-taken", port: wanted ?? 0, what: "router" });
}

/** What the system says to listening there: `free`, or the error's code. */
function probe(host: string, at: number): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port: at, exclusive: true }, () => server.close(() => resolve("free")));
  });
}
