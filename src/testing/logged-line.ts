import type { LogLine, LogSource } from "../heroku/log-line.ts";
import type { Instant } from "../kernel/units.ts";
import { formatLine } from "../platform/log-text.ts";

/** A line of the app's log. As a string it has no time: `heroku[web.1]: Idling`. */
export class LoggedLine implements LogLine {
  /** Platform time, in milliseconds since 1970. */
  readonly at: Instant;
  /** `app`: what the app wrote and what users did to it; `heroku`: dynos and router. */
  readonly source: LogSource;
  /** `web.1`, `router`, `api`. */
  readonly process: string;
  readonly text: string;

  constructor({ at, source, process, text }: LogLine) {
    this.at = at;
    this.source = source;
    this.process = process;
    this.text = text;
  }

  toString(): string {
    return `${this.source}[${this.process}]: ${this.text}`;
  }
}

export type LineWanted = string | RegExp | ((line: LoggedLine) => boolean);

/** A string is looked for within the line, `heroku[web.1]: Idling`; so is a pattern. */
export function lineMatcher(wanted: LineWanted): (line: LoggedLine) => boolean {
  if (typeof wanted === "function") return wanted;
  if (typeof wanted === "string") return (line) => String(line).includes(wanted);
  // one with the flag g remembers where it was
  return (line) => String(line).search(wanted) !== -1;
}

/** Lines shown when something was looked for in vain. */
const SHOWN = 20;

export function lastLines(lines: readonly LoggedLine[]): string {
  if (lines.length === 0) return "The log is empty.";
  const which = lines.length > SHOWN ? `The last ${SHOWN} of ${lines.length} lines` : "The lines";
  const shown = lines.slice(-SHOWN).map((line) => `  ${formatLine(line)}`);
  return [`${which} of the log:`, ...shown].join("\n");
}
