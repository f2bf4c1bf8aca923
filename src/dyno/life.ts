import type { EngineFailure } from "../engine/failure.ts";
import type { Launched, Listener } from "../engine/launched.ts";
import { LOG_LINE_LIMIT } from "../heroku/limits.ts";
import type { DynoName } from "../heroku/names.ts";
import { metricsId } from "../heroku/runtime-metrics.ts";
import { LineSplitter } from "../kernel/lines.ts";
import { uuid } from "../kernel/random.ts";
import { ok, type Result } from "../kernel/result.ts";
import { between as elapsed, millis, type Millis, type Port } from "../kernel/units.ts";
import { cycleAfter } from "./cycle.ts";
import type { Seen } from "./input.ts";
import { killThreshold } from "./enforcement.ts";
import { memoryUse } from "./memory-quota.ts";
import { launchSpec, shownCommand, type DynoPlan } from "./plan.ts";
import { RuntimeMetrics } from "./runtime-metrics.ts";
import { Sampler } from "./sampler.ts";
import { ShutdownWatch } from "./shutdown-watch.ts";
import type { Run } from "./state.ts";
import { freePort, newPort, type WarmSpare } from "./warm-spare.ts";
import type { DynoWorld } from "./world.ts";

/**
 * Between two looks at whether a booting web dyno listens: on this machine a look takes some milliseconds, and the
 * pause some more; through the engine it takes a tenth of a second. engine.md 6
 */
const LEAST_PAUSE: Millis = millis(10);
const PAUSE_FOR_LOOK = 2;

/** The dyno whose life it is. */
export interface Liver {
  readonly name: DynoName;
  /** Does this run still have to bind $PORT? */
  isBooting(run: Run): boolean;
  /** Was this run sent to sleep? */
  isFallingAsleep(run: Run): boolean;
  /** Is it asleep, and will no request wake it? design.md 4 */
  readonly isStuckAsleep: boolean;
  /** Does anybody want to hear of the files that went with it? */
  readonly missesFiles: boolean;
  see(input: Seen): void;
}

/** One life of a dyno: its container from launch to removal, and what is seen of it. */
export class Life {
  readonly run: Run;
  /** UUID; the next life has another. */
  readonly id: string;
  /** Undefined when it could not be launched. */
  readonly launch: Promise<Launched | undefined>;
  readonly #launching: Promise<Result<Launched, EngineFailure>>;
  /** Nothing of it is left in the engine. */
  readonly ended: Promise<void>;
  readonly #dyno: Liver;
  readonly #plan: DynoPlan;
  readonly #world: DynoWorld;
  #port: Port | undefined;
  #launched: Launched | undefined;
  #over = false;
  #listeners: readonly Listener[] = [];
  /** From SIGTERM on. */
  #shutdown: ShutdownWatch | undefined;

  /** `spare`: a container that waits for this very plan. */
  constructor(run: Run, dyno: Liver, plan: DynoPlan, world: DynoWorld, spare: WarmSpare | undefined) {
    this.run = run;
    this.#dyno = dyno;
    this.#plan = plan;
    this.#world = world;
    this.id = spare === undefined ? uuid(world.random) : spare.id;
    this.#port = spare === undefined ? newPort(plan, world) : spare.port;
    this.#launching = spare === undefined ? this.#launch() : this.#launchFrom(spare);
    this.launch = this.#launching.then((launched) => (launched.ok ? launched.value : undefined));
    this.ended = this.#live();
  }

  /** Settled when it is launched. */
  get port(): Port | undefined {
    return this.#port;
  }

  /** Undefined before the launch. */
  get launched(): Launched | undefined {
    return this.#launched;
  }

  /** What listened when last looked. */
  get listeners(): readonly Listener[] {
    return this.#listeners;
  }

  /** To every process of it. One that is still being launched gets it as soon as it is there. */
  async signal(name: Parameters<Launched["signal"]>[0]): Promise<void> {
    const launched = await this.launch;
    if (launched === undefined) return;
    if (name === "SIGTERM") this.#shutdown ??= new ShutdownWatch(launched, this.#world.realClock);
    if (name === "SIGKILL") this.#shutdown?.killing();
    await launched.signal(name);
  }

  async #launch(): Promise<Result<Launched, EngineFailure>> {
    const { engine, enforcement } = this.#world;
    if (engine.isFree !== undefined) this.#port = await freePort(this.#port, this.#plan, this.#world);
    const { id, port } = this;
    return engine.launch(launchSpec({ name: this.#dyno.name, id, port }, this.#plan, enforcement));
  }

  async #launchFrom(spare: WarmSpare): Promise<Result<Launched, EngineFailure>> {
    const waiting = await spare.go();
    this.#port = spare.port;
    return waiting === undefined ? this.#launch() : ok(waiting);
  }

  async #live(): Promise<void> {
    const { run } = this;
    const launching = await this.#launching;
    if (!launching.ok) return this.#dyno.see({ kind: "launch-failed", run, failure: launching.failure });
    const launched = launching.value;
    this.#launched = launched;
    this.#dyno.see({
      kind: "launched",
      run,
      command: shownCommand(this.#plan.command, this.port),
      cycleAfter: cycleAfter(this.#world.seed, this.#dyno.name, run),
    });
    launched.onOutOfMemory((victim) => {
      this.#dyno.see({ kind: "child-out-of-memory", run });
      const killAt = killThreshold(this.#plan.type, this.#world.enforcement);
      this.#world.observe({ kind: "child-out-of-memory", dyno: this.#dyno.name, victim, killAt });
    });
    launched.onTooManyProcesses((seen) => {
      const { processes: limit } = this.#plan.type;
      this.#world.observe({ kind: "too-many-processes", dyno: this.#dyno.name, seen, limit });
    });
    // An attached client reads for itself, and the log tells only of start and end. heroku.md 8
    const output = this.#plan.attach === undefined ? this.#read(launched) : undefined;
    if (this.port !== undefined) void this.#probe(launched, this.port);
    const sampler = this.#sample(launched);
    const exit = await launched.exit;
    await output;
    this.#over = true;
    sampler[Symbol.dispose]();
    const report = this.#shutdown?.end(exit);
    const toIdle = this.#dyno.isFallingAsleep(run);
    // It may still run somewhere: it goes before the next life can begin.
    if (exit.lost) await this.#bury(launched);
    this.#dyno.see(
      exit.lost
        ? { kind: "lost", run }
        : { kind: "exited", run, status: exit.status, outOfMemory: exit.outOfMemory },
    );
    if (report !== undefined) {
      const { name: dyno, isStuckAsleep: stuck } = this.#dyno;
      this.#world.observe({ kind: "stopped", dyno, toIdle, stuck, report });
    }
    if (!exit.lost) await this.#bury(launched);
  }

  async #read(launched: Launched): Promise<void> {
    const { emit, platformClock } = this.#world;
    const lines = new LineSplitter(LOG_LINE_LIMIT, (text) => {
      emit({ kind: "output", dyno: this.#dyno.name, at: platformClock.now(), text });
    });
    for await (const chunk of launched.output) lines.push(chunk.bytes);
    lines.flush();
  }

  /** Up is who listens on $PORT where the router can reach it; nobody connects to find out. engine.md 6 */
  async #probe(launched: Launched, wanted: Port): Promise<void> {
    if (this.#over || !this.#dyno.isBooting(this.run)) return;
    const { realClock } = this.#world;
    const begun = realClock.now();
    this.#listeners = await launched.listeners();
    if (this.#listeners.some((listener) => listener.port === wanted && !listener.loopback))
      return this.#dyno.see({ kind: "bound", run: this.run });
    const [stray] = this.#listeners;
    if (stray !== undefined && this.#listeners.every((listener) => listener.port !== wanted))
      this.#dyno.see({ kind: "bad-bind", run: this.run, bound: stray.port, wanted });
    const pause = PAUSE_FOR_LOOK * elapsed(begun, realClock.now());
    realClock.after(millis(Math.max(LEAST_PAUSE, pause)), () => void this.#probe(launched, wanted));
  }

  #sample(launched: Launched): Sampler {
    const { limits, realClock: clock, platformClock, emit, logsRuntimeMetrics } = this.#world;
    const { label, type } = this.#plan;
    const metrics = logsRuntimeMetrics()
      ? new RuntimeMetrics(this.#dyno.name, metricsId(label.instance, this.id), type.memory)
      : undefined;
    const options = { clock, every: limits.memorySample, countTasks: metrics !== undefined };
    return new Sampler(launched, options, (look) => {
      for (const event of metrics?.events(look) ?? []) emit({ ...event, at: platformClock.now() });
      this.#dyno.see({ kind: "memory", run: this.run, use: memoryUse(look.memory) });
    });
  }

  /** What was lost with the layer, then the layer itself. */
  async #bury(launched: Launched): Promise<void> {
    const files = this.#dyno.missesFiles ? await launched.lostFiles() : [];
    this.#world.observe({ kind: "lost-files", dyno: this.#dyno.name, files });
    await launched[Symbol.asyncDispose]();
  }
}
