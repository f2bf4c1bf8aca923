import type { Era } from "../heroku/eras.ts";
import type { RequestEvent } from "../heroku/events.ts";
import type { Millis } from "../kernel/units.ts";
import { quotable } from "./quotable.ts";

/** heroku.md 3.8; router.md 15. What does not apply is printed empty. */
export function accessLine(event: RequestEvent, era: Era): string {
  let line = event.sock === undefined ? "" : `sock=${event.sock} `;
  line += `at=${event.level}`;
  if (event.code !== undefined) line += ` code=${event.code}`;
  if (event.desc !== undefined) line += ` desc="${event.desc}"`;
  if (event.cause !== undefined) line += ` cause="${event.cause}"`;
  line +=
    ` method=${event.method} path="${quotable(event.path, era.decodedPath)}" host=${event.host}` +
    ` request_id=${event.requestId} fwd="${quotable(event.forwardedFor, false)}" dyno=${event.dyno ?? ""}` +
    ` connect=${duration(event.connect)} service=${duration(event.service)}` +
    ` status=${event.status ?? ""} bytes=${event.bytes ?? ""} ${protocolOf(event, era)}`;
  return event.agent === undefined ? line : `${line} agent="${quotable(event.agent, false)}"`;
}

function duration(time: Millis | undefined): string {
  return time === undefined ? "" : `${Math.floor(time)}ms`;
}

/** router.md 15.2: without TLS there is no word on its version. */
function protocolOf({ protocol, tls, tlsVersion }: RequestEvent, era: Era): string {
  if (!era.tlsFields) return `protocol=${tls ? "https" : "http"}`;
  return `protocol=${protocol} tls=${tls}${tls ? ` tls_version=${tlsVersion ?? "unknown"}` : ""}`;
}
