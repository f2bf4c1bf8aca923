import { QUARANTINE } from "../heroku/limits.ts";
import type { Clock } from "../kernel/clock.ts";
import { after, type Instant } from "../kernel/units.ts";
import type { DynoLife } from "../router/dyno-life.ts";

/** Keeps requests away from dynos that could not be reached; the next life of such a dyno starts clean. heroku.md 0, 3.2 */
export class Quarantine {
  readonly #clock: Clock;
  readonly #until = new Map<DynoLife, Instant>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Nobody is in it: what the common case asks. */
  get empty(): boolean {
    return this.#until.size === 0;
  }

  add(life: DynoLife): void {
    this.#until.set(life, after(this.#clock.now(), QUARANTINE));
  }

  holds(life: DynoLife): boolean {
    const until = this.#until.get(life);
    if (until === undefined) return false;
    if (!life.gone && until > this.#clock.now()) return true;
    this.#until.delete(life);
    return false;
  }
}
