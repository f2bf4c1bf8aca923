import { LOG_LINES_KEPT, LOG_LINES_SHOWN } from "../../heroku/limits.ts";
import type { LogLine } from "../../heroku/log-line.ts";
import { Disposables } from "../../kernel/disposables.ts";
import { dropWhenBehind, formatLine } from "../../platform/log-text.ts";
import { fields, text } from "../decode.ts";
import { json, type Answer, type Resource } from "../exchange.ts";
import { apiTime, uuidOf } from "../identity.ts";
import { invalid, notFound } from "../respond.ts";

export interface LogSessionBody {
  readonly created_at: string;
  readonly id: string;
  readonly logplex_url: string;
  readonly updated_at: string;
}

/** The answer's URL is read without a token, so it carries a secret. heroku-cli.md 3 */
export const openLogSession: Resource = ({ platform, body, url, logSessions }) => {
  const wanted = fields(body);
  const source = text(wanted["source"]);
  if (source !== undefined && source !== "app" && source !== "heroku")
    return invalid("source must be app or heroku.");
  const secret = logSessions.keep({
    filter: { source, dyno: text(wanted["dyno"]), type: text(wanted["type"]) },
    lines: Math.min(Math.max(Math.trunc(Number(wanted["lines"] ?? LOG_LINES_SHOWN)) || 0, 0), LOG_LINES_KEPT),
    tail: wanted["tail"] === true,
  });
  const at = apiTime(platform.clock().now);
  return json(201, {
    created_at: at,
    id: uuidOf("log-session", secret),
    logplex_url: `${url}/dynosim/logs/${secret}`,
    updated_at: at,
  } satisfies LogSessionBody);
};

export const streamLogs: Resource = ({ platform, params, headers, logSessions }): Answer => {
  const session = logSessions.find(params["secret"] ?? "");
  if (session === undefined) return notFound("log session");
  const seen = Number(headers["last-event-id"] ?? Number.NEGATIVE_INFINITY);
  return {
    kind: "stream",
    contentType: "text/event-stream",
    write: async (sink) => {
      // without it the official client waits 3 s after the end. heroku-cli.md 3
      sink.write("retry: 10\n\n");
      for (const line of platform.recentLogs(session.filter, session.lines))
        if (line.at > seen) sink.write(event(line));
      if (!session.tail) return;
      using tail = new Disposables();
      const write = dropWhenBehind(
        () => sink.backlog(),
        (line) => sink.write(event(line)),
      );
      tail.use(platform.tailLogs(session.filter, write));
      await gone(sink.gone);
    },
  };
};

/** A line break inside would end the event. */
function event(line: LogLine): string {
  return `id: ${line.at}\ndata: ${formatLine(line).replaceAll(/[\r\n]+/g, " ")}\n\n`;
}

function gone(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
