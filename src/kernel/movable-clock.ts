import type { Clock, Timer } from "./clock.ts";
import { after, between, millis, type Instant, type Millis } from "./units.ts";

interface Due {
  readonly at: Instant;
  readonly order: number;
  readonly fire: () => void;
}

/**
 * A clock that runs with the one beneath it and can be moved forward by hand.
 * Over a SystemClock it is the platform clock of `up`; over a FrozenClock it moves only when told.
 */
export class MovableClock implements Clock {
  readonly #base: Clock;
  #offset: Millis = millis(0);
  #order = 0;
  #due: Due[] = [];
  #armed: Timer | undefined;

  constructor(base: Clock) {
    this.#base = base;
  }

  now(): Instant {
    return after(this.#base.now(), this.#offset);
  }

  /** How far this clock is ahead of the one beneath it. */
  get offset(): Millis {
    return this.#offset;
  }

  after(delay: Millis, fire: () => void): Timer {
    const due: Due = { at: after(this.now(), millis(Math.max(delay, 0))), order: this.#order++, fire };
    const place = this.#due.findIndex((other) => other.at > due.at);
    this.#due.splice(place === -1 ? this.#due.length : place, 0, due);
    if (this.#due[0] === due) this.#arm();
    return {
      cancel: () => {
        this.#due = this.#due.filter((other) => other !== due);
      },
    };
  }

  /** When the next timer falls due, or undefined when none is set. */
  get nextDue(): Instant | undefined {
    return this.#due[0]?.at;
  }

  /**
   * Moves `duration` forward. What falls due on the way fires one by one, in order, at its own instant;
   * after each, and at the end, waits for `settled`. Durations below zero are a RangeError.
   */
  async advance(duration: Millis, settled: () => Promise<void>): Promise<void> {
    if (!(duration >= 0)) throw new RangeError("a clock cannot be moved backwards");
    const target = after(this.now(), duration);
    for (let due = this.#due[0]; due !== undefined && due.at <= target; due = this.#due[0]) {
      this.#jumpTo(due.at);
      this.#due.shift();
      due.fire();
      await settled();
    }
    this.#jumpTo(target);
    this.#arm();
    await settled();
  }

  /** Never backwards: while something settled, real time may have carried the clock past the target. */
  #jumpTo(at: Instant): void {
    const gap = between(this.now(), at);
    if (gap > 0) this.#offset = millis(this.#offset + gap);
  }

  #arm(): void {
    this.#armed?.cancel();
    this.#armed = undefined;
    const next = this.#due[0];
    if (next !== undefined)
      this.#armed = this.#base.after(between(this.now(), next.at), () => this.#fireDue());
  }

  #fireDue(): void {
    this.#armed = undefined;
    const now = this.now();
    for (let due = this.#due[0]; due !== undefined && due.at <= now; due = this.#due[0]) {
      this.#due.shift();
      due.fire();
    }
    this.#arm();
  }
}
