import type { Era } from "../heroku/eras.ts";
import type { RequestEvent } from "../heroku/events.ts";
import { ROUTER_CODES, type RouterCode, type RouterLevel } from "../heroku/router-codes.ts";
import { assertNever } from "../kernel/assert-never.ts";
import { between, bytes, type Bytes, type Millis } from "../kernel/units.ts";
import type { Exchange } from "./exchange.ts";
import type { Outcome } from "./outcome.ts";
import type { RouterTools } from "./router-tools.ts";
import type { Stamps } from "./stamps.ts";

/** What differs from one ending to another. */
type Ending = Pick<RequestEvent, "level" | "sock" | "code" | "desc" | "cause" | "status" | "bytes">;

/** The one event of a finished request. `page`: body bytes of the page the router sent itself, if it did. */
export function accessEvent(
  exchange: Exchange,
  target: string,
  outcome: Outcome,
  page: number | undefined,
  tools: RouterTools,
): RequestEvent {
  const { head, stamps } = exchange;
  const { channel } = exchange.client;
  const { level, sock, code, desc, cause, status, bytes } = ending(
    outcome,
    stamps,
    shownPage(outcome, page, stamps, tools.era),
    tools.era,
  );
  return {
    kind: "request",
    at: tools.now(),
    level,
    sock,
    code,
    desc,
    cause,
    status,
    bytes,
    method: head.method,
    path: target,
    host: exchange.hostname,
    requestId: exchange.requestId,
    forwardedFor: exchange.forwardedFor,
    dyno: stamps.dyno,
    connect: stamps.connect,
    service: stamps.service ?? sinceConnected(stamps, tools),
    protocol: channel.protocol,
    tls: channel.tls !== undefined,
    // Heroku's own names are served by others, and what they spoke is not told. heroku.md 3.8
    tlsVersion: tools.isCustomDomain(exchange.hostname) ? channel.tls?.version : undefined,
    agent: outcome.kind === "failed" && outcome.code === "H31" ? head.fields.first("user-agent") : undefined,
  };
}

/** What `bytes=` says of a page of the router's own. heroku.md 3.8, router.md 15.9 */
function shownPage(
  outcome: Outcome,
  page: number | undefined,
  { connectedAt }: Stamps,
  { countsOwnPages }: Era,
): Bytes | undefined {
  if (page === undefined) return undefined;
  const isH25 = outcome.kind === "failed" && outcome.code === "H25";
  if (countsOwnPages || isH25) return bytes(page);
  return connectedAt === undefined ? undefined : bytes(0);
}

function ending(outcome: Outcome, stamps: Stamps, page: Bytes | undefined, era: Era): Ending {
  switch (outcome.kind) {
    case "relayed":
      return line("info", outcome.status, bytes(outcome.bytes));
    case "refused":
      // router.md 17.16: Router 2.0 has no code for these.
      if (!era.logsH26) return line("info", outcome.status, page);
      return {
        ...line("error", outcome.status, page),
        code: "H26",
        desc: ROUTER_CODES.H26.desc,
        cause: outcome.cause,
      };
    case "failed": {
      const { code, detail } = outcome;
      const facts = ROUTER_CODES[code];
      const words = code === "H82" ? era.h82Description : facts.desc;
      const passed = stamps.sentStatus === undefined ? undefined : bytes(outcome.bytes);
      return {
        ...line(
          facts.level,
          outcome.status ?? statusOf(code, stamps, era),
          code === "H27" ? undefined : (page ?? passed),
        ),
        sock: code === "H18" ? "backend" : code === "H27" ? "client" : undefined,
        code,
        desc: detail === undefined ? words : `${words}: ${detail}`,
      };
    }
    default:
      return assertNever(outcome);
  }
}

function line(level: RouterLevel, status: number | undefined, sent: Bytes | undefined): Ending {
  return { level, sock: undefined, code: undefined, desc: undefined, cause: undefined, status, bytes: sent };
}

/** router.md 17.17 */
function statusOf(code: RouterCode, stamps: Stamps, era: Era): number | undefined {
  const appStatus = code === "H18" && era.h18ShowsAppStatus ? stamps.sentStatus : undefined;
  return appStatus ?? ROUTER_CODES[code].status;
}

function sinceConnected(stamps: Stamps, tools: RouterTools): Millis | undefined {
  return stamps.connectedAt === undefined ? undefined : between(stamps.connectedAt, tools.clock.now());
}
