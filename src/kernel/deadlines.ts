import type { Clock, Timer } from "./clock.ts";
import { after, between, instant, millis, type Instant, type Millis } from "./units.ts";

/** Whoever a deadline was for. */
export interface Timed {
  timedOut(): void;
}

const NEVER: Instant = instant(Infinity);
/** The timer rings at most this often; so late can a deadline be, never early. */
const GRAIN: Millis = millis(20);

/**
 * Many deadlines on one timer. To move one is to write two numbers: a profile of one timer for each wait of each request
 * showed a fifth of the router's time in setting and clearing them. When the timer rings, all are looked through, which
 * takes a tenth of a millisecond for 10,000.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #all = new Set<Deadline>();
  #timer: Timer | undefined;
  #rings: Instant = NEVER;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** One that is not set yet; it belongs to something that lives long, and is closed with it. */
  open(): Deadline {
    const deadline = new Deadline(this, this.#clock);
    this.#all.add(deadline);
    return deadline;
  }

  /** For `Deadline`. */
  due(at: Instant): void {
    if (at < this.#rings) this.#arm(at);
  }

  /** For `Deadline`. */
  forget(deadline: Deadline): void {
    this.#all.delete(deadline);
    if (this.#all.size > 0) return;
    this.#timer?.cancel();
    this.#rings = NEVER;
  }

  #arm(at: Instant): void {
    this.#timer?.cancel();
    this.#rings = at;
    this.#timer = this.#clock.after(between(this.#clock.now(), at), () => this.#ring());
  }

  #ring(): void {
    const now = this.#clock.now();
    this.#rings = NEVER;
    let next: Instant = NEVER;
    for (const deadline of this.#all) {
      if (deadline.at <= now) deadline.fire();
      else if (deadline.at < next) next = deadline.at;
    }
    if (next !== NEVER) this.due(next < after(now, GRAIN) ? after(now, GRAIN) : next);
  }
}

export class Deadline {
  readonly #list: Deadlines;
  readonly #clock: Clock;
  #last: Instant = NEVER;
  #limit: Millis = millis(Infinity);
  #timed: Timed | undefined;

  constructor(list: Deadlines, clock: Clock) {
    this.#list = list;
    this.#clock = clock;
  }

  get at(): Instant {
    return after(this.#last, this.#limit);
  }

  /** Replaces whatever was set before. */
  start(limit: Millis, timed: Timed): void {
    this.#limit = limit;
    this.#timed = timed;
    this.#last = this.#clock.now();
    this.#list.due(this.at);
  }

  /** The time begins anew. */
  touch(): void {
    this.#last = this.#clock.now();
  }

  stop(): void {
    this.#last = NEVER;
    this.#timed = undefined;
  }

  close(): void {
    this.stop();
    this.#list.forget(this);
  }

  /** For `Deadlines`. */
  fire(): void {
    const timed = this.#timed;
    this.stop();
    timed?.timedOut();
  }
}
