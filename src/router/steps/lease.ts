import { assertNever } from "../../kernel/assert-never.ts";
import type { RouterCode } from "../../heroku/router-codes.ts";
import { between } from "../../kernel/units.ts";
import { affinityOf } from "../affinity-cookie.ts";
import type { Asking, Refusal } from "../backends.ts";
import { connectTo } from "../dyno-connection.ts";
import type { DynoLife } from "../dyno-life.ts";
import type { Leased, Validated } from "../exchange.ts";
import { CODE_OF_REFUSAL, done, failed, goOn, type StepResult } from "../outcome.ts";
import type { RouterTools } from "../router-tools.ts";

/**
 * Gets a dyno and a connection to it. One that cannot be connected to is given back and another asked for,
 * 10 times and 75 s at most; how the last try failed is what the client hears. router.md L7
 */
export async function lease(exchange: Validated, tools: RouterTools): Promise<StepResult<Leased>> {
  const { backends, clock, era, limits } = tools;
  const { client, stamps } = exchange;
  const tried = new Set<DynoLife>();
  let lastFailure: RouterCode | undefined;
  const askedAt = clock.now();
  const affinity = tools.hasFeature("http-session-affinity") ? affinityOf(exchange.head.fields) : undefined;
  const asking: Asking = { since: askedAt, tried, gone: client.gone, affinity };

  const isInTime = (): boolean => between(askedAt, clock.now()) < limits.connectTotal;

  for (let attempt = 0; attempt < limits.connectAttempts && isInTime(); attempt++) {
    const asked = backends.checkout(asking);
    const answer = asked instanceof Promise ? await asked : asked;
    if (answer.kind === "refused")
      return done(failed(client.gone.aborted ? "H27" : codeOf(answer.reason, lastFailure)));

    const { lease } = answer;
    if (client.gone.aborted) {
      backends.checkin(lease, "failed");
      return done(failed("H27"));
    }
    stamps.dyno = lease.dyno;
    const startedAt = clock.now();
    let connected;
    try {
      connected = await connectTo(lease, limits.connect, clock, client.gone);
    } catch (error) {
      backends.checkin(lease, "failed");
      throw error;
    }
    const took = between(startedAt, clock.now());
    stamps.connect = era.bootWaitIsConnectTime ? between(askedAt, clock.now()) : took;
    switch (connected.kind) {
      case "connected":
        stamps.connectedAt = clock.now();
        return goOn({ ...exchange, lease, affinity: answer.affinity, dyno: connected.socket });
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
        return done(failed("H27"));
      default:
        assertNever(connected);
    }
    tried.add(lease.life);
  }
  return done(failed(lastFailure ?? "H34"));
}

/** Quarantine of what this very request has just tried is not news: the tries are. */
function codeOf(reason: Refusal, lastFailure: RouterCode | undefined): RouterCode {
  return reason === "quarantined" && lastFailure !== undefined ? lastFailure : CODE_OF_REFUSAL[reason];
}
