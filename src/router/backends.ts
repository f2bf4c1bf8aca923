import type { DynoName, RequestId } from "../heroku/names.ts";
import type { Port } from "../kernel/units.ts";

/**
 * What the router needs of whoever holds the dynos. It is asked once for each try to connect:
 * `check out` chooses a dyno (waking or waiting for one if need be), `check in` gives it back with how it went.
 */
export interface Backends {
  /**
   * Answers at once when a dyno is up (the common case stays free of promises); a promise only where one boots, 75 s at
   * most. `tried` are dynos this request has failed to connect to. The signal is aborted when the client is gone: stop
   * waiting.
   */
  checkout(
    requestId: RequestId,
    tried: ReadonlySet<DynoName>,
    gone: AbortSignal,
  ): Checkout | Promise<Checkout>;
  checkin(lease: Lease, end: LeaseEnd): void;
  /** Number of web dynos that should run: the backlog cap is 200 times this. heroku.md 3.5, router.md L26 */
  webDynos(): number;
}

export type Checkout =
  { readonly kind: "leased"; readonly lease: Lease } | { readonly kind: "refused"; readonly reason: Refusal };

/** Which dyno serves; never re-used for another request. */
export interface Lease {
  readonly dyno: DynoName;
  readonly host: string;
  readonly port: Port;
}

export type LeaseEnd = "connect-refused" | "connect-timeout" | "served" | "failed";

/** Why no dyno could be had; each has its router code. */
export type Refusal =
  | "crashed"
  | "no-web-dynos"
  | "boot-timeout"
  | "quarantined"
  | "maintenance"
  | "blank-app"
  | "hours-exhausted"
  /** The engine that the dynos ran in does not answer. */
  | "platform-error";
