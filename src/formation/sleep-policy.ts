import { IDLE_AFTER } from "../heroku/limits.ts";
import type { Clock, Timer, TimerLabel } from "../kernel/clock.ts";

const FALLS_ASLEEP: TimerLabel = { of: "app", what: "falls asleep" };

/**
 * Calls `sleep` once 30 minutes of platform time have passed without a web request; a request in flight, a websocket
 * too, keeps the app awake. Its timer is what `dynosim clock` shows, so there is one only while the app can fall
 * asleep by waiting. heroku.md 1.3
 */
export class SleepPolicy implements Disposable {
  readonly #clock: Clock;
  readonly #sleep: () => void;
  #awake = false;
  #inFlight = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, sleep: () => void) {
    this.#clock = clock;
    this.#sleep = sleep;
  }

  /** There is somebody awake who sleeps: the 30 minutes begin. */
  begin(): void {
    this.#awake = true;
    this.#arm();
  }

  /** There is nobody any more. */
  end(): void {
    this.#awake = false;
    this.#arm();
  }

  /** Requests that keep the app awake: under way, or waiting for a boot. */
  get inFlight(): number {
    return this.#inFlight;
  }

  requestBegan(): void {
    this.#inFlight += 1;
    this.#arm();
  }

  requestEnded(): void {
    this.#inFlight -= 1;
    this.#arm();
  }

  [Symbol.dispose](): void {
    this.end();
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer =
      this.#awake && this.#inFlight === 0
        ? this.#clock.after(IDLE_AFTER, () => this.#sleep(), FALLS_ASLEEP)
        : undefined;
  }
}
