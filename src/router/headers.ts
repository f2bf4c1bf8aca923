import { titleCase } from "../http/field-case.ts";
import type { Fields } from "../http/fields.ts";
import { transferCodings, type Framing } from "../http/framing.ts";
import type { ResponseHead } from "../http/response-head.ts";
import type { Era } from "../heroku/eras.ts";
import { assertNever } from "../kernel/assert-never.ts";
import { between, type Instant } from "../kernel/units.ts";
import { affinityField } from "./affinity-cookie.ts";
import type { Exchange } from "./exchange.ts";
import { httpDate } from "./http-date.ts";
import type { RouterTools } from "./router-tools.ts";

/** Of one connection only. router.md 6.1, heroku.md 3.3; Upgrade comes back where both sides want it. */
const HOP_BY_HOP = [
  "connection",
  "te",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "upgrade",
  "transfer-encoding",
  "content-length",
] as const;

/** Written anew by the router, whatever the client sent. */
const REWRITTEN_IN_REQUEST: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  "host",
  "expect",
  "via",
  "x-request-id",
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-forwarded-port",
  "x-request-start",
  "connect-time",
  "total-route-time",
]);

const REWRITTEN_IN_RESPONSE: ReadonlySet<string> = new Set([...HOP_BY_HOP, "via"]);

const PORT_OF = { http: "80", https: "443" } as const;

/** heroku.md 3.4; the figures and names are Heroku's. Nothing is reported from a page that came over plain HTTP. */
const NETWORK_ERROR_LOGGING: readonly (readonly [string, string])[] = [
  [
    "nel",
    '{"report_to":"heroku-nel","response_headers":["Via"],"max_age":3600,"success_fraction":0.01,"failure_fraction":0.1}',
  ],
  [
    "report-to",
    '{"group":"heroku-nel","endpoints":[{"url":"https://nel.heroku.com/reports"}],"max_age":3600}',
  ],
  ["reporting-endpoints", 'heroku-nel="https://nel.heroku.com/reports"'],
];

/** The head toward the dyno, in the order of router.md 5.14, as Latin-1 text. */
export function headToDyno(exchange: Exchange, tools: RouterTools): string {
  const { head, stamps, framing, upgrade } = exchange;
  const { era } = tools;
  const proto = exchange.client.channel.tls === undefined ? tools.forwardedProto : "https";
  let text = `${head.method} ${exchange.target} HTTP/1.1\r\nHost: ${exchange.host}\r\n`;
  if (upgrade !== undefined) text += `Connection: Upgrade\r\nUpgrade: ${upgrade}\r\n`;
  else if (!exchange.keepsDyno) text += "Connection: close\r\n";
  text += passedOn(head.fields, REWRITTEN_IN_REQUEST);
  if (exchange.awaitsContinue === "dyno") text += "Expect: 100-continue\r\n";
  text += `X-Request-Id: ${exchange.requestId}\r\nX-Forwarded-For: ${exchange.forwardedFor}\r\n`;
  text += `X-Forwarded-Proto: ${proto}\r\nX-Forwarded-Port: ${PORT_OF[proto]}\r\nVia: ${via(head.fields, era)}\r\n`;
  if (era.routeTimes) text += `Connect-Time: ${Math.floor(stamps.connect ?? 0)}\r\n`;
  text += `X-Request-Start: ${Math.floor(exchange.at)}\r\n`;
  if (era.routeTimes) text += `Total-Route-Time: ${routeTime(exchange, tools.clock.now())}\r\n`;
  return `${text}${requestFramingField(head.method, framing, upgrade)}\r\n`;
}

/** The head of a final answer toward the client. `framing` is the one the client sees. */
export function headToClient(
  exchange: Exchange,
  response: ResponseHead,
  framing: Framing,
  stays: boolean,
  tools: RouterTools,
): string {
  const { fields } = response;
  const { era } = tools;
  let text = `HTTP/1.1 ${response.status} ${response.phrase}\r\n`;
  if (!fields.has("server")) text += `Server: ${era.server}\r\n`;
  if (!fields.has("date")) text += `Date: ${httpDate(tools.clock.now())}\r\n`;
  if (!stays) text += "Connection: close\r\n";
  else if (era.saysConnection || exchange.head.version === "1.0") text += "Connection: keep-alive\r\n";
  text += passedOn(fields, REWRITTEN_IN_RESPONSE);
  if (exchange.affinity !== undefined) text += affinityField(exchange.affinity, tools.clock.now());
  text += `Via: ${via(fields, era)}\r\n`;
  if (era.networkErrorLogging) text += networkErrorLogging(fields);
  return `${text}${responseFramingField(response, framing)}\r\n`;
}

/** router.md 10.5 */
export function switchingHead(exchange: Exchange, response: ResponseHead, tools: RouterTools): string {
  const { fields } = response;
  const { era, clock } = tools;
  const cookie = exchange.affinity === undefined ? "" : affinityField(exchange.affinity, clock.now());
  const upgrade = fields.all("upgrade").join(", ");
  let text = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n";
  if (upgrade !== "") text += `Upgrade: ${upgrade}\r\n`;
  return `${text}${passedOn(fields, REWRITTEN_IN_RESPONSE)}${cookie}Via: ${via(fields, era)}\r\n\r\n`;
}

/** An interim answer goes on as it is, less what belongs to the connection; a 100 says nothing more. router.md 5.8, 9.3, 9.13, 17.9 */
export function interimHead(response: ResponseHead): string {
  if (response.status === 100) return "HTTP/1.1 100 Continue\r\n\r\n";
  return `HTTP/1.1 ${response.status} ${response.phrase}\r\n${passedOn(response.fields, REWRITTEN_IN_RESPONSE)}\r\n`;
}

/** Whatever is not rewritten, nor named by Connection (router.md 17.13), in its order, names in Title-Case. */
function passedOn(fields: Fields, rewritten: ReadonlySet<string>): string {
  const named = fields.has("connection") ? fields.list("connection") : NONE_NAMED;
  let text = "";
  for (let index = 0; index < fields.size; index++) {
    const name = fields.names[index]!;
    if (!rewritten.has(name) && !named.includes(name))
      text += `${titleCase(name)}: ${fields.values[index]!}\r\n`;
  }
  return text;
}

const NONE_NAMED: readonly string[] = [];

function via(fields: Fields, era: Era): string {
  return fields.has("via") ? [...fields.all("via"), era.via].join(", ") : era.via;
}

function routeTime(exchange: Exchange, now: Instant): number {
  return Math.max(0, Math.floor(between(exchange.at, now) - (exchange.stamps.connect ?? 0)));
}

/** router.md 8.1 to 8.4, 8.10, 10.1 */
function requestFramingField(method: string, framing: Framing, upgrade: string | undefined): string {
  if (framing.kind === "length") return `Content-Length: ${framing.digits}\r\n`;
  if (framing.kind === "chunked") return "Transfer-Encoding: chunked\r\n";
  return method === "GET" || method === "HEAD" || upgrade !== undefined ? "" : "Content-Length: 0\r\n";
}

/** router.md 11.13, 11.15, 11.16, 17.8: without a body the app's own words about it stand, one framing only. */
function responseFramingField(response: ResponseHead, framing: Framing): string {
  const { fields, status } = response;
  switch (framing.kind) {
    case "length":
      return `Content-Length: ${framing.digits}\r\n`;
    case "chunked":
      return `Transfer-Encoding: ${transferCodings(fields).join(", ")}\r\n`;
    case "until-close":
      return "";
    case "none": {
      if (status !== 204 && fields.list("transfer-encoding").at(-1) === "chunked")
        return "Transfer-Encoding: chunked\r\n";
      const length = fields.first("content-length");
      return length !== undefined && /^\d+$/.test(length) ? `Content-Length: ${length}\r\n` : "";
    }
    default:
      return assertNever(framing);
  }
}

function networkErrorLogging(fields: Fields): string {
  if (!NETWORK_ERROR_LOGGING.some(([name]) => fields.has(name))) return ALL_NETWORK_ERROR_LOGGING;
  let text = "";
  for (const [name, value] of NETWORK_ERROR_LOGGING)
    if (!fields.has(name)) text += `${titleCase(name)}: ${value}\r\n`;
  return text;
}

const ALL_NETWORK_ERROR_LOGGING: string = NETWORK_ERROR_LOGGING.map(
  ([name, value]) => `${titleCase(name)}: ${value}\r\n`,
).join("");
