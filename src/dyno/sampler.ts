import type { Launched, MemorySample } from "../engine/launched.ts";
import type { Clock, Timer } from "../kernel/clock.ts";
import { between, type Millis } from "../kernel/units.ts";

/** One look at a living dyno. */
export interface Look {
  readonly memory: MemorySample;
  /** Only where they were asked for, and the engine can tell. */
  readonly runnableTasks: number | undefined;
  /** Since the former look, or since the dyno's start. */
  readonly elapsed: Millis;
}

export interface SamplerOptions {
  readonly clock: Clock;
  readonly every: Millis;
  readonly countTasks: boolean;
}

/**
 * Looks at a dyno again and again until it is disposed of. A reading that failed is no end of the dyno: `exit` tells of
 * that, and the next look may succeed.
 */
export class Sampler implements Disposable {
  readonly #launched: Launched;
  readonly #options: SamplerOptions;
  readonly #onLook: (look: Look) => void;
  #timer: Timer | undefined;
  #over = false;

  constructor(launched: Launched, options: SamplerOptions, onLook: (look: Look) => void) {
    this.#launched = launched;
    this.#options = options;
    this.#onLook = onLook;
    this.#wait();
  }

  [Symbol.dispose](): void {
    this.#over = true;
    this.#timer?.cancel();
  }

  #wait(since = this.#options.clock.now()): void {
    const { clock, every } = this.#options;
    this.#timer = clock.after(every, () => {
      const now = clock.now();
      void this.#look(between(since, now)).then((seen) => {
        if (!this.#over) this.#wait(seen ? now : since);
      });
    });
  }

  async #look(elapsed: Millis): Promise<boolean> {
    const [memory, runnableTasks] = await Promise.all([
      this.#launched.memory(),
      this.#options.countTasks ? this.#launched.runnableTasks() : undefined,
    ]);
    if (memory === undefined || this.#over) return false;
    this.#onLook({ memory, runnableTasks, elapsed });
    return true;
  }
}
