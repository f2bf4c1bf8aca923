import type { Instant, Millis } from "./units.ts";

/** A pending call. Cancelling twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/** The only way to read or wait for time outside the kernel. */
export interface Clock {
  now(): Instant;
  /** Calls `fire` once, `delay` from now, unless cancelled. A delay of zero or less fires on the next turn. */
  after(delay: Millis, fire: () => void): Timer;
}

export function sleep(clock: Clock, delay: Millis): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delay, resolve);
  });
}
