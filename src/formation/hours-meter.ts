import type { Clock, Timer, TimerLabel } from "../kernel/clock.ts";
import { between, type Instant, type Millis } from "../kernel/units.ts";
import {
  emptyAt,
  hoursAt,
  isEmpty,
  monthAfter,
  withRunning,
  withUsed,
  type DynoHours,
} from "./dyno-hours.ts";

/** What happens to a pool by itself. */
export interface PoolEvents {
  /** Nothing is left of this month's hours. */
  empty(): void;
  /** There are hours again: a new month, or somebody changed the figures. */
  refilled(): void;
}

const RUN_OUT: TimerLabel = { of: "app", what: "runs out of dyno hours" };
const NEW_MONTH: TimerLabel = { of: "app", what: "gets a new month of dyno hours" };

/** Runs the account of dyno hours on the platform clock, and says when the pool is empty and when it is full again. */
export class HoursMeter implements Disposable {
  readonly #clock: Clock;
  readonly #events: PoolEvents;
  #hours: DynoHours;
  #pool: Millis;
  #empty: boolean;
  #timer: Timer | undefined;

  constructor(clock: Clock, pool: Millis, hours: DynoHours, events: PoolEvents) {
    this.#clock = clock;
    this.#pool = pool;
    this.#hours = hours;
    this.#events = events;
    this.#empty = isEmpty(hours, pool);
    this.#arm();
  }

  get pool(): Millis {
    return this.#pool;
  }

  get isEmpty(): boolean {
    return this.#empty;
  }

  get running(): number {
    return this.#hours.running;
  }

  /** The account at this moment. */
  read(): DynoHours {
    return hoursAt(this.#hours, this.#clock.now());
  }

  /** When nothing will be left this month if things stay as they are. */
  get emptyAt(): Instant | undefined {
    return this.#empty ? undefined : emptyAt(this.#hours, this.#pool);
  }

  /** From now on so many dynos use hours. */
  count(running: number): void {
    if (running === this.#hours.running) return;
    this.#become(withRunning(this.#hours, running, this.#clock.now()));
  }

  /** To try things out: another pool, or another account of what is used this month. */
  set(change: { readonly pool: Millis | undefined; readonly used: Millis | undefined }): void {
    this.#pool = change.pool ?? this.#pool;
    const now = this.#clock.now();
    this.#become(
      change.used === undefined ? hoursAt(this.#hours, now) : withUsed(this.#hours, change.used, now),
    );
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Whoever is told may call again: all that is to be known stands before. */
  #become(hours: DynoHours): void {
    const was = this.#empty;
    this.#hours = hours;
    this.#empty = isEmpty(hours, this.#pool);
    this.#arm();
    if (this.#empty && !was) this.#events.empty();
    if (!this.#empty && was) this.#events.refilled();
  }

  /** One timer, for what comes first; none while nothing can change by itself. */
  #arm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (!this.#empty && this.#hours.running === 0) return;
    const empty = this.emptyAt;
    this.#timer = this.#clock.after(
      between(this.#clock.now(), empty ?? monthAfter(this.#hours.month)),
      () => this.#become(this.read()),
      empty === undefined ? NEW_MONTH : RUN_OUT,
    );
  }
}
