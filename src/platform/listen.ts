import { createServer } from "node:net";
import { fail, ok, type Result } from "../kernel/result.ts";
import { port, type Port } from "../kernel/units.ts";
import type { ListenFailure, Router } from "../router/router.ts";
import { addressesFor, isReachable, urlsFor, type Address } from "./reach.ts";

/** design.md 5, ports: 5000, then 5006 (macOS keeps 5000 for itself), then whatever is free. */
const FIRST_CHOICES: readonly number[] = [5000, 5006, 0];
/** A free port of one address may be taken on the other: that often another one is looked for. */
const LOOKS_FOR_ANY = 5;

const NO_SUCH_ADDRESS: ReadonlySet<string> = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT"]);
const SHOWN_URLS = 3;

/**
 * Opens the router on the loopback addresses, and on the one of `bind`. A port that was asked for is taken or refused,
 * never replaced: on each of them, as `localhost` would lead to another program else.
 */
export async function listen(
  router: Router,
  wanted: number | undefined,
  bind: string | undefined,
): Promise<Result<Port, ListenFailure>> {
  const addresses = addressesFor(bind);
  let failure: ListenFailure | undefined;
  for (const choice of wanted === undefined ? FIRST_CHOICES : [wanted]) {
    for (let look = 0; look < (choice === 0 ? LOOKS_FOR_ANY : 1); look += 1) {
      const listening = await listenOnAll(router, addresses, choice);
      if (listening.ok) return listening;
      failure = listening.failure;
      // another port would not make it this machine's address
      if (failure.code !== "EADDRINUSE") return fail(failure);
    }
  }
  return fail(failure ?? { kind: "cannot-listen", host: "", port: wanted ?? 0, code: "EADDRINUSE" });
}

/** On all or none: what is wrong is found out before the router is opened anywhere. */
async function listenOnAll(
  router: Router,
  addresses: readonly Address[],
  choice: number,
): Promise<Result<Port, ListenFailure>> {
  let at = choice;
  const there: Address[] = [];
  for (const address of addresses) {
    const { host, needed } = address;
    const probed = await probe(host, at);
    if (probed.ok) at = probed.value;
    else if (needed || !NO_SUCH_ADDRESS.has(probed.failure))
      return fail({ kind: "cannot-listen", host, port: at, code: probed.failure });
    if (probed.ok) there.push(address);
  }
  for (const { host } of there) {
    const listening = await router.listen(host, at);
    if (!listening.ok) return listening;
  }
  return ok(port(at));
}

/** The port, if it is free (0 becomes a free one), or what the system says to listening there. */
function probe(host: string, at: number): Promise<Result<number, string>> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(fail(error.code ?? error.message)));
    server.listen({ host, port: at, exclusive: true }, () => {
      const address = server.address();
      const free = typeof address === "object" && address !== null ? address.port : at;
      server.close(() => resolve(ok(free)));
    });
  });
}

/** Undefined while only this machine can reach it. */
export function reachNotice(bind: string | undefined, at: Port): string | undefined {
  if (!isReachable(bind)) return undefined;
  const urls = urlsFor(bind, at).slice(0, SHOWN_URLS).join(", ");
  const where = urls === "" ? "" : `, at ${urls}`;
  return `--bind ${bind}: others who reach this machine reach the app${where}. Nobody asks them who they are. The control API stays on this machine.`;
}
