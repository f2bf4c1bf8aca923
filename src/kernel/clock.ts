import type { Instant, Millis } from "./units.ts";

/** A pending call. Cancelling twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/** What a timer stands for, in words for people: whose it is (`web.1`, `app`), and what happens then (`cycles`). */
export interface TimerLabel {
  readonly of: string;
  readonly what: string;
}

/** The only way to read or wait for time outside the kernel. */
export interface Clock {
  now(): Instant;
  /**
   * Calls `fire` once, `delay` from now, unless cancelled. A delay of zero or less fires on the next turn.
   * What runs on the platform clock says what it is for: `dynosim clock` shows it.
   */
  after(delay: Millis, fire: () => void, label?: TimerLabel): Timer;
}

export function sleep(clock: Clock, delay: Millis): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delay, resolve);
  });
}
