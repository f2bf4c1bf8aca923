import { parseHost } from "../../http/host.ts";
import type { Fields } from "../../http/fields.ts";
import type { RequestId } from "../../heroku/names.ts";
import { hex, type Random } from "../../kernel/random.ts";
import type { Arrived, Identified } from "../exchange.ts";
import type { RouterTools } from "../router-tools.ts";

/** Nobody's request: answered, never logged. */
export type Unidentified = "bad-host" | "no-such-app";

/** A client's own request id is kept when it looks like one. router.md L24, 5.1 */
const REQUEST_ID = /^[A-Za-z0-9+/=-]{20,200}$/;

/** Which app is meant (by the Host field alone, router.md 3.5), and the names the request goes by. */
export function identify(arrived: Arrived, tools: RouterTools): Identified | Unidentified {
  const { fields } = arrived.head;
  const [text, ...more] = fields.all("host");
  const host = text === undefined || more.length > 0 ? undefined : parseHost(text);
  if (host === undefined) return "bad-host";
  if (!tools.hosts(host.name)) return "no-such-app";
  return {
    ...arrived,
    requestId: requestId(fields, tools),
    hostname: host.name,
    host: host.text,
    forwardedFor: forwardedFor(fields, arrived.client.peer),
    stamps: {
      dyno: undefined,
      connect: undefined,
      connectedAt: undefined,
      service: undefined,
      sentStatus: undefined,
      passing: undefined,
    },
  };
}

function requestId(fields: Fields, tools: RouterTools): RequestId {
  const given = fields.first("x-request-id");
  const kept = given !== undefined && REQUEST_ID.test(given);
  return (kept ? given : newRequestId(tools.random, tools.era.requestIdIsUuid4)) as RequestId;
}

function newRequestId(random: Random, uuid4: boolean): string {
  const digits = hex(random, 32);
  const third = uuid4 ? `4${digits.slice(13, 16)}` : digits.slice(12, 16);
  const fourth = uuid4 ? `${"89ab"[Math.floor(random() * 4)]}${digits.slice(17, 20)}` : digits.slice(16, 20);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${third}-${fourth}-${digits.slice(20)}`;
}

/** All that the client claims, then who it is: only the last address can be trusted. router.md 17.12, heroku.md 3.3 */
function forwardedFor(fields: Fields, peer: string): string {
  return [...fields.all("x-forwarded-for").filter((claim) => claim !== ""), peer].join(", ");
}
