import type { RequestHead } from "../http/request-head.ts";
import { originForm } from "../http/target.ts";
import { accessEvent } from "./access-log.ts";
import { answer, answerUnidentified, type Answered } from "./answer.ts";
import type { ClientConnection } from "./client-connection.ts";
import { Exchange } from "./exchange.ts";
import { failed, type Outcome } from "./outcome.ts";
import type { RouterTools } from "./router-tools.ts";
import { tellFault } from "./trouble.ts";
import { admit } from "./steps/admit.ts";
import { identify } from "./steps/identify.ts";
import { invite } from "./steps/invite.ts";
import { lease } from "./steps/lease.ts";
import { relay, type Switching } from "./steps/relay.ts";
import { upgrade } from "./steps/upgrade.ts";
import { validate } from "./steps/validate.ts";

/*
 * One request from its head to its access line: a list of steps with one exit. A step gives the outcome that ends the
 * request, or undefined: on to the next. Where nothing has to be waited for, nothing waits: a promise for each step was
 * a tenth of the profile.
 */

export function serve(client: ClientConnection, head: RequestHead, tools: RouterTools): void {
  const exchange = new Exchange(client, head, tools.clock.now());
  try {
    const stranger = identify(exchange, tools);
    if (stranger !== undefined) {
      answerUnidentified(client, stranger, head.method, tools);
      return client.proceed("close");
    }
    tools.underWay.add(exchange);
    const early = validate(exchange, tools) ?? invite(exchange) ?? admit(tools);
    if (early !== undefined) return end(exchange, early, tools);
    const leased = lease(exchange, tools);
    if (leased instanceof Promise) void contained(leased, exchange, tools);
    else pass(exchange, leased, tools);
  } catch (error) {
    broken(exchange, error, tools);
  }
}

async function contained(
  leased: Promise<Outcome | undefined>,
  exchange: Exchange,
  tools: RouterTools,
): Promise<void> {
  try {
    pass(exchange, await leased, tools);
  } catch (error) {
    broken(exchange, error, tools);
  }
}

function pass(exchange: Exchange, refusal: Outcome | undefined, tools: RouterTools): void {
  if (refusal === undefined) relay(exchange, tools, passed);
  else end(exchange, refusal, tools);
}

function passed(exchange: Exchange, outcome: Outcome | Switching, tools: RouterTools): void {
  if (outcome.kind !== "switching") return end(exchange, outcome, tools);
  try {
    upgrade(exchange, outcome, tools, end);
  } catch (error) {
    // the relay is over, and could not end the request any more
    broken(exchange, error, tools);
  }
}

/** An exception is ours, not the app's: the client gets H99, the other requests go on. */
function broken(exchange: Exchange, error: unknown, tools: RouterTools): void {
  tellFault(error, tools);
  exchange.dyno?.drop();
  end(exchange, failed("H99"), tools);
}

/** The only exit: it gives the dyno back, answers once and tells once. */
function end(exchange: Exchange, ended: Outcome, tools: RouterTools): void {
  if (exchange.isOver) return;
  const outcome = tools.isClosing() ? forced(ended) : ofStream(exchange, ended);
  exchange.isOver = true;
  tools.underWay.delete(exchange);
  const { lease } = exchange;
  try {
    if (lease !== undefined) tools.backends.checkin(lease, outcome.kind === "relayed" ? "served" : "failed");
    close(exchange, outcome, tools);
  } catch (error) {
    tellFault(error, tools);
    salvage(exchange, tools);
  }
  tools.ended();
}

function close(exchange: Exchange, outcome: Outcome, tools: RouterTools): void {
  const { page, next } = exchange.isAnswered ? CUT : answer(exchange, outcome, tools);
  exchange.isAnswered = true;
  const event = accessEvent(exchange, targetOf(exchange), outcome, page, tools);
  exchange.isTold = true;
  tools.emit(event);
  exchange.client.proceed(next);
}

/** The exit itself is at fault: what it had not done yet is done as for any other H99, as far as that goes. */
function salvage(exchange: Exchange, tools: RouterTools): void {
  try {
    if (!exchange.isTold) close(exchange, failed("H99"), tools);
  } catch (error) {
    tools.onBug(error);
  }
  exchange.client.cut();
}

const CUT: Answered = { page: undefined, next: "close" };

/** As it came, where the request did not get as far as to have another. */
function targetOf({ head, target }: Exchange): string {
  return target === "" ? (originForm(head.method, head.target) ?? head.target) : target;
}

/** Whose connection the router cuts as it ends, a websocket too, has not left by itself: H24. heroku.md 3.9 */
function forced(outcome: Outcome): Outcome {
  if (outcome.kind === "refused") return outcome;
  const isCut = outcome.kind === "failed" ? outcome.code === "H27" : outcome.status === 101;
  return isCut ? failed("H24", undefined, outcome.bytes) : outcome;
}

/** A client that has left, as HTTP/2 tells it: one that takes its request back is H27 as ever. heroku.md 3.9 */
function ofStream({ client }: Exchange, outcome: Outcome): Outcome {
  const isBroken = outcome.kind === "failed" && outcome.code === "H27" && client.socket.isBroken === true;
  return isBroken ? failed("H33", undefined, outcome.bytes) : outcome;
}
