import type { HeadFault } from "../http/head-scanner.ts";

/** Why no app is known for a request: it has no access line. router.md E22 */
export type Unreadable = HeadFault | "too-slow" | "bad-host";

/** What keeps the router from its work, and is neither the app's fault nor a bug: whoever runs it can mend it. */
export type RouterTrouble =
  /** A connection was turned away: there are as many as there may be. */
  | { readonly kind: "too-many-connections"; readonly limit: number }
  /** The system gives no further socket; `code` says why: `EMFILE`, `EADDRNOTAVAIL`. */
  | { readonly kind: "no-sockets"; readonly code: string }
  /** A request that was answered with `status`, and of which the log says nothing. */
  | { readonly kind: "unreadable-request"; readonly fault: Unreadable; readonly status: number };

/** Want of sockets on this machine is no fault of a dyno's. */
const OWN_TROUBLE: ReadonlySet<string> = new Set(["EMFILE", "ENFILE", "ENOBUFS", "EADDRNOTAVAIL", "EACCES"]);

export function ownTrouble(error: unknown): RouterTrouble | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code !== undefined && OWN_TROUBLE.has(code) ? { kind: "no-sockets", code } : undefined;
}

/** Those who can do something about it. */
interface Onlookers {
  readonly onBug: (error: unknown) => void;
  readonly onTrouble: (trouble: RouterTrouble) => void;
}

export function tellFault(error: unknown, tools: Onlookers): void {
  const trouble = ownTrouble(error);
  if (trouble === undefined) tools.onBug(error);
  else tools.onTrouble(trouble);
}
