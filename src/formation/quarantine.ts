import type { DynoName } from "../heroku/names.ts";
import type { Clock } from "../kernel/clock.ts";
import { after, seconds, type Instant, type Millis } from "../kernel/units.ts";

/** A dyno that could not be reached gets no request for this long. heroku.md 0 */
const QUARANTINE: Millis = seconds(5);

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
