import { QUARANTINE } from "../heroku/limits.ts";
import type { DynoName } from "../heroku/names.ts";
import type { Clock } from "../kernel/clock.ts";
import { after, type Instant } from "../kernel/units.ts";

/** Keeps requests away from dynos that could not be reached. heroku.md 0 */
export class Quarantine {
  readonly #clock: Clock;
  readonly #until = new Map<DynoName, Instant>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(dyno: DynoName): void {
    this.#until.set(dyno, after(this.#clock.now(), QUARANTINE));
  }

  /** It has begun a new life. */
  release(dyno: DynoName): void {
    this.#until.delete(dyno);
  }

  holds(dyno: DynoName): boolean {
    const until = this.#until.get(dyno);
    return until !== undefined && until > this.#clock.now();
  }
}
