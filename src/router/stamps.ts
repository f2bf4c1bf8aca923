import type { DynoName } from "../heroku/names.ts";
import type { Instant, Millis } from "../kernel/units.ts";

/** What the access line tells of the way so far: written once each, where it happens. */
export interface Stamps {
  dyno: DynoName | undefined;
  connect: Millis | undefined;
  connectedAt: Instant | undefined;
  /** Set by whoever knows better than the time from connect to end. */
  service: Millis | undefined;
  /** The app's status, once its head has gone to the client: no error page after that. */
  sentStatus: number | undefined;
  /** Who passes the bytes now; only the live view asks. */
  passing: Passing | undefined;
}

/**
 * Where a request is on its way. Nothing is written for this while it travels: it is worked out from the stamps that the
 * access line needs anyway, when somebody looks.
 *
 *   awaiting-dyno ──> connecting ──> sending ──> waiting ──> answering (or upgraded)
 */
export type RequestPhase =
  /** No dyno yet: one is being chosen, woken, or waited for. */
  | "awaiting-dyno"
  | "connecting"
  /** Its head and body are on their way to the dyno. */
  | "sending"
  /** The dyno has it all and has said nothing: the 30 s of H12 run. */
  | "waiting"
  | "answering"
  /** A byte pipe after 101. */
  | "upgraded";

/** What only the step that passes the bytes knows; it shows itself in the exchange's stamps. */
export interface Passing {
  readonly phase: Exclude<RequestPhase, "awaiting-dyno" | "connecting">;
  /** Body bytes of the request that the dyno was sent. */
  readonly received: number;
  /** Body bytes of the answer that the client was sent. */
  readonly sent: number;
}
