import type { Clock } from "../kernel/clock.ts";
import { formatDuration, parseDuration } from "../kernel/duration.ts";
import { millis, type Millis } from "../kernel/units.ts";

/** `"90s"`, `"31m"`, `"2h30m"`, or a number of milliseconds. */
export type Duration = string | number;

export interface WaitOptions {
  /** Real time, whatever the platform clock does. Default: 30 s. */
  readonly timeout?: Duration;
  /** Index of the first entry to look at: `app.logs.length`, taken before, leaves out what had been told by then. Default: 0. */
  readonly from?: number;
}

const PATIENCE = "30s";

/** What an app has told so far, in order: an array that grows, and can be waited on. */
export class Tape<T> extends Array<T> {
  /** What `filter` and `map` give is an array like any other. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  readonly #clock: Clock;
  readonly #watchers = new Set<() => void>();
  #isOver = false;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  add(entry: T): void {
    this.push(entry);
    for (const look of this.#watchers) look();
  }

  /** The app has ended: who still waits does so in vain. */
  end(): void {
    this.#isOver = true;
    for (const look of this.#watchers) look();
  }

  /** The first entry that `matches`, now or later. Without one in time the Error says what `blame` makes of the reason. */
  async next(
    matches: (entry: T) => boolean,
    { timeout = PATIENCE, from = 0 }: WaitOptions,
    blame: (reason: string) => Error,
  ): Promise<T> {
    const patience = durationOf(timeout);
    let looked = from;
    const late = { isTrue: false };
    const changed = { tell: (): void => {} };
    const look = (): void => changed.tell();
    this.#watchers.add(look);
    const timer = this.#clock.after(patience, () => {
      late.isTrue = true;
      look();
    });
    try {
      for (;;) {
        for (; looked < this.length; looked += 1) {
          const entry = this[looked] as T;
          if (matches(entry)) return entry;
        }
        if (this.#isOver) throw blame("before the app ended");
        if (late.isTrue) throw blame(`within ${formatDuration(patience)}`);
        await new Promise<void>((resolve) => (changed.tell = resolve));
      }
    } finally {
      timer.cancel();
      this.#watchers.delete(look);
    }
  }
}

/** A TypeError for what is none: a mistake in the test, not in the app. */
export function durationOf(duration: Duration): Millis {
  const parsed = typeof duration === "number" ? millis(duration) : parseDuration(duration);
  if (parsed === undefined || !(parsed >= 0))
    throw new TypeError(
      `${JSON.stringify(duration)} is no duration: write "90s", "31m", "2h30m", or milliseconds.`,
    );
  return parsed;
}
