import type { Framing } from "../http/framing.ts";
import type { RequestHead } from "../http/request-head.ts";
import type { RequestId } from "../heroku/names.ts";
import type { Instant } from "../kernel/units.ts";
import type { Lease } from "./backends.ts";
import type { ClientConnection } from "./client-connection.ts";
import type { DynoConnection } from "./dyno-connection.ts";
import type { Stamps } from "./stamps.ts";
import type { Traveller } from "./under-way.ts";

const NOT_YET = "";

/**
 * One request on its way through the steps. Each step fills in what the next ones need, here and nowhere else: a new
 * object for each step showed in the profile.
 *
 *   identify ──> validate ──> admit ──> lease ──> relay ──> (upgrade)
 */
export class Exchange implements Traveller {
  readonly client: ClientConnection;
  readonly head: RequestHead;
  /** When the head was complete, in real time. */
  readonly at: Instant;
  readonly stamps: Stamps = {
    dyno: undefined,
    connect: undefined,
    connectedAt: undefined,
    service: undefined,
    sentStatus: undefined,
    passing: undefined,
  };

  // identify: it is known which app is meant, and from here on the request ends in one access line
  requestId: RequestId = NOT_YET as RequestId;
  hostname: string = NOT_YET;
  /** The Host field toward the dyno. */
  host: string = NOT_YET;
  /** The whole X-Forwarded-For toward the dyno. */
  forwardedFor: string = NOT_YET;

  // validate
  /** Origin form. */
  target: string = NOT_YET;
  framing: Framing = { kind: "none" };
  /** Its sender may see another border between it and the next than we do: no connection outlives it. router.md 17.7 */
  isDoubtful: boolean = false;
  /** The client may send another request after this one. */
  stays: boolean = false;
  /** From whom the client gets the `100 Continue` that it waits for before it sends the body. */
  awaitsContinue: "nobody" | "router" | "dyno" = "nobody";
  /** Value of the Upgrade field when the client asks for another protocol. */
  upgrade: string | undefined = undefined;

  // lease
  lease: Lease | undefined = undefined;
  /** For the cookie of session affinity, when the client has to be told. */
  affinity: string | undefined = undefined;
  /** The connection to the dyno may serve others after this request. */
  keepsDyno: boolean = false;
  dyno: DynoConnection | undefined = undefined;

  place: number = 0;

  /** It has been answered and told: nothing more happens to it. */
  isOver: boolean = false;
  /** Which of the two has been done: an exception may come in between. */
  isAnswered: boolean = false;
  isTold: boolean = false;

  constructor(client: ClientConnection, head: RequestHead, at: Instant) {
    this.client = client;
    this.head = head;
    this.at = at;
  }
}
