import type { Clock, Timer } from "./clock.ts";
import { after, between, type Instant, type Millis } from "./units.ts";

/**
 * Fires after `limit` without a touch. A touch only notes the time: the one timer looks at the note when it rings and
 * goes on for the rest, so that bytes cost no timer. Never touched, it is a plain deadline, and never early.
 */
export class IdleTimer {
  readonly #clock: Clock;
  #timer: Timer | undefined;
  #limit: Millis | undefined;
  #last: Instant;
  #fire: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#last = clock.now();
  }

  /** Replaces whatever was set before. */
  start(limit: Millis, fire: () => void): void {
    this.stop();
    this.#limit = limit;
    this.#fire = fire;
    this.#last = this.#clock.now();
    this.#arm(limit, limit);
  }

  touch(): void {
    this.#last = this.#clock.now();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#limit = undefined;
  }

  #arm(limit: Millis, left: Millis): void {
    this.#timer = this.#clock.after(left, () => {
      if (this.#limit !== limit) return;
      const rest = between(this.#clock.now(), after(this.#last, limit));
      if (rest > 0) return this.#arm(limit, rest);
      this.stop();
      this.#fire();
    });
  }
}
