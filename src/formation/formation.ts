import { Dyno } from "../dyno/dyno.ts";
import type { DynoPlan } from "../dyno/plan.ts";
import type { DynoWorld } from "../dyno/world.ts";
import type { AppLabel } from "../engine/app-label.ts";
import type { DynoType } from "../heroku/dyno-types.ts";
import type { Era } from "../heroku/eras.ts";
import { dynoName, processTypeOf, RELEASE, WEB, type DynoName, type ProcessName } from "../heroku/names.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { Release } from "../release/release.ts";
import type { FormationFailure } from "./failure.ts";
import { commandsOf, planFor } from "./plans.ts";
import { scaled, type ScaleRequest } from "./quantity.ts";
import { SleepPolicy } from "./sleep-policy.ts";
import { chosen, type Target } from "./target.ts";
import type { Wanted } from "./wanted.ts";

export interface Entry {
  readonly type: ProcessName;
  readonly command: string;
  readonly quantity: number;
  readonly size: DynoType;
}

/** Quantities and dyno types as they are stored; types that the Procfile lost are kept for when they come back. */
export type Stored = Readonly<Record<string, { readonly quantity: number; readonly size: string }>>;

/** The app's running formation: which dynos there should be, and the dynos. */
export class Formation {
  readonly #label: AppLabel;
  readonly #world: DynoWorld;
  readonly #era: Era;
  readonly #hasPreboot: () => boolean;
  readonly #dynos = new Map<DynoName, Dyno>();
  /** Scaled away, but with processes that still have their grace. */
  readonly #departing = new Set<Dyno>();
  readonly #sleep: SleepPolicy;
  readonly #watchers = new Set<() => void>();
  #release: Release | undefined;
  #wanted: readonly Wanted[] = [];

  /** `hasPreboot` is asked at each restart: to turn it on restarts nothing. heroku.md 2.7 */
  constructor(label: AppLabel, era: Era, world: DynoWorld, hasPreboot: () => boolean = () => false) {
    this.#label = label;
    this.#era = era;
    this.#world = world;
    this.#hasPreboot = hasPreboot;
    this.#sleep = new SleepPolicy(world.platformClock, () => this.idle());
  }

  get release(): Release | undefined {
    return this.#release;
  }

  get sleepPolicy(): SleepPolicy {
    return this.#sleep;
  }

  entries(): readonly Entry[] {
    const commands = commandsOf(this.#release);
    return this.#wanted.map(({ type, quantity, size }) => ({
      type: type as ProcessName,
      command: commands[type] ?? "",
      quantity,
      size,
    }));
  }

  dynos(): readonly Dyno[] {
    return [...this.#dynos.values()];
  }

  /** Those that were scaled away and have processes left too. */
  everyDyno(): readonly Dyno[] {
    return [...this.#dynos.values(), ...this.#departing];
  }

  webDynos(): readonly Dyno[] {
    return this.dynos().filter((dyno) => dyno.plan.web);
  }

  quantityOf(type: ProcessName): number {
    return this.#wanted.find((one) => one.type === type)?.quantity ?? 0;
  }

  /** Puts a release into force: running dynos restart with it, missing ones start, others go. */
  roll(release: Release, stored: Stored, sizeOf: (type: string) => DynoType): void {
    this.#release = release;
    this.#wanted = Object.keys(commandsOf(release)).map((type) => ({
      type,
      quantity: type === RELEASE ? 0 : (stored[type]?.quantity ?? 0),
      size: sizeOf(type),
    }));
    for (const dyno of this.dynos()) {
      const plan = this.#plan(dyno.name);
      if (plan !== undefined && this.#isWanted(dyno.name)) dyno.restart(plan);
    }
    this.#reconcile();
  }

  /** `allowed` is called before anything is done: the log tells of the change first. heroku.md 2.8 */
  scale(
    requests: readonly ScaleRequest[],
    allowed: (wanted: readonly Wanted[]) => void = () => {},
  ): Result<readonly Entry[], FormationFailure> {
    const next = scaled(this.#wanted, requests);
    if (!next.ok) return next;
    const prebooting = this.dynos().find((dyno) => dyno.prebooting);
    if (prebooting !== undefined) return fail({ kind: "preboot-under-way", dyno: prebooting.name });
    allowed(next.value);
    this.#wanted = next.value;
    this.#reconcile();
    for (const dyno of this.dynos()) {
      const plan = this.#plan(dyno.name);
      if (plan !== undefined && plan.type !== dyno.plan.type) dyno.restart(plan);
    }
    // no request will ever wake those that slept beside the web dyno
    if (this.quantityOf(WEB) === 0) this.wake();
    return ok(this.entries());
  }

  /** A formation dyno that is stopped is started again: `ps:stop` and `ps:restart` are the same here. heroku.md 2.4 */
  restart(target: Target): Result<void, FormationFailure> {
    const types = this.#wanted.map(({ type }) => type);
    const dynos = chosen(target, this.dynos(), types);
    if (!dynos.ok) return dynos;
    for (const dyno of dynos.value) dyno.restart();
    return ok();
  }

  /**
   * Somebody is awake who sleeps when no requests come: also a worker by itself, beside a web dyno that waits after a crash
   * or sleeps already. While a web dyno boots nobody is, and when it has booted the 30 minutes begin anew.
   */
  get canFallAsleep(): boolean {
    const sleepers = this.quantityOf(WEB) === 0 ? [] : this.dynos().filter(({ plan }) => plan.type.sleeps);
    return (
      sleepers.some(({ phase }) => ["up", "crashed", "lost"].includes(phase.kind)) &&
      !sleepers.some(({ plan, phase }) => plan.web && phase.kind === "starting")
    );
  }

  /** All dynos that sleep go to sleep, workers with the web dynos. heroku.md 1.3 */
  idle(): void {
    if (this.quantityOf(WEB) === 0) return;
    for (const dyno of this.dynos()) if (dyno.plan.type.sleeps) dyno.idle();
  }

  /** Nobody is woken in an app whose web dyno is stuck. design.md 4 */
  wake(): void {
    if (this.stuckAsleep !== undefined) return;
    for (const dyno of this.dynos()) dyno.wake();
  }

  /** The web dyno that no request wakes: era legacy. design.md 4 */
  get stuckAsleep(): DynoName | undefined {
    return this.webDynos().find(({ phase }) => phase.kind === "idle" && phase.stuck)?.name;
  }

  /**
   * No dyno hours are left, or there are some again: dynos that sleep stop as soon as they are up, and nothing wakes
   * them. Later a web request does; an app with workers only goes on by itself. heroku.md 1.3
   */
  ration(outOfHours: boolean): void {
    for (const dyno of this.dynos()) {
      const mustStop = outOfHours && dyno.plan.type.sleeps;
      if (dyno.outOfHours === mustStop) continue;
      if (mustStop) dyno.hoursOut();
      else dyno.hoursBack();
      if (!mustStop && this.quantityOf(WEB) === 0) dyno.wake();
    }
  }

  get ready(): boolean {
    return this.dynos().every(({ phase }) => phase.kind === "up" || phase.kind === "idle");
  }

  get settled(): boolean {
    return this.everyDyno().every((dyno) => dyno.settled);
  }

  /** Resolves when `condition` holds; asked again after each change of a dyno. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        const stop = this.watch(() => {
          stop();
          resolve();
        });
      });
    }
  }

  /** Calls `changed` after each change of a dyno, until the returned function is called. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /** SIGTERM to all, and resolves when nothing is left of them. */
  async shutdown(): Promise<void> {
    this.#sleep[Symbol.dispose]();
    for (const dyno of this.dynos()) this.#remove(dyno);
    await this.until(() => this.#departing.size === 0);
  }

  /** Ends what is left at once; gives the names of the dynos it had to kill. */
  async kill(): Promise<readonly DynoName[]> {
    const left = [...this.#departing, ...this.#dynos.values()].filter((dyno) => dyno.alive);
    await Promise.all(left.map((dyno) => dyno.kill()));
    return left.map((dyno) => dyno.name);
  }

  #reconcile(): void {
    for (const { type, quantity } of this.#wanted) {
      for (let number = 1; number <= quantity; number += 1) this.#ensure(type as ProcessName, number);
    }
    for (const dyno of this.dynos()) if (!this.#isWanted(dyno.name)) this.#remove(dyno);
  }

  #isWanted(name: DynoName): boolean {
    return this.#wanted.some(
      ({ type, quantity }) => name.startsWith(`${type}.`) && Number(name.slice(type.length + 1)) <= quantity,
    );
  }

  #ensure(type: ProcessName, number: number): void {
    const name = dynoName(type, number);
    if (this.#dynos.has(name)) return;
    const plan = this.#plan(name);
    if (plan === undefined) return;
    const dyno: Dyno = new Dyno(name, type === WEB ? "web" : "worker", plan, this.#world, {
      stuckAfterCleanIdleExit: this.#era.stuckAfterCleanIdleExit,
      preboot: () => type === WEB && dyno.plan.type.preboot && this.#hasPreboot(),
      tellsBadBind: this.#era.tellsBadBind,
      onChange: () => this.#changed(dyno),
    });
    this.#dynos.set(name, dyno);
    dyno.start();
  }

  #remove(dyno: Dyno): void {
    this.#dynos.delete(dyno.name);
    this.#departing.add(dyno);
    dyno.stop();
  }

  #changed(dyno: Dyno): void {
    if (this.#departing.has(dyno) && dyno.gone && dyno.settled) this.#departing.delete(dyno);
    for (const watcher of this.#watchers) watcher();
  }

  /** As the release in force has it; undefined where it has no such process type. */
  #plan(name: DynoName): DynoPlan | undefined {
    const type = processTypeOf(name);
    const size = this.#wanted.find((one) => one.type === type)?.size;
    return size === undefined ? undefined : planFor(this.#label, this.#release, type, size);
  }
}
