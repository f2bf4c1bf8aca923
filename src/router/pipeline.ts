import { originForm } from "../http/target.ts";
import { accessEvent } from "./access-log.ts";
import { answer, answerUnidentified } from "./answer.ts";
import type { Arrived, Identified, Leased } from "./exchange.ts";
import { failed, type Outcome } from "./outcome.ts";
import type { RouterTools } from "./router-tools.ts";
import { admit } from "./steps/admit.ts";
import { identify } from "./steps/identify.ts";
import { lease } from "./steps/lease.ts";
import { relay } from "./steps/relay.ts";
import { upgrade } from "./steps/upgrade.ts";
import { validate } from "./steps/validate.ts";

const CONTINUE = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n");

/** One request from its head to its access line. This is the only exit: it answers once and tells once. */
export async function serve(arrived: Arrived, tools: RouterTools): Promise<"stay" | "close"> {
  const exchange = identify(arrived, tools);
  if (typeof exchange === "string") {
    answerUnidentified(arrived.client, exchange, arrived.head.method, tools);
    return "close";
  }
  tools.underWay.add(exchange);
  const outcome = await contained(() => run(exchange, tools), tools);
  tools.underWay.delete(exchange);
  const { page, next } = answer(exchange, outcome, tools);
  const { method, target } = exchange.head;
  tools.emit(accessEvent(exchange, originForm(method, target) ?? target, outcome, page, tools));
  return next;
}

async function run(exchange: Identified, tools: RouterTools): Promise<Outcome> {
  const valid = validate(exchange, tools);
  if (valid.kind === "done") return valid.outcome;
  // Before a dyno is looked for, and never by the app. router.md 9.1
  if (valid.exchange.awaitsContinue) exchange.client.socket.write(CONTINUE);
  const admitted = admit(valid.exchange, tools);
  if (admitted.kind === "done") return admitted.outcome;
  const leased = await lease(admitted.exchange, tools);
  if (leased.kind === "done") return leased.outcome;

  const outcome = await contained(() => pass(leased.exchange, tools), tools);
  tools.backends.checkin(leased.exchange.lease, outcome.kind === "relayed" ? "served" : "failed");
  return outcome;
}

async function pass(exchange: Leased, tools: RouterTools): Promise<Outcome> {
  const end = await relay(exchange, tools);
  return end.kind === "switching" ? upgrade(exchange, end, tools) : end;
}

/** An exception is ours, not the app's: the client gets H99, the other requests go on. */
async function contained(act: () => Promise<Outcome>, tools: RouterTools): Promise<Outcome> {
  try {
    return await act();
  } catch (error) {
    tools.onBug(error);
    return failed("H99");
  }
}
