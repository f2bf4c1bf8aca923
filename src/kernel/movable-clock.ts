import type { Clock, Timer, TimerLabel } from "./clock.ts";
import { DueQueue, type Due } from "./due-queue.ts";
import { after, between, millis, type Instant, type Millis } from "./units.ts";

/**
 * A clock that runs with the one beneath it, can be moved forward by hand, and can be made to stand still.
 * Over a SystemClock it is the platform clock of `up`; over a FrozenClock it moves only when told. Never backwards.
 */
export class MovableClock implements Clock {
  readonly #base: Clock;
  readonly #due: DueQueue = new DueQueue();
  #offset: Millis;
  /** Where it stands while it is paused. */
  #pausedAt: Instant | undefined;
  /** While it is moved by hand, nothing fires by itself: one thing at a time. */
  #moving = 0;
  #armed: { readonly at: Instant; readonly timer: Timer } | undefined;

  /** `ahead`: where it had got to when it last ran. */
  constructor(base: Clock, ahead: Millis = millis(0)) {
    this.#base = base;
    this.#offset = ahead;
  }

  now(): Instant {
    return this.#pausedAt ?? after(this.#base.now(), this.#offset);
  }

  /** How far this clock is ahead of the one beneath it; below zero when it stood still for a while. */
  get offset(): Millis {
    return this.#pausedAt === undefined ? this.#offset : between(this.#base.now(), this.#pausedAt);
  }

  get paused(): boolean {
    return this.#pausedAt !== undefined;
  }

  /** Stands still: no timer fires until it is moved by hand or goes on. */
  pause(): void {
    this.#pausedAt = this.now();
    this.#arm();
  }

  /** Goes on from the time that it shows. */
  resume(): void {
    if (this.#pausedAt === undefined) return;
    this.#offset = between(this.#base.now(), this.#pausedAt);
    this.#pausedAt = undefined;
    this.#arm();
  }

  after(delay: Millis, fire: () => void, label?: TimerLabel): Timer {
    const cancel = this.#due.add({ at: after(this.now(), millis(Math.max(delay, 0))), label, fire });
    this.#arm();
    return { cancel };
  }

  /** What waits for its instant, soonest first. */
  get due(): readonly Omit<Due, "fire">[] {
    return this.#due.inOrder();
  }

  /** When the next timer falls due, or undefined when none is set. */
  get nextDue(): Instant | undefined {
    return this.#due.first?.at;
  }

  /**
   * Moves `duration` forward. What falls due on the way fires one by one, in order, at its own instant; after each,
   * and at the end, waits for `settled`. Durations below zero are a RangeError. Once `signal` is aborted nothing more
   * fires, and the clock stays where it got to.
   */
  async advance(duration: Millis, settled: () => Promise<void>, signal?: AbortSignal): Promise<void> {
    if (!(duration >= 0)) throw new RangeError("a clock cannot be moved backwards");
    const target = after(this.now(), duration);
    await this.#move(async () => {
      for (let due = this.#due.first; due !== undefined && due.at <= target; due = this.#due.first) {
        if (signal?.aborted) return;
        this.#fireNext();
        await settled();
      }
      if (signal?.aborted) return;
      this.#jumpTo(target);
      await settled();
    });
  }

  /** Moves to the next timer, fires it alone and waits for `settled`; gives it, or undefined when none is set. */
  async advanceToNext(settled: () => Promise<void>): Promise<Omit<Due, "fire"> | undefined> {
    return this.#move(async () => {
      const due = this.#fireNext();
      await settled();
      return due;
    });
  }

  async #move<T>(work: () => Promise<T>): Promise<T> {
    this.#moving += 1;
    this.#arm();
    try {
      return await work();
    } finally {
      this.#moving -= 1;
      this.#arm();
    }
  }

  #fireNext(): Due | undefined {
    const due = this.#due.shift();
    if (due === undefined) return undefined;
    this.#jumpTo(due.at);
    due.fire();
    return due;
  }

  /** Never backwards: while something settled, real time may have carried the clock past the target. */
  #jumpTo(at: Instant): void {
    const gap = between(this.now(), at);
    if (gap <= 0) return;
    if (this.#pausedAt === undefined) this.#offset = millis(this.#offset + gap);
    else this.#pausedAt = at;
  }

  /** One timer of the clock beneath; one that is armed too early is left to find out, for timers move often. */
  #arm(): void {
    const next = this.#moving > 0 || this.paused ? undefined : this.#due.first?.at;
    if (next !== undefined && this.#armed !== undefined && this.#armed.at <= next) return;
    this.#armed?.timer.cancel();
    if (next === undefined) {
      this.#armed = undefined;
      return;
    }
    const timer = this.#base.after(between(this.now(), next), () => this.#fireDue());
    this.#armed = { at: next, timer };
  }

  #fireDue(): void {
    this.#armed = undefined;
    const now = this.now();
    for (let due = this.#due.first; due !== undefined && due.at <= now; due = this.#due.first) {
      this.#due.shift();
      due.fire();
    }
    this.#arm();
  }
}
