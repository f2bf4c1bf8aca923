import { IDLE_AFTER } from "../heroku/limits.ts";
import type { Clock, Timer, TimerLabel } from "../kernel/clock.ts";
import { after, between, type Instant } from "../kernel/units.ts";

const FALLS_ASLEEP: TimerLabel = { of: "app", what: "falls asleep" };

/**
 * Calls `sleep` once 30 minutes of platform time have passed without a web request; a request in flight, a websocket
 * too, keeps the app awake. heroku.md 1.3
 */
export class SleepPolicy implements Disposable {
  readonly #clock: Clock;
  readonly #sleep: () => void;
  #lastActivity: Instant;
  #inFlight = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, sleep: () => void) {
    this.#clock = clock;
    this.#sleep = sleep;
    this.#lastActivity = clock.now();
  }

  /** The web dyno came up, or woke: the 30 minutes begin. */
  begin(): void {
    this.#lastActivity = this.#clock.now();
    this.#arm();
  }

  requestBegan(): void {
    this.#inFlight += 1;
    this.#lastActivity = this.#clock.now();
  }

  requestEnded(): void {
    this.#inFlight -= 1;
    this.#lastActivity = this.#clock.now();
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** One timer at a time, never one for each request: when it fires it looks how long is still to go. */
  #arm(): void {
    this.#timer?.cancel();
    const due = after(this.#lastActivity, IDLE_AFTER);
    const look = (): void => {
      this.#timer = undefined;
      if (this.#inFlight > 0) this.#lastActivity = this.#clock.now();
      if (between(this.#lastActivity, this.#clock.now()) >= IDLE_AFTER) this.#sleep();
      else this.#arm();
    };
    this.#timer = this.#clock.after(between(this.#clock.now(), due), look, FALLS_ASLEEP);
  }
}
