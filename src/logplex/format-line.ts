import type { LogLine } from "../heroku/log-line.ts";
import type { Instant } from "../kernel/units.ts";

/** `2021-01-07T18:26:10.388151+00:00 heroku[web.1]: text`. heroku.md 7 */
export function formatLine(line: LogLine): string {
  return `${timestamp(line.at)} ${line.source}[${line.process}]: ${line.text}`;
}

/** The last second that was written out, and how: a busy log stays within it, and the calendar costs a microsecond. */
let known = { second: Number.NaN, text: "" };

/** RFC 3339 with microseconds, in UTC. heroku.md 7 */
export function timestamp(at: Instant): string {
  const micros = Math.floor(at * 1000);
  const second = Math.floor(micros / 1_000_000);
  if (second !== known.second) known = { second, text: new Date(second * 1000).toISOString().slice(0, 19) };
  return `${known.text}.${String(micros - second * 1_000_000).padStart(6, "0")}+00:00`;
}
