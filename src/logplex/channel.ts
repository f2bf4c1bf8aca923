import type { Era } from "../heroku/eras.ts";
import type { PlatformEvent } from "../heroku/events.ts";
import { LOG_LINES_KEPT } from "../heroku/limits.ts";
import type { LogLine } from "../heroku/log-line.ts";
import type { Clock, Timer } from "../kernel/clock.ts";
import { RingBuffer } from "../kernel/ring-buffer.ts";
import { millis, type Millis } from "../kernel/units.ts";
import { matches, type LogFilter } from "./filter.ts";
import { formatEvent } from "./format-event.ts";

/** `more`: others follow at once, of which some may not be for this tail. */
export type TailLine = (line: LogLine, more: boolean) => void;

interface Tail {
  readonly filter: LogFilter;
  readonly line: TailLine;
  readonly atOnce: boolean;
}

/** How long the frequent ones may wait for company: nobody sees it, and a busy app's lines come forty at a time. */
const HELD: Millis = millis(20);
/** Waiting lines are made at the latest when they are so many: memory stays bounded, whoever keeps the process busy. */
const MOST_HELD = 1000;

/**
 * One app's log stream: keeps the newest 1,500 lines and hands each new one to those who tail. heroku.md 7
 *
 * What comes with each request (the access line, what the app writes) is only put into a list: lines are made together,
 * a moment later, off the way of the request. Everything else is told at once, after what waits: the order is that of
 * the events. Without a clock nothing waits.
 */
export class Channel {
  readonly #era: Era;
  readonly #clock: Clock | undefined;
  readonly #kept = new RingBuffer<LogLine>(LOG_LINES_KEPT);
  readonly #tails = new Set<Tail>();
  #held: PlatformEvent[] = [];
  #timer: Timer | undefined;

  constructor(era: Era, clock?: Clock) {
    this.#era = era;
    this.#clock = clock;
  }

  readonly tell = (event: PlatformEvent): void => {
    this.#held.push(event);
    if (this.#clock === undefined || !isFrequent(event) || this.#held.length >= MOST_HELD || this.#isUrgent)
      this.flush();
    else this.#timer ??= this.#clock.after(HELD, () => this.flush());
  };

  /** Nothing waits any more. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const events = this.#held;
    this.#held = [];
    let left = events.length;
    for (const event of events) this.#tell(formatEvent(event, this.#era), --left > 0);
  }

  /** The newest `count` lines that the filter lets through, oldest first. */
  recent(filter: LogFilter, count: number): readonly LogLine[] {
    this.flush();
    return this.#kept
      .toArray()
      .filter((line) => matches(filter, line))
      .slice(count === 0 ? Infinity : -count);
  }

  /** `atOnce`: as each line is told; for who asks the moment after. */
  tail(filter: LogFilter, line: TailLine, atOnce: boolean = false): Disposable {
    this.flush();
    const tail: Tail = { filter, line, atOnce };
    this.#tails.add(tail);
    return {
      [Symbol.dispose]: () => {
        this.flush();
        this.#tails.delete(tail);
      },
    };
  }

  get #isUrgent(): boolean {
    for (const { atOnce } of this.#tails) if (atOnce) return true;
    return false;
  }

  #tell(line: LogLine, more: boolean): void {
    // V8 glues texts together without copying them: a line that is kept would keep the request's whole head. A look at
    // its first letter makes one text of it.
    line.text.charCodeAt(0);
    this.#kept.push(line);
    for (const tail of this.#tails) if (matches(tail.filter, line)) tail.line(line, more);
  }
}

/** As many as the app's visitors like. */
function isFrequent({ kind }: PlatformEvent): boolean {
  return kind === "request" || kind === "output";
}
