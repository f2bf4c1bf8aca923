import type { DynoName } from "../heroku/names.ts";
import type { Clock, Timer } from "../kernel/clock.ts";
import type { Millis } from "../kernel/units.ts";
import type { TimerName } from "./effect.ts";
import type { Run } from "./state.ts";
import { TIMER_WORDS } from "./timer-words.ts";

/** A dyno's timers: one of each name for each run. */
export class Timers {
  readonly #dyno: DynoName;
  readonly #set = new Map<string, Timer>();

  constructor(dyno: DynoName) {
    this.#dyno = dyno;
  }

  /** Instead of the one that was set before. */
  set(timer: TimerName, run: Run, clock: Clock, delay: Millis, fire: () => void): void {
    this.cancel(timer, run);
    const key = `${timer} ${run}`;
    this.#set.set(
      key,
      clock.after(
        delay,
        () => {
          this.#set.delete(key);
          fire();
        },
        { of: this.#dyno, what: TIMER_WORDS[timer] },
      ),
    );
  }

  cancel(timer: TimerName, run: Run): void {
    const key = `${timer} ${run}`;
    this.#set.get(key)?.cancel();
    this.#set.delete(key);
  }
}
