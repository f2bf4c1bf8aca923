import type { DynoName } from "../heroku/names.ts";
import type { Instant, Port } from "../kernel/units.ts";
import type { DynoLife } from "./dyno-life.ts";

/**
 * What the router needs of whoever holds the dynos. It is asked once for each try to connect:
 * `check out` chooses a dyno (waking or waiting for one if need be), `check in` gives it back with how it went.
 */
export interface Backends {
  /** Answers at once when a dyno is up: the common case is free of promises. One comes only where there is a wait. */
  checkout(asking: Asking): Checkout | Promise<Checkout>;
  checkin(lease: Lease, end: LeaseEnd): void;
  /** Number of web dynos that should run: the backlog cap is 200 times this. heroku.md 3.5, router.md L26 */
  webDynos(): number;
}

/** One request, from its first try to connect to its last. */
export interface Asking {
  /** When it asked first, in real time: all its waits and tries together take 75 s at most. router.md L7 */
  readonly since: Instant;
  /** Those it has failed to connect to. */
  readonly tried: ReadonlySet<DynoLife>;
  /** Aborted when the client is gone: stop waiting. */
  readonly gone: AbortSignal;
  /** What its cookie of session affinity holds, empty without one; undefined while the app does not have the feature. */
  readonly affinity: string | undefined;
}

export type Checkout =
  | {
      readonly kind: "leased";
      readonly lease: Lease;
      /** The client has to be told this for its cookie of session affinity. */
      readonly affinity?: string;
    }
  | { readonly kind: "refused"; readonly reason: Refusal };

/** Which dyno serves; the same for all requests of one life of it. */
export interface Lease {
  readonly dyno: DynoName;
  readonly life: DynoLife;
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
  | "blank-app"
  | "hours-exhausted"
  /** The engine that the dynos ran in does not answer. */
  | "platform-error";
