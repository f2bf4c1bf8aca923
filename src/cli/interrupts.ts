import type { Clock } from "../kernel/clock.ts";
import { millis } from "../kernel/units.ts";

export type Interruption = "SIGINT" | "SIGTERM" | "SIGHUP";

/** npm passes on the Ctrl-C that the terminal has sent already: two within this time are one. design.md 5 */
const SAME_PRESS = millis(100);

/** 128 + the signal's number. design.md 5 */
export const SIGNAL_STATUS: Readonly<Record<Interruption, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};

/** The signals that ask this process to end, while it lives; the only place that listens for them. */
export class Interrupts implements Disposable {
  readonly #clock: Clock;
  readonly #first = Promise.withResolvers<Interruption>();
  readonly #second = Promise.withResolvers<Interruption>();
  readonly #aborted = new AbortController();
  #firstAt: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    for (const name of NAMES) process.on(name, this.#hear);
  }

  get first(): Promise<Interruption> {
    return this.#first.promise;
  }

  /** The user does not want to wait. */
  get second(): Promise<Interruption> {
    return this.#second.promise;
  }

  /** Aborted with the first. */
  get signal(): AbortSignal {
    return this.#aborted.signal;
  }

  [Symbol.dispose](): void {
    for (const name of NAMES) process.off(name, this.#hear);
  }

  readonly #hear = (name: NodeJS.Signals): void => {
    const interruption = NAMES.find((one) => one === name) ?? "SIGTERM";
    const now = this.#clock.now();
    if (this.#firstAt === undefined) {
      this.#firstAt = now;
      this.#first.resolve(interruption);
      this.#aborted.abort();
    } else if (now - this.#firstAt > SAME_PRESS) this.#second.resolve(interruption);
  };
}

const NAMES: readonly Interruption[] = ["SIGINT", "SIGTERM", "SIGHUP"];
