import type { LogLine, LogSource } from "../heroku/log-line.ts";

/** What `logs -s app -d web.1 -p web` asks for; undefined lets everything through. heroku.md 9 */
export interface LogFilter {
  readonly source: LogSource | undefined;
  readonly dyno: string | undefined;
  readonly type: string | undefined;
}

export const EVERYTHING: LogFilter = { source: undefined, dyno: undefined, type: undefined };

export function matches(filter: LogFilter, line: LogLine): boolean {
  return (
    wanted(filter.source, line.source) &&
    wanted(filter.dyno, line.process) &&
    (filter.type === undefined || filter.type === line.process.replace(/\.\d+$/, ""))
  );
}

function wanted(pattern: string | undefined, value: string): boolean {
  return pattern === undefined || pattern === value;
}
