import type { Socket } from "node:net";
import type { RequestFraming } from "../http/framing.ts";
import type { RequestHead } from "../http/request-head.ts";
import type { RequestId } from "../heroku/names.ts";
import type { Instant } from "../kernel/units.ts";
import type { Lease } from "./backends.ts";
import type { ClientConnection } from "./client-connection.ts";
import type { Stamps } from "./stamps.ts";

/*
 * One request on its way through the steps. Each step adds what the next ones need:
 *
 *   Arrived ──identify──> Identified ──validate──> Validated ──admit, lease──> Leased ──relay──> (Switching)
 */

export interface Arrived {
  readonly client: ClientConnection;
  readonly head: RequestHead;
  /** When the head was complete, in real time. */
  readonly at: Instant;
}

/** It is known which app is meant: from here on the request ends in one access line. */
export interface Identified extends Arrived {
  readonly requestId: RequestId;
  readonly hostname: string;
  /** The Host field toward the dyno. */
  readonly host: string;
  /** The whole X-Forwarded-For toward the dyno. */
  readonly forwardedFor: string;
  readonly stamps: Stamps;
}

export interface Validated extends Identified {
  /** Origin form. */
  readonly target: string;
  readonly body: RequestFraming;
  /** The client may send another request after this one. */
  readonly stays: boolean;
  /** The client waits for `100 Continue` before it sends the body. */
  readonly awaitsContinue: boolean;
  /** Value of the Upgrade field when the client asks for another protocol. */
  readonly upgrade: string | undefined;
}

export interface Leased extends Validated {
  readonly lease: Lease;
  /** For the cookie of session affinity, when the client has to be told. */
  readonly affinity: string | undefined;
  readonly dyno: Socket;
}
