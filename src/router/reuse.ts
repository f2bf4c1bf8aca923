import type { Framing } from "../http/framing.ts";
import type { ResponseHead } from "../http/response-head.ts";
import type { Exchange } from "./exchange.ts";

/**
 * Whether the dyno's connection may carry another request after this one (router.md 17.15). Only where dyno and router
 * cannot disagree about where this one and its answer end: what one of them has left over, the next client would get.
 */
export function canServeAnother(exchange: Exchange, response: ResponseHead, answer: Framing): boolean {
  const { version, status, fields } = response;
  if (version === "1.0" || status === 101 || answer.kind === "until-close") return false;
  if (exchange.isDoubtful || fields.list("connection").includes("close")) return false;
  if (fields.has("transfer-encoding") && fields.has("content-length")) return false;
  return !hasBody(exchange.framing) && !mayBringBody(exchange.head.method, response, answer);
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
