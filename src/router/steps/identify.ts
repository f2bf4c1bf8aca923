import { parseHost } from "../../http/host.ts";
import type { Fields } from "../../http/fields.ts";
import type { RequestId } from "../../heroku/names.ts";
import type { Exchange } from "../exchange.ts";
import type { RouterTools } from "../router-tools.ts";

/** Nobody's request: answered, never logged. */
export type Unidentified = "bad-host" | "no-such-app";

/** A client's own request id is kept when it looks like one. router.md L24, 5.1 */
const REQUEST_ID = /^[A-Za-z0-9+/=-]{20,200}$/;

/** Which app is meant (by the Host field alone, router.md 3.5), and the names the request goes by. */
export function identify(exchange: Exchange, tools: RouterTools): Unidentified | undefined {
  const { fields } = exchange.head;
  const text = fields.only("host");
  const host = text === undefined ? undefined : parseHost(text);
  if (host === undefined) return "bad-host";
  if (!tools.hosts(host.name)) return "no-such-app";
  exchange.requestId = requestId(fields, tools);
  exchange.hostname = host.name;
  exchange.host = host.text;
  exchange.forwardedFor = forwardedFor(fields, exchange.client.peer);
  return undefined;
}

function requestId(fields: Fields, tools: RouterTools): RequestId {
  const given = fields.first("x-request-id");
  const kept = given !== undefined && REQUEST_ID.test(given);
  return (kept ? given : tools.requestIds.next()) as RequestId;
}

/** All that the client claims, then who it is: only the last address can be trusted. router.md 17.12, heroku.md 3.3 */
function forwardedFor(fields: Fields, peer: string): string {
  if (!fields.has("x-forwarded-for")) return peer;
  return [...fields.all("x-forwarded-for").filter((claim) => claim !== ""), peer].join(", ");
}
