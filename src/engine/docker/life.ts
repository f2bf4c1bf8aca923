import type Docker from "dockerode";
import { sleep, type Clock } from "../../kernel/clock.ts";
import { between, millis, seconds, type Instant, type Millis } from "../../kernel/units.ts";
import type { DynoExit } from "../launched.ts";
import type { EngineEvents } from "./engine-events.ts";
import { statusOf } from "./engine-trouble.ts";
import { within } from "../within.ts";

/** The engine tells of a memory kill about 36 ms before the end, but in no sure order. engine.md 3 */
const OOM_SETTLES: Millis = millis(200);
/** A kill for memory this long before the end was the reason for it; a big process takes its time to go. */
const OOM_COUNTS: Millis = seconds(2);
/** A dyno that lives on this long after a kill for memory has lost another process than its command. */
const OOM_SURVIVED: Millis = seconds(2);
/** An engine that restarts is back within a second or two. */
const RECONNECT_EVERY: Millis = millis(500);
const RECONNECTS = 10;

const SIGKILLED = 137;

/**
 * When and how a dyno ends. Of the signs of an end (the engine's answer to `wait`, its event, its removal) the first
 * counts, since each of them can be missed: with Podman, or when the engine restarts. engine.md 14
 */
export class Life implements Disposable {
  readonly ended: Promise<DynoExit>;
  readonly #container: Docker.Container;
  readonly #clock: Clock;
  readonly #watch: Disposable;
  readonly #killed: (() => void)[] = [];
  #tellOom: () => void = () => {};
  readonly #oom: Promise<void> = new Promise((resolve) => (this.#tellOom = resolve));
  #lastOom: Instant | undefined;
  readonly #hint = Promise.withResolvers<void>();
  /** Of the container's end, or of a gap in what the engine tells. */
  #news = Promise.withResolvers<void>();
  #over = false;
  #ourOwnKill = false;

  /** To be made before the container is started: a `wait` that comes later may miss the end. engine.md 1 */
  constructor(container: Docker.Container, clock: Clock, events: EngineEvents) {
    this.#container = container;
    this.#clock = clock;
    this.#watch = events.watch(container.id, (event) => {
      if (event.kind === "oom") {
        this.#sawOom();
      } else {
        this.mayHaveEnded();
      }
    });
    const waited = container.wait({ condition: "next-exit" }).then(
      () => {},
      () => {},
    );
    this.ended = this.#end(Promise.race([waited, this.#hint.promise]));
  }

  get over(): boolean {
    return this.#over;
  }

  onOutOfMemory(killed: () => void): void {
    this.#killed.push(killed);
  }

  /**
   * For other signs: its output has ended, or it was found not running. Each is looked into, so a false one does no
   * harm; without them one that ends within its first milliseconds can be missed by `wait` and by the events alike.
   */
  mayHaveEnded(): void {
    this.#hint.resolve();
    this.#tellNews();
  }

  /** A SIGKILL that we send is no memory kill, whatever the kernel did before. */
  killing(): void {
    this.#ourOwnKill = true;
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
  }

  async #end(sign: Promise<void>): Promise<DynoExit> {
    await sign;
    const state = await this.#lastState();
    this.#over = true;
    const at = this.#clock.now();
    if (state === undefined) return { status: SIGKILLED, outOfMemory: false, lost: !this.#ourOwnKill };
    const outOfMemory =
      state.ExitCode === SIGKILLED && !this.#ourOwnKill && (await this.#wasOutOfMemory(at, state.OOMKilled));
    return { status: state.ExitCode, outOfMemory, lost: false };
  }

  /** Undefined when nobody can tell: the container was removed, or the engine was away, or is. */
  async #lastState(): Promise<Docker.ContainerInspectInfo["State"] | undefined> {
    for (let failures = 0; failures < RECONNECTS;) {
      try {
        const { State } = await this.#container.inspect();
        if (State.Status === "removing" || State.Dead) return undefined;
        // Its end lies in the time without the engine, and is most likely the engine's doing: it ends its containers.
        if (!State.Running && State.Status !== "created") return failures > 0 ? undefined : State;
        failures = 0;
        // An answer that breaks off in the middle never settles in the library: the gap is what tells of it.
        const over = this.#container.wait({ condition: State.Running ? "not-running" : "next-exit" });
        await Promise.race([over, this.#news.promise]);
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        failures++;
        await sleep(this.#clock, RECONNECT_EVERY);
      }
    }
    return undefined;
  }

  /** `flagged`: something was killed in this life; says nothing of the command, so it is asked last. engine.md 3 */
  async #wasOutOfMemory(at: Instant, flagged: boolean): Promise<boolean> {
    if (this.#lastOom === undefined) await within(this.#clock, OOM_SETTLES, this.#oom);
    if (this.#lastOom === undefined) return flagged;
    return between(this.#lastOom, at) < OOM_COUNTS;
  }

  #tellNews(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers<void>();
  }

  #sawOom(): void {
    this.#lastOom = this.#clock.now();
    this.#tellOom();
    this.#clock.after(OOM_SURVIVED, () => {
      if (!this.#over) for (const killed of this.#killed) killed();
    });
  }
}
