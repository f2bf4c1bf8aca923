import type { Fields } from "../../http/fields.ts";
import { requestFraming } from "../../http/framing.ts";
import type { RequestHead } from "../../http/request-head.ts";
import { originForm } from "../../http/target.ts";
import type { Identified, Validated } from "../exchange.ts";
import { done, failed, goOn, refused, type Outcome, type StepResult } from "../outcome.ts";
import type { RouterTools } from "../router-tools.ts";

/** What the head means, or why it is refused. */
export function validate(exchange: Identified, tools: RouterTools): StepResult<Validated> {
  const { head, client } = exchange;
  const { fields } = head;
  // The connection was made for another name than the one that is asked for on it. heroku.md 3.9, router.md 15.7
  const serverName = client.channel.tls?.serverName;
  if (serverName !== undefined && serverName !== exchange.hostname) return done(failed("H31"));
  const target = originForm(head.method, head.target);
  const body = requestFraming(head.version, fields);
  const connection = fields.list("connection");
  // heroku.md 3.2: CONNECT is unsupported; router.md 17.6: an empty Connection list is the documented bad header.
  if (target === undefined || head.method === "CONNECT" || !body.ok) return done(refused(400, "bad header"));
  if (fields.has("connection") && connection.length === 0) return done(refused(400, "bad header"));
  const unmet = unmetExpectation(fields);
  if (unmet !== undefined) return done(unmet);

  const asksUpgrade = connection.includes("upgrade") && head.version === "1.1";
  const upgrade = asksUpgrade ? fields.all("upgrade").join(", ") : undefined;
  if (upgrade === "") return done(refused(400, "bad header"));
  return goOn({
    ...exchange,
    target,
    body: body.value,
    stays:
      staysOpen(head, connection) && client.requests < tools.era.answersPerConnection && !body.value.doubtful,
    // An HTTP/1.0 client cannot have meant it. RFC 9110 10.1.1
    awaitsContinue: head.version === "1.1" && fields.list("expect").length > 0,
    upgrade,
  });
}

/** router.md 6.5, 6.6, 7.3, 7.4 */
function staysOpen(head: RequestHead, connection: readonly string[]): boolean {
  const says = (token: string): boolean => connection.some((member) => member.split(/\s+/).includes(token));
  return head.version === "1.1" ? !says("close") : says("keep-alive") && !says("close");
}

/** Only `100-continue`, in any case; nothing at all is passed over. router.md 9.9 to 9.12 */
function unmetExpectation(fields: Fields): Outcome | undefined {
  const expectations = fields.list("expect");
  if (expectations.every((expectation) => expectation === "100-continue")) return undefined;
  return expectations.some((expectation) => /\s/.test(expectation))
    ? refused(400, "bad header")
    : refused(417, "unsupported expect header value");
}
