import type { Address, Engine, EngineFailure, Launched, Listener, LostFile } from "../engine/engine.ts";
import type { Emit } from "../heroku/events.ts";
import {
  BOOT_LIMIT,
  CYCLE_AFTER,
  CYCLE_SPREAD,
  GREATEST_PORT,
  LEAST_PORT,
  LOG_LINE_LIMIT,
  MEMORY_SAMPLE_EVERY,
  SHUTDOWN_GRACE,
} from "../heroku/limits.ts";
import type { DynoName } from "../heroku/names.ts";
import { assertNever } from "../kernel/assert-never.ts";
import type { Clock, Timer } from "../kernel/clock.ts";
import { LineSplitter } from "../kernel/lines.ts";
import { between, type Random } from "../kernel/random.ts";
import {
  between as elapsed,
  bytes,
  millis,
  port,
  type Instant,
  type Millis,
  type Port,
} from "../kernel/units.ts";
import { memoryUsed } from "./memory-quota.ts";
import { launchSpec, shownCommand, type DynoPlan } from "./plan.ts";
import {
  isSettled,
  NEW_DYNO,
  type DynoInput,
  type DynoRules,
  type DynoState,
  type Effect,
  type Phase,
  type Run,
} from "./state.ts";
import { TIMER_WORDS } from "./timer-words.ts";
import { transition } from "./transition.ts";

/** Limits that race the app's real work; each can be shortened. design.md 4, Time */
export interface DynoLimits {
  readonly boot: Millis;
  readonly grace: Millis;
  readonly memorySample: Millis;
}

export const DYNO_LIMITS: DynoLimits = {
  boot: BOOT_LIMIT,
  grace: SHUTDOWN_GRACE,
  memorySample: MEMORY_SAMPLE_EVERY,
};

/**
 * Between two looks at whether a booting web dyno listens: on this machine a look takes some milliseconds, and the
 * pause some more; through the engine it takes a tenth of a second. engine.md 6
 */
const LEAST_PAUSE: Millis = millis(10);
const PAUSE_FOR_LOOK = 2;

export interface DynoWorld {
  readonly engine: Engine;
  readonly realClock: Clock;
  readonly platformClock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly limits: DynoLimits;
  /** Something worth an explanation beside Heroku's lines. */
  readonly observe: (observation: DynoObservation) => void;
}

export type DynoObservation =
  | {
      readonly kind: "boot-timeout";
      readonly dyno: DynoName;
      readonly port: Port;
      readonly listeners: readonly Listener[];
    }
  | { readonly kind: "lost-files"; readonly dyno: DynoName; readonly files: readonly LostFile[] }
  | { readonly kind: "not-launched"; readonly dyno: DynoName; readonly failure: EngineFailure };

interface Life {
  readonly run: Run;
  readonly port: Port | undefined;
  readonly launch: Promise<Launched | undefined>;
  launched: Launched | undefined;
  sampler: Timer | undefined;
  over: boolean;
  listeners: readonly Listener[];
}

/** Carries out what `transition` decides: the only place where a dyno's state meets engine, clocks and log. */
export class Dyno {
  readonly name: DynoName;
  readonly #world: DynoWorld;
  readonly #kind: DynoRules["kind"];
  readonly #stuckAfterCleanIdleExit: boolean;
  readonly #onChange: () => void;
  readonly #lives = new Map<Run, Life>();
  readonly #timers = new Map<string, Timer>();
  readonly #endings = new Set<Promise<void>>();
  #plan: DynoPlan;
  #state: DynoState = NEW_DYNO;
  #since: Instant;
  /** Inputs that arrived while effects of an earlier one were being carried out. */
  #inbox: DynoInput[] = [];
  #busy = false;

  constructor(
    name: DynoName,
    kind: DynoRules["kind"],
    plan: DynoPlan,
    world: DynoWorld,
    options: { readonly stuckAfterCleanIdleExit: boolean; readonly onChange: () => void },
  ) {
    this.name = name;
    this.#kind = kind;
    this.#plan = plan;
    this.#world = world;
    this.#stuckAfterCleanIdleExit = options.stuckAfterCleanIdleExit;
    this.#onChange = options.onChange;
    this.#since = world.platformClock.now();
  }

  get plan(): DynoPlan {
    return this.#plan;
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

  /** Nothing of it is left in the engine. */
  get gone(): boolean {
    return this.#endings.size === 0;
  }

  /** Where the router connects while the dyno is up. */
  get address(): Address | undefined {
    const { phase } = this.#state;
    return phase.kind === "up" ? this.#lives.get(phase.run)?.launched?.address : undefined;
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

  hangUp(): void {
    this.#take({ kind: "client-gone", run: this.#state.runs });
  }

  /** The newest run, for an attached client; undefined when it could not be launched. */
  async launched(): Promise<Launched | undefined> {
    return this.#lives.get(this.#state.runs)?.launch;
  }

  /** SIGKILL to every process: the second Ctrl-C. Resolves when all have been sent it, also what was still being launched. */
  async kill(): Promise<void> {
    await Promise.all([...this.#lives.values()].map(async (life) => (await life.launch)?.signal("SIGKILL")));
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
    this.#onChange();
  }

  #rules(): DynoRules {
    return {
      name: this.name,
      kind: this.#kind,
      quota: this.#plan.type.memory,
      killAt: bytes(Math.floor(this.#plan.type.memory * this.#plan.type.killFactor)),
      bootLimit: this.#world.limits.boot,
      grace: this.#world.limits.grace,
      stuckAfterCleanIdleExit: this.#stuckAfterCleanIdleExit,
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
        // A run that is still being launched gets it as soon as it is there.
        void this.#lives.get(effect.run)?.launch.then((launched) => launched?.signal(effect.signal));
        return;
      case "timer": {
        const clock = effect.clock === "real" ? this.#world.realClock : this.#world.platformClock;
        const key = `${effect.timer} ${effect.run}`;
        this.#timers.get(key)?.cancel();
        this.#timers.set(
          key,
          clock.after(
            effect.after,
            () => {
              this.#timers.delete(key);
              this.#take(effect.input);
            },
            { of: this.name, what: TIMER_WORDS[effect.timer] },
          ),
        );
        return;
      }
      case "cancel": {
        const key = `${effect.timer} ${effect.run}`;
        this.#timers.get(key)?.cancel();
        this.#timers.delete(key);
        return;
      }
      default:
        assertNever(effect);
    }
  }

  #launch(run: Run): void {
    const { engine, random } = this.#world;
    const plan = this.#plan;
    const runPort = plan.web ? port(between(random, LEAST_PORT, GREATEST_PORT)) : undefined;
    const launch = engine.launch(launchSpec(this.name, plan, runPort)).then((result) => {
      if (result.ok) return result.value;
      this.#world.observe({ kind: "not-launched", dyno: this.name, failure: result.failure });
      return undefined;
    });
    const life: Life = {
      run,
      port: runPort,
      launch,
      launched: undefined,
      sampler: undefined,
      over: false,
      listeners: [],
    };
    this.#lives.set(run, life);
    const ending = this.#live(life, shownCommand(plan.command, runPort)).finally(() => {
      this.#endings.delete(ending);
      this.#lives.delete(run);
      this.#onChange();
    });
    this.#endings.add(ending);
  }

  /** One container from launch to removal. */
  async #live(life: Life, command: string): Promise<void> {
    const { run } = life;
    const launched = await life.launch;
    if (launched === undefined) {
      this.#take({ kind: "launch-failed", run });
      return;
    }
    life.launched = launched;
    const { random } = this.#world;
    const cycleAfter = millis(CYCLE_AFTER + random() * CYCLE_SPREAD);
    this.#take({ kind: "launched", run, command, cycleAfter });
    launched.onOutOfMemory(() => this.#take({ kind: "child-out-of-memory", run }));
    // An attached client reads for itself, and the log tells only of start and end. heroku.md 8
    const output = this.#plan.attach === undefined ? this.#read(launched) : undefined;
    if (life.port !== undefined) this.#probe(life, launched, life.port);
    this.#sample(life, launched);
    const exit = await launched.exit;
    await output;
    life.over = true;
    life.sampler?.cancel();
    this.#take(
      exit.lost
        ? { kind: "lost", run }
        : { kind: "exited", run, status: exit.status, outOfMemory: exit.outOfMemory },
    );
    await this.#bury(launched);
  }

  async #read(launched: Launched): Promise<void> {
    const { emit, platformClock } = this.#world;
    const lines = new LineSplitter(LOG_LINE_LIMIT, (text) => {
      emit({ kind: "output", dyno: this.name, at: platformClock.now(), text });
    });
    for await (const chunk of launched.output) lines.push(chunk.bytes);
    lines.flush();
  }

  /** Up is who listens on $PORT where the router can reach it; nobody connects to find out. engine.md 6 */
  #probe(life: Life, launched: Launched, wanted: Port): void {
    const { realClock } = this.#world;
    const look = async (): Promise<void> => {
      const { phase } = this.#state;
      if (life.over || phase.kind !== "starting" || phase.run !== life.run) return;
      const begun = realClock.now();
      life.listeners = await launched.listeners();
      if (life.listeners.some((listener) => listener.port === wanted && !listener.loopback)) {
        this.#take({ kind: "bound", run: life.run });
      } else {
        const pause = PAUSE_FOR_LOOK * elapsed(begun, realClock.now());
        realClock.after(millis(Math.max(LEAST_PAUSE, pause)), () => void look());
      }
    };
    void look();
  }

  #sample(life: Life, launched: Launched): void {
    const { limits, realClock } = this.#world;
    life.sampler = realClock.after(limits.memorySample, () => {
      void launched.memory().then((sample) => {
        if (life.over) return;
        // A reading that failed is no end of the dyno: `exit` tells of that, and the next look may succeed.
        if (sample !== undefined) this.#take({ kind: "memory", run: life.run, used: memoryUsed(sample) });
        this.#sample(life, launched);
      });
    });
  }

  /** After the log has told of the end: what was lost with the layer, then the layer itself. */
  async #bury(launched: Launched): Promise<void> {
    if (this.#kind !== "one-off" && this.#state.phase.kind !== "down") {
      const files = await launched.lostFiles();
      if (files.length > 0) this.#world.observe({ kind: "lost-files", dyno: this.name, files });
    }
    await launched[Symbol.asyncDispose]();
  }

  #explain(input: DynoInput): void {
    if (input.kind !== "boot-time-over" || this.#state.phase.kind !== "starting") return;
    const life = this.#lives.get(input.run);
    if (life?.port === undefined) return;
    this.#world.observe({
      kind: "boot-timeout",
      dyno: this.name,
      port: life.port,
      listeners: life.listeners,
    });
  }
}
