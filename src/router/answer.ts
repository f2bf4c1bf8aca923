import type { HeadFault } from "../http/head-scanner.ts";
import { ROUTER_CODES } from "../heroku/router-codes.ts";
import { assertNever } from "../kernel/assert-never.ts";
import type { ClientConnection } from "./client-connection.ts";
import { errorPage, NO_SUCH_APP } from "./error-page.ts";
import type { Exchange } from "./exchange.ts";
import { httpDate } from "./http-date.ts";
import type { Outcome } from "./outcome.ts";
import type { RouterTools } from "./router-tools.ts";
import type { Unidentified } from "./steps/identify.ts";

const NO_PAGE = Buffer.alloc(0);

const PHRASE: Readonly<Record<number, string>> = {
  400: "Bad Request",
  404: "Not Found",
  408: "Request Timeout",
  414: "URI Too Long",
  417: "Expectation Failed",
  421: "Misdirected Request",
  502: "Bad Gateway",
  503: "Service Unavailable",
  505: "HTTP Version Not Supported",
};

export interface Answered {
  /** Body bytes of the page that was sent; undefined when none was. */
  readonly page: number | undefined;
  readonly next: "stay" | "close";
}

/** What the client still has to hear when a request has ended. */
export function answer(exchange: Exchange, outcome: Outcome, tools: RouterTools): Answered {
  const { client, stamps, head } = exchange;
  switch (outcome.kind) {
    case "relayed":
      return { page: undefined, next: outcome.stays ? "stay" : "close" };
    case "refused":
    case "failed": {
      const status = outcome.kind === "refused" ? outcome.status : statusOfFailure(outcome);
      // 499 is a word of the log only: nobody is there to read it. heroku.md 3.9
      if (stamps.sentStatus !== undefined || status === undefined || status === 499 || client.isGone) {
        client.cut();
        return { page: undefined, next: "close" };
      }
      const page = outcome.kind === "refused" ? NO_PAGE : errorPage(outcome.code, tools.pageUrls());
      return { page: send(client, status, page, head.method, tools), next: "close" };
    }
    default:
      return assertNever(outcome);
  }
}

function statusOfFailure({ code, status }: Extract<Outcome, { kind: "failed" }>): number | undefined {
  return status ?? ROUTER_CODES[code].status;
}

/** For a request nobody logs. router.md E19, E22 */
export function answerUnidentified(
  client: ClientConnection,
  why: Unidentified,
  method: string,
  tools: RouterTools,
): void {
  if (why === "no-such-app") {
    send(client, 404, NO_SUCH_APP, method, tools);
    return;
  }
  send(client, 400, NO_PAGE, method, tools);
  tools.onTrouble({ kind: "unreadable-request", fault: why, status: 400 });
}

/** For a head that could not be read. router.md E22, L6, 3.12, 17.1 */
export function answerUnreadable(
  client: ClientConnection,
  fault: HeadFault | "too-slow",
  tools: RouterTools,
): void {
  const status = statusOf(fault, tools);
  send(client, status, NO_PAGE, "GET", tools);
  tools.onTrouble({ kind: "unreadable-request", fault, status });
}

function statusOf(fault: HeadFault | "too-slow", tools: RouterTools): number {
  if (fault === "too-slow") return 408;
  if (fault === "unknown-version") return 505;
  return fault === "start-line-too-long" ? tools.era.longRequestLineStatus : 400;
}

/** After every answer of the router's own the connection ends. router.md 2 */
function send(
  client: ClientConnection,
  status: number,
  page: Buffer,
  method: string,
  tools: RouterTools,
): number {
  const head =
    `HTTP/1.1 ${status} ${PHRASE[status] ?? ""}\r\nServer: ${tools.era.server}\r\n` +
    `Date: ${httpDate(tools.clock.now())}\r\nConnection: close\r\n` +
    (page.length > 0 ? "Content-Type: text/html; charset=utf-8\r\n" : "") +
    `Content-Length: ${page.length}\r\n\r\n`;
  const body = method === "HEAD" ? NO_PAGE : page;
  client.socket.write(Buffer.concat([Buffer.from(head, "latin1"), body]));
  return body.length;
}
