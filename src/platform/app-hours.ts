import { monthAfter, monthOf, noHours, type DynoHours } from "../formation/dyno-hours.ts";
import type { Formation } from "../formation/formation.ts";
import { HoursMeter } from "../formation/hours-meter.ts";
import type { DynoTypeName } from "../heroku/dyno-types.ts";
import { HOUR_POOLS, isPooled, type PooledType } from "../heroku/hour-pools.ts";
import type { Clock, Timer } from "../kernel/clock.ts";
import { between, millis, minutes, seconds, type Instant, type Millis } from "../kernel/units.ts";
import type { App } from "./app.ts";
import type { OneOffs } from "./one-offs.ts";
import type { StoredHours } from "./state.ts";

/** The account's pool of dyno hours; an account here has this one app. */
export interface HoursFacts {
  /** Whose pool it is. */
  readonly type: PooledType;
  readonly pool: Millis;
  readonly used: Millis;
  /** Dynos that use hours now. */
  readonly running: number;
  /** Start of the month, UTC. */
  readonly month: Instant;
  readonly nextMonth: Instant;
  /** When nothing will be left if things stay as they are; undefined: not this month, or it is empty already. */
  readonly emptyAt: Instant | undefined;
}

export interface HoursChange {
  readonly pool: Millis | undefined;
  readonly used: Millis | undefined;
}

/** What is kept of the hours: a kill loses what was used since, a minute of real time at most. */
const SAVE_EVERY: Millis = minutes(1);
/** Dynos may start and stop a thousand times while the clock is moved: not every time is a write to the disk. */
const LEAST_BETWEEN_SAVES: Millis = seconds(1);

/** The app's own pool of dyno hours: counts who uses them, stops the dynos when it is empty, and keeps the account. */
export class AppHours implements Disposable {
  readonly #app: App;
  readonly #formation: Formation;
  readonly #oneOffs: OneOffs;
  readonly #clocks: { readonly platformClock: Clock; readonly realClock: Clock };
  readonly #meter: HoursMeter;
  readonly #unwatch: readonly (() => void)[];
  /** What the disk has. */
  #kept: StoredHours | undefined;
  #savedAt: Instant;
  #nextSave: Timer | undefined;

  constructor(
    app: App,
    formation: Formation,
    oneOffs: OneOffs,
    clocks: { readonly platformClock: Clock; readonly realClock: Clock },
  ) {
    this.#app = app;
    this.#formation = formation;
    this.#oneOffs = oneOffs;
    this.#clocks = clocks;
    this.#kept = app.state.hours;
    this.#savedAt = clocks.realClock.now();
    this.#meter = new HoursMeter(clocks.platformClock, this.#pool, stored(app, clocks.platformClock.now()), {
      empty: () => this.#ration(),
      refilled: () => this.#ration(),
    });
    const look = (): void => this.#look();
    this.#unwatch = [formation.watch(look), oneOffs.watch(look)];
    this.#ration();
  }

  /** An app's dynos are all of one tier; above hobby and basic all are called production. heroku-cli.md 2 */
  get tier(): string {
    const [first = this.#app.defaultSize.name, ...others] = this.#sizes();
    const tier = [first, ...others].find(isPooled) ?? first;
    return isPooled(tier) || tier === "basic" || tier === "hobby" ? tier : "production";
  }

  read(): HoursFacts {
    const { month, used, running } = this.#meter.read();
    const { pool } = this.#meter;
    return {
      type: this.#type,
      pool,
      // what a dyno used while it was being stopped is not held against the account
      used: millis(Math.min(used, pool)),
      running,
      month,
      nextMonth: monthAfter(month),
      emptyAt: this.#meter.emptyAt,
    };
  }

  set(change: HoursChange): HoursFacts {
    const pool = change.pool ?? this.#app.state.hours?.pool;
    // kept first: the dynos that this stops or frees are asked about the pool again
    this.#keep(pool);
    this.#meter.set(change);
    this.#keep(pool);
    return this.read();
  }

  /** Nobody waits for it: what the disk does not take now, it may take next time, and the account goes on in memory. */
  save(): void {
    this.#nextSave?.cancel();
    this.#nextSave = undefined;
    this.#savedAt = this.#clocks.realClock.now();
    const { month, used, running } = this.#meter.read();
    try {
      if (this.#kept?.month !== month || this.#kept.used !== used) this.#keep(this.#app.state.hours?.pool);
    } catch {
      // a full disk, or a folder of state that was removed under a running app
    }
    if (running > 0) this.#saveAfter(SAVE_EVERY);
  }

  [Symbol.dispose](): void {
    for (const unwatch of this.#unwatch) unwatch();
    this.save();
    this.#nextSave?.cancel();
    this.#meter[Symbol.dispose]();
  }

  get #type(): PooledType {
    const names = [...this.#sizes(), this.#app.defaultSize.name];
    return names.find(isPooled) ?? this.#app.era.defaultDynoType;
  }

  #sizes(): readonly DynoTypeName[] {
    return this.#formation.entries().map(({ size }) => size.name);
  }

  get #pool(): Millis {
    return this.#app.state.hours?.pool ?? HOUR_POOLS[this.#type].perMonth;
  }

  /** A dyno or the formation has changed. */
  #look(): void {
    if (this.#pool !== this.#meter.pool) this.#meter.set({ pool: this.#pool, used: undefined });
    const running = this.#running();
    if (running !== this.#meter.running) {
      this.#meter.count(running);
      this.#saveSoon();
    }
    if (this.#meter.isEmpty) this.#ration();
  }

  /**
   * Who is scaled and does not sleep uses hours, also while it boots or waits after a crash, but not while the platform
   * has lost it; a one-off dyno from start to end. heroku.md 1.3; that of a lost one is ours
   */
  #running(): number {
    const dynos = this.#formation
      .dynos()
      .filter(({ plan, phase }) => plan.type.sleeps && phase.kind !== "idle" && phase.kind !== "lost");
    const oneOffs = this.#oneOffs
      .dynos()
      .filter(({ plan, phase }) => plan.type.sleeps && phase.kind !== "complete");
    return dynos.length + oneOffs.length;
  }

  #ration(): void {
    this.#formation.ration(this.#meter.isEmpty);
    this.#oneOffs.ration(this.#meter.isEmpty);
  }

  #saveSoon(): void {
    const since = between(this.#savedAt, this.#clocks.realClock.now());
    if (since >= LEAST_BETWEEN_SAVES) this.save();
    else this.#saveAfter(millis(LEAST_BETWEEN_SAVES - since));
  }

  #saveAfter(delay: Millis): void {
    this.#nextSave?.cancel();
    this.#nextSave = this.#clocks.realClock.after(delay, () => this.save());
  }

  #keep(pool: Millis | undefined): void {
    const { month, used } = this.#meter.read();
    const hours: StoredHours = { month, used, pool };
    this.#app.change({ hours });
    this.#kept = hours;
  }
}

/** The account of this month as it was kept; that of another month is done with. */
function stored(app: App, now: Instant): DynoHours {
  const { hours } = app.state;
  const fresh = noHours(now);
  return hours?.month === monthOf(now) ? { ...fresh, used: hours.used } : fresh;
}
