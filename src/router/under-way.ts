import type { DynoName, RequestId } from "../heroku/names.ts";
import { between, bytes, type Bytes, type Instant, type Millis } from "../kernel/units.ts";
import type { RequestPhase, Stamps } from "./stamps.ts";

/** What is kept of each request while it is under way. */
export interface Traveller {
  readonly head: { readonly method: string; readonly target: string };
  /** When the head was complete, in real time. */
  readonly at: Instant;
  readonly requestId: RequestId;
  readonly hostname: string;
  readonly forwardedFor: string;
  readonly stamps: Stamps;
  /** For the list of those under way. */
  place: number;
}

/** A request in flight, as it stands at this moment. */
export interface RequestUnderWay {
  readonly requestId: RequestId;
  readonly method: string;
  /** As it came, with query. */
  readonly target: string;
  readonly host: string;
  readonly forwardedFor: string;
  readonly phase: RequestPhase;
  /** Since its head was complete. */
  readonly age: Millis;
  readonly dyno: DynoName | undefined;
  readonly connect: Millis | undefined;
  /** Since the dyno was connected to. */
  readonly service: Millis | undefined;
  /** The app's status, once its head has gone to the client. */
  readonly status: number | undefined;
  readonly received: Bytes;
  readonly sent: Bytes;
}

export function requestUnderWay(exchange: Traveller, now: Instant): RequestUnderWay {
  const { head, stamps } = exchange;
  const { passing } = stamps;
  return {
    requestId: exchange.requestId,
    method: head.method,
    target: head.target,
    host: exchange.hostname,
    forwardedFor: exchange.forwardedFor,
    phase: phaseOf(exchange),
    age: between(exchange.at, now),
    dyno: stamps.dyno,
    connect: stamps.connect,
    service: stamps.connectedAt === undefined ? undefined : between(stamps.connectedAt, now),
    status: stamps.sentStatus,
    received: bytes(passing?.received ?? 0),
    sent: bytes(passing?.sent ?? 0),
  };
}

function phaseOf({ stamps }: Traveller): RequestPhase {
  if (stamps.dyno === undefined) return "awaiting-dyno";
  if (stamps.connectedAt === undefined || stamps.passing === undefined) return "connecting";
  return stamps.passing.phase;
}
