import type { Clock, Timer, TimerLabel } from "./clock.ts";
import type { Instant, Millis } from "./units.ts";

/** Time that stands still: what a movable clock stands on when it is paused or under test. */
export class FrozenClock implements Clock {
  readonly #at: Instant;

  constructor(at: Instant) {
    this.#at = at;
  }

  now(): Instant {
    return this.#at;
  }

  after(_delay: Millis, _fire: () => void, _label?: TimerLabel): Timer {
    return { cancel: () => {} };
  }
}
