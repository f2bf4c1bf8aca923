import type { LogLine } from "../heroku/log-line.ts";
import { mebibytes, type Bytes } from "../kernel/units.ts";
import type { TailLine } from "./channel.ts";
import { timestamp } from "./format-line.ts";

/** A reader that has left so much unread is dropped lines. Ours: Heroku's own figure is not known. */
const TAIL_BACKLOG: Bytes = mebibytes(4);

/**
 * Drops lines for a reader that does not keep up, and tells it how many with L11 once there is room again, as logplex
 * does. heroku.md 7; the wording with `Error` and the full stop is that of heroku/logplex's source and of real logs, the
 * documentation has neither. `backlog`: bytes that the reader has not taken yet.
 */
export function dropWhenBehind(backlog: () => number, write: TailLine): TailLine {
  let dropped = 0;
  let since: LogLine | undefined;
  return (line, more) => {
    if (backlog() > TAIL_BACKLOG) {
      dropped += 1;
      since ??= line;
      return;
    }
    if (since !== undefined) {
      const text = `Error L11 (Tail buffer overflow) -> This tail session dropped ${dropped} messages since ${timestamp(since.at)}.`;
      write({ at: line.at, source: "heroku", process: "logplex", text }, true);
      dropped = 0;
      since = undefined;
    }
    write(line, more);
  };
}
