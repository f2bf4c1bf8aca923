import type { Era } from "../../heroku/eras.ts";
import type { RouterCode } from "../../heroku/router-codes.ts";
import { assertNever } from "../../kernel/assert-never.ts";
import { between, millis, type Instant } from "../../kernel/units.ts";
import { affinityOf } from "../affinity-cookie.ts";
import type { Asking, Checkout, Refusal } from "../backends.ts";
import { connectToDyno } from "../connect-to-dyno.ts";
import { DynoConnection } from "../dyno-connection.ts";
import type { DynoLife } from "../dyno-life.ts";
import type { Exchange } from "../exchange.ts";
import { CODE_OF_REFUSAL, failed, type Outcome } from "../outcome.ts";
import type { RouterTools } from "../router-tools.ts";

type Leased = Extract<Checkout, { readonly kind: "leased" }>;

/** Nobody writes to it: a set of one's own is for those whose dyno did not take the connection. */
const NONE_TRIED: ReadonlySet<DynoLife> = new Set();

/**
 * Gets a dyno and a connection to it: at once where a dyno is up and a connection to it is kept, which is nearly always.
 * Undefined: the exchange has them.
 */
export function lease(
  exchange: Exchange,
  tools: RouterTools,
): Outcome | undefined | Promise<Outcome | undefined> {
  exchange.keepsDyno = tools.era.poolsDynoConnections && !tools.hasFeature("http-disable-keepalive-to-dyno");
  const affinity = tools.hasFeature("http-session-affinity") ? affinityOf(exchange.head.fields) : undefined;
  const asking = new FirstAsking(exchange, affinity);
  const answer = tools.backends.checkout(asking);
  if (!(answer instanceof Promise) && answer.kind === "leased") {
    const kept = tools.dynos.take(answer.lease.life, exchange.client);
    if (kept !== undefined) {
      exchange.stamps.dyno = answer.lease.dyno;
      // router.md 14: a connection that was kept took no time
      connected(exchange, answer, kept, exchange.at);
      exchange.stamps.connect = millis(0);
      return undefined;
    }
  }
  return connect(exchange, answer, asking, tools);
}

/** The signal is made only for a wait. */
class FirstAsking implements Asking {
  readonly tried: ReadonlySet<DynoLife> = NONE_TRIED;
  readonly affinity: string | undefined;
  readonly #exchange: Exchange;

  constructor(exchange: Exchange, affinity: string | undefined) {
    this.#exchange = exchange;
    this.affinity = affinity;
  }

  get since(): Instant {
    return this.#exchange.at;
  }

  get gone(): AbortSignal {
    return this.#exchange.client.gone;
  }
}

/**
 * A dyno that cannot be connected to is given back and another asked for, 10 times and 75 s at most; how the last try
 * failed is what the client hears. router.md L7
 */
async function connect(
  exchange: Exchange,
  first: Checkout | Promise<Checkout>,
  { affinity }: Asking,
  tools: RouterTools,
): Promise<Outcome | undefined> {
  const { backends, clock, era, limits } = tools;
  const { client, stamps, at: askedAt } = exchange;
  const tried = new Set<DynoLife>();
  const isInTime = (): boolean => between(askedAt, clock.now()) < limits.connectTotal;
  let lastFailure: RouterCode | undefined;
  let asked = first;

  for (let attempt = 0; attempt < limits.connectAttempts && isInTime(); attempt++) {
    if (attempt > 0) asked = backends.checkout({ since: askedAt, tried, gone: client.gone, affinity });
    const answer = asked instanceof Promise ? await asked : asked;
    if (answer.kind === "refused")
      return failed(client.isGone ? "H27" : codeOf(answer.reason, lastFailure, era));

    const { lease } = answer;
    if (client.isGone) {
      backends.checkin(lease, "failed");
      return failed("H27");
    }
    stamps.dyno = lease.dyno;
    const startedAt = clock.now();
    let made;
    try {
      const kept = tools.dynos.take(lease.life, client);
      made =
        kept === undefined
          ? await connectToDyno(lease, limits.connect, clock, client.gone)
          : ({ kind: "kept", kept } as const);
    } catch (error) {
      backends.checkin(lease, "failed");
      throw error;
    }
    const now = clock.now();
    stamps.connect = between(era.bootWaitIsConnectTime ? askedAt : startedAt, now);
    switch (made.kind) {
      case "kept":
        connected(exchange, answer, made.kept, now);
        return undefined;
      case "connected":
        connected(exchange, answer, new DynoConnection(made.socket, lease, tools), now);
        return undefined;
      case "connect-refused":
        lastFailure = "H21";
        backends.checkin(lease, "connect-refused");
        break;
      case "connect-timeout":
        lastFailure = "H19";
        backends.checkin(lease, "connect-timeout");
        break;
      case "client-gone":
        backends.checkin(lease, "failed");
        return failed("H27");
      default:
        assertNever(made);
    }
    tried.add(lease.life);
  }
  return failed(lastFailure ?? era.quarantinedCode);
}

function connected(
  exchange: Exchange,
  { lease, affinity }: Leased,
  dyno: DynoConnection,
  now: Instant,
): void {
  exchange.lease = lease;
  exchange.affinity = affinity;
  exchange.dyno = dyno;
  exchange.stamps.connectedAt = now;
}

/** Quarantine of what this very request has just tried is not news: the tries are. */
function codeOf(reason: Refusal, lastFailure: RouterCode | undefined, era: Era): RouterCode {
  return reason === "quarantined" ? (lastFailure ?? era.quarantinedCode) : CODE_OF_REFUSAL[reason];
}
