import type { Era } from "../heroku/eras.ts";
import type { PlatformEvent } from "../heroku/events.ts";
import { LOG_LINES_KEPT } from "../heroku/limits.ts";
import type { LogLine } from "../heroku/log-line.ts";
import { RingBuffer } from "../kernel/ring-buffer.ts";
import { matches, type LogFilter } from "./filter.ts";
import { formatEvent } from "./format-event.ts";

interface Tail {
  readonly filter: LogFilter;
  readonly line: (line: LogLine) => void;
}

/** One app's log stream: keeps the newest 1,500 lines and hands each new one to those who tail. heroku.md 7 */
export class Channel {
  readonly #era: Era;
  readonly #kept = new RingBuffer<LogLine>(LOG_LINES_KEPT);
  readonly #tails = new Set<Tail>();

  constructor(era: Era) {
    this.#era = era;
  }

  readonly tell = (event: PlatformEvent): void => {
    const line = formatEvent(event, this.#era);
    this.#kept.push(line);
    for (const tail of this.#tails) if (matches(tail.filter, line)) tail.line(line);
  };

  /** The newest `count` lines that the filter lets through, oldest first. */
  recent(filter: LogFilter, count: number): readonly LogLine[] {
    return this.#kept
      .toArray()
      .filter((line) => matches(filter, line))
      .slice(count === 0 ? Infinity : -count);
  }

  tail(filter: LogFilter, line: (line: LogLine) => void): Disposable {
    const tail: Tail = { filter, line };
    this.#tails.add(tail);
    return { [Symbol.dispose]: () => this.#tails.delete(tail) };
  }
}
