import type { Address, Launched } from "../engine/launched.ts";
import { prebootWait } from "../heroku/limits.ts";
import type { DynoName } from "../heroku/names.ts";
import { assertNever } from "../kernel/assert-never.ts";
import { uuid } from "../kernel/random.ts";
import type { Instant, Millis } from "../kernel/units.ts";
import type { Effect } from "./effect.ts";
import { killThreshold } from "./enforcement.ts";
import type { DynoInput } from "./input.ts";
import { Life, type Liver } from "./life.ts";
import type { DynoPlan } from "./plan.ts";
import type { DynoKind, DynoRules } from "./rules.ts";
import { SparePlace } from "./spare-place.ts";
import { isSettled, leaver, NEW_DYNO, type DynoState, type Phase, type Run } from "./state.ts";
import { Timers } from "./timers.ts";
import { transition } from "./transition.ts";
import type { DynoWorld } from "./world.ts";

export interface DynoOptions {
  readonly stuckAfterCleanIdleExit: boolean;
  /** Is preboot in effect for it now? */
  readonly preboot?: () => boolean;
  readonly tellsBadBind: boolean;
  /** Called after each input that was dealt with. */
  readonly onChange: () => void;
}

/** Carries out what `transition` decides: the only place where a dyno's state meets engine, clocks and log. */
export class Dyno {
  readonly name: DynoName;
  readonly #world: DynoWorld;
  readonly #kind: DynoKind;
  readonly #options: DynoOptions;
  readonly #lives = new Map<Run, Life>();
  readonly #spare: SparePlace;
  readonly #timers: Timers;
  #plan: DynoPlan;
  #state: DynoState = NEW_DYNO;
  #since: Instant;
  #id: string;
  /** Inputs that arrived while effects of an earlier one were being carried out. */
  #inbox: DynoInput[] = [];
  #busy = false;

  constructor(name: DynoName, kind: DynoKind, plan: DynoPlan, world: DynoWorld, options: DynoOptions) {
    this.name = name;
    this.#timers = new Timers(name);
    this.#kind = kind;
    this.#plan = plan;
    this.#world = world;
    this.#options = options;
    this.#since = world.platformClock.now();
    this.#spare = new SparePlace(name, world, options.onChange);
    this.#id = uuid(world.random);
  }

  /** UUID of the newest life; another one after each start. */
  get id(): string {
    return this.#id;
  }

  get plan(): DynoPlan {
    return this.#plan;
  }

  get state(): DynoState {
    return this.#state;
  }

  get phase(): Phase {
    return this.#state.phase;
  }

  /** When the present phase began, on the platform clock. */
  get since(): Instant {
    return this.#since;
  }

  get settled(): boolean {
    return isSettled(this.#state);
  }

  /** Preboot: an old and a new run live side by side, and the router still goes to the old one. */
  get prebooting(): boolean {
    return this.#state.former !== undefined;
  }

  /** A life of it is in the engine: one that sleeps has none, though it may have a spare. */
  get alive(): boolean {
    return this.#lives.size > 0;
  }

  /** Nothing of it is left in the engine. */
  get gone(): boolean {
    return this.#lives.size === 0 && this.#spare.empty;
  }

  /** The running container of a dyno that is up; with preboot, that of the former run until the switch. */
  get container(): Launched | undefined {
    const { phase, former } = this.#state;
    if (former !== undefined) return this.#lives.get(former)?.launched;
    return phase.kind === "up" ? this.#lives.get(phase.run)?.launched : undefined;
  }

  /** Where the router connects. */
  get address(): Address | undefined {
    return this.container?.address;
  }

  start(): void {
    this.#take({ kind: "start" });
  }

  /** A restart, with another plan if the release or the dyno type changed. */
  restart(plan: DynoPlan = this.#plan): void {
    this.#plan = plan;
    this.#take({ kind: "restart", why: "asked" });
  }

  /** For a dyno that is not running: what it will start with next time. */
  replan(plan: DynoPlan): void {
    this.#plan = plan;
  }

  stop(): void {
    this.#take({ kind: "stop" });
  }

  idle(): void {
    this.#take({ kind: "idle" });
  }

  wake(): void {
    this.#take({ kind: "wake" });
  }

  /** The hour pool is empty: stops as soon as it is up, and is woken by no request until `hoursBack`. */
  hoursOut(): void {
    this.#take({ kind: "hours-out" });
  }

  hoursBack(): void {
    this.#take({ kind: "hours-back" });
  }

  /** The client of an attached one-off dyno is there. */
  clientCame(): void {
    this.#take({ kind: "client-came", run: this.#state.runs });
  }

  get outOfHours(): boolean {
    return this.#state.outOfHours;
  }

  hangUp(): void {
    this.#take({ kind: "client-gone", run: this.#state.runs });
  }

  /** The newest run, for an attached client; undefined when it could not be launched. */
  async launched(): Promise<Launched | undefined> {
    return this.#lives.get(this.#state.runs)?.launch;
  }

  /** SIGKILL to every process: the second Ctrl-C. Resolves when all have been sent it, also what was still being launched. */
  async kill(): Promise<void> {
    await Promise.all([...this.#lives.values()].map((life) => life.signal("SIGKILL")));
  }

  #take(input: DynoInput): void {
    this.#inbox.push(input);
    if (this.#busy) return;
    this.#busy = true;
    for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) {
      const before = this.#state.phase.kind;
      const { state, effects } = transition(this.#state, next, this.#rules());
      this.#state = state;
      if (state.phase.kind !== before) this.#since = this.#world.platformClock.now();
      this.#explain(next);
      for (const effect of effects) this.#carryOut(effect);
    }
    this.#busy = false;
    this.#holdSpare();
    this.#options.onChange();
  }

  /** A dyno that sleeps, and that a request will wake, has the container ready for it. */
  #holdSpare(): void {
    const { phase, outOfHours } = this.#state;
    const sleeps = phase.kind === "idle" && !phase.stuck && !outOfHours && this.#lives.size === 0;
    this.#spare.hold(sleeps ? this.#plan : undefined);
  }

  #rules(): DynoRules {
    const { limits, enforcement } = this.#world;
    const { type } = this.#plan;
    return {
      name: this.name,
      kind: this.#kind,
      quota: type.memory,
      killAt: killThreshold(type, enforcement),
      bootLimit: limits.boot,
      grace: limits.grace,
      preboot: this.#options.preboot?.() === true ? prebootWait(limits.boot) : undefined,
      attached: this.#plan.attach !== undefined,
      attachLimit: limits.attach,
      hangUpEvery: limits.hangUp,
      stuckAfterCleanIdleExit: this.#options.stuckAfterCleanIdleExit,
      tellsBadBind: this.#options.tellsBadBind,
    };
  }

  #carryOut(effect: Effect): void {
    switch (effect.kind) {
      case "tell":
        this.#world.emit({ ...effect.event, at: this.#world.platformClock.now() });
        return;
      case "launch":
        this.#launch(effect.run);
        return;
      case "signal":
        void this.#lives.get(effect.run)?.signal(effect.signal);
        return;
      case "timer": {
        const clock = effect.clock === "real" ? this.#world.realClock : this.#world.platformClock;
        this.#timers.set(effect.timer, effect.run, clock, effect.after, () => this.#take(effect.input));
        return;
      }
      case "await-engine":
        this.#awaitEngine(effect.after);
        return;
      case "cancel":
        this.#timers.cancel(effect.timer, effect.run);
        return;
      default:
        assertNever(effect);
    }
  }

  #launch(run: Run): void {
    const spare = this.#spare.take(this.#plan);
    const life = new Life(run, this.#asLiver(), this.#plan, this.#world, spare);
    this.#id = life.id;
    this.#lives.set(run, life);
    void life.ended.finally(() => {
      this.#lives.delete(run);
      this.#holdSpare();
      this.#options.onChange();
    });
  }

  #asLiver(): Liver {
    const state = (): DynoState => this.#state;
    const phase = (): Phase => this.#state.phase;
    const kind = this.#kind;
    return {
      name: this.name,
      isBooting: (run) => {
        const now = phase();
        return now.kind === "starting" && now.run === run;
      },
      isFallingAsleep: (run) => leaver(state(), run)?.toIdle === true,
      get isStuckAsleep() {
        const now = phase();
        return now.kind === "idle" && now.stuck;
      },
      get missesFiles() {
        return kind !== "one-off" && phase().kind !== "down";
      },
      see: (input) => this.#take(input),
    };
  }

  #awaitEngine(pause: Millis): void {
    const look = (): void => {
      void this.#world.engine.answers().then(() => this.#take({ kind: "engine-back" }));
    };
    if (pause === 0) look();
    else this.#timers.set("engine", this.#state.runs, this.#world.realClock, pause, look);
  }

  /** What a person should hear beside Heroku's line; of one outage once. */
  #explain(input: DynoInput): void {
    const { name: dyno } = this;
    const { phase, outage } = this.#state;
    const { observe } = this.#world;
    if (input.kind === "launch-failed" && outage <= 1) {
      observe({ kind: "not-launched", dyno, failure: input.failure });
    } else if (input.kind === "lost" && (phase.kind === "lost" ? outage === 1 : phase.kind === "complete")) {
      observe({ kind: "lost", dyno });
    } else if (input.kind === "boot-time-over" && phase.kind === "starting") {
      const life = this.#lives.get(input.run);
      if (life?.port !== undefined)
        observe({ kind: "boot-timeout", dyno, port: life.port, listeners: life.listeners });
    }
  }
}
