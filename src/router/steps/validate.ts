import { requestFraming } from "../../http/framing.ts";
import type { RequestHead } from "../../http/request-head.ts";
import { originForm } from "../../http/target.ts";
import type { Exchange } from "../exchange.ts";
import { failed, refused, type Outcome } from "../outcome.ts";
import type { RouterTools } from "../router-tools.ts";

/** What the head means, or why it is refused. */
export function validate(exchange: Exchange, tools: RouterTools): Outcome | undefined {
  const { head, client } = exchange;
  const { fields, version } = head;
  // The connection was made for another name than the one that is asked for on it. heroku.md 3.9, router.md 15.7
  const serverName = client.channel.tls?.serverName;
  if (serverName !== undefined && serverName !== exchange.hostname) return failed("H31");
  const target = originForm(head.method, head.target);
  const body = requestFraming(version, fields);
  const connection = fields.list("connection");
  // heroku.md 3.2: CONNECT is unsupported; router.md 17.6: an empty Connection list is the documented bad header.
  if (target === undefined || head.method === "CONNECT" || !body.ok) return refused(400, "bad header");
  if (connection.length === 0 && fields.has("connection")) return refused(400, "bad header");
  const expectations = fields.list("expect");
  const unmet = unmetExpectation(expectations);
  if (unmet !== undefined) return unmet;

  const asksUpgrade = version === "1.1" && connection.includes("upgrade");
  // HTTP/2 in cleartext is not spoken here (router.md 3.15), nor past the router, which would see one request for many
  const asksHttp2 = asksUpgrade && fields.list("upgrade").includes("h2c");
  const upgrade = asksUpgrade && !asksHttp2 ? fields.all("upgrade").join(", ") : undefined;
  if (upgrade === "") return refused(400, "bad header");
  exchange.target = target;
  exchange.framing = body.value.framing;
  exchange.isDoubtful = body.value.doubtful;
  exchange.stays =
    staysOpen(version, connection) &&
    client.requests < tools.era.answersPerConnection &&
    !body.value.doubtful;
  // An HTTP/1.0 client cannot have meant it. RFC 9110 10.1.1
  if (version === "1.1" && expectations.length > 0)
    exchange.awaitsContinue = tools.hasFeature("http-end-to-end-continue") ? "dyno" : "router";
  exchange.upgrade = upgrade;
  return undefined;
}

/** router.md 6.5, 6.6, 7.3, 7.4 */
function staysOpen(version: RequestHead["version"], connection: readonly string[]): boolean {
  if (connection.length === 0) return version === "1.1";
  const says = (token: string): boolean => connection.some((member) => member.split(/\s+/).includes(token));
  return version === "1.1" ? !says("close") : says("keep-alive") && !says("close");
}

/** Only `100-continue`, in any case; nothing at all is passed over. router.md 9.9 to 9.12 */
function unmetExpectation(expectations: readonly string[]): Outcome | undefined {
  if (expectations.every((expectation) => expectation === "100-continue")) return undefined;
  return expectations.some((expectation) => /\s/.test(expectation))
    ? refused(400, "bad header")
    : refused(417, "unsupported expect header value");
}
