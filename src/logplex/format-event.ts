import { DYNO_CODES } from "../heroku/dyno-codes.ts";
import type { Era } from "../heroku/eras.ts";
import type { DynoEvent, PlatformEvent } from "../heroku/events.ts";
import type { LogLine, LogSource } from "../heroku/log-line.ts";
import { assertNever } from "../kernel/assert-never.ts";
import { mebibytes, type Bytes } from "../kernel/units.ts";
import { accessLine } from "./access-line.ts";
import { loadLine, memoryLine } from "./format-metrics.ts";

/** The one place that writes Heroku's log sentences. heroku.md 2.8, 3.8 */
export function formatEvent(event: PlatformEvent, era: Era): LogLine {
  const line = (source: LogSource, process: string, text: string): LogLine => ({
    at: event.at,
    source,
    process,
    text,
  });
  switch (event.kind) {
    case "output":
      return line("app", event.dyno, event.text);
    case "api":
      return line("app", "api", event.text);
    case "request":
      return line("heroku", "router", accessLine(event, era));
    default:
      return line("heroku", event.dyno, dynoSentence(event));
  }
}

function dynoSentence(event: DynoEvent): string {
  switch (event.kind) {
    case "starting-process":
      return `Starting process with command \`${event.command}\``;
    case "state-changed":
      return `State changed from ${event.from} to ${event.to}`;
    case "process-exited":
      return `Process exited with status ${event.status}`;
    case "stopping":
      return STOPPING[event.how];
    case "restarting":
      return "Restarting";
    case "cycling":
      return "Cycling";
    case "idling":
      return "Idling";
    case "no-hours":
      // not in heroku.md: four logs of free dynos of Dec 2019 to Jan 2022 have it, after `up to down`
      return "Idling because quota is exhausted";
    case "unidling":
      return "Unidling";
    case "awaiting-client":
      return "Awaiting client";
    case "client-gone":
      return "Client connection closed. Sending SIGHUP to all processes";
    case "memory":
      return `Process running mem=${memory(event.used, event.quota)}`;
    case "dyno-error":
      return `Error ${DYNO_CODES[event.code]}`;
    case "bad-bind":
      return `Error R11 (Bad bind) -> Process bound to port ${event.bound}, should be ${event.wanted} (see environment variable PORT)`;
    case "load-metrics":
      return loadLine(event.dyno, event.id, event.load);
    case "memory-metrics":
      return memoryLine(event.dyno, event.id, event.memory);
    default:
      return assertNever(event);
  }
}

const STOPPING = {
  sigterm: "Stopping all processes with SIGTERM",
  sigkill: "Stopping process with SIGKILL",
  "sigkill-rest": "Stopping remaining processes with SIGKILL",
} as const;

/** `871M(170.3%)`: whole megabytes, cut and not rounded; percent of the quota. heroku.md 4 */
function memory(used: Bytes, quota: Bytes): string {
  return `${Math.floor(used / mebibytes(1))}M(${((used / quota) * 100).toFixed(1)}%)`;
}
