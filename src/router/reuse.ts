import type { Framing } from "../http/framing.ts";
import type { ResponseHead } from "../http/response-head.ts";
import type { Exchange } from "./exchange.ts";

/** Whose request the dyno's connection may carry next. */
export type NextUse = "nobody" | "same-client" | "anybody";

/**
 * Whether the dyno's connection may carry another request after this one (router.md 17.15). Where dyno and router could
 * disagree about where this one ends, it is only for the client that sent it (router.md 6.9): what the dyno has left
 * over, nobody else gets. A fresh connection after each body would use up the ports of this machine, each of which stays
 * taken for a minute.
 */
export function nextUse(exchange: Exchange, response: ResponseHead, answer: Framing): NextUse {
  const { version, status, fields } = response;
  if (version === "1.0" || status === 101 || answer.kind === "until-close") return "nobody";
  if (exchange.isDoubtful || fields.list("connection").includes("close")) return "nobody";
  if (fields.has("transfer-encoding") && fields.has("content-length")) return "nobody";
  if (mayBringBody(exchange.head.method, response, answer)) return "nobody";
  return hasBody(exchange.framing) ? "same-client" : "anybody";
}

/** A server that passes over the body of a request it does not expect one of (CL.0) takes it for the next request. */
function hasBody(framing: Framing): boolean {
  return framing.kind === "length" ? framing.length > 0 : framing.kind !== "none";
}

/** An answer without a body that speaks of one: a server may send it all the same, later than the answer. */
function mayBringBody(method: string, { fields }: ResponseHead, answer: Framing): boolean {
  if (answer.kind !== "none") return false;
  return (
    method === "HEAD" || fields.has("transfer-encoding") || (fields.first("content-length") ?? "0") !== "0"
  );
}
