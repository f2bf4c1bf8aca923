import type { LoadAverages } from "../heroku/runtime-metrics.ts";
import { minutes, type Millis } from "../kernel/units.ts";

const SPANS = { oneMinute: minutes(1), fiveMinutes: minutes(5), fifteenMinutes: minutes(15) } as const;

type Averages = Readonly<Record<keyof typeof SPANS, number>>;

/**
 * A dyno's own load averages: how many of its tasks wanted a core, damped exponentially over 1, 5 and 15 minutes, as the
 * kernel does it for the machine. They begin at 0 with the dyno. heroku.md 4
 */
export class LoadAverage {
  #averages: Averages = { oneMinute: 0, fiveMinutes: 0, fifteenMinutes: 0 };
  #age = 0;

  /** `tasks` were runnable, `elapsed` after the former look, or after the dyno's start. */
  add(tasks: number, elapsed: Millis): LoadAverages {
    const before = this.#averages;
    const next = (span: keyof typeof SPANS): number => {
      const kept = 1 / Math.exp(elapsed / SPANS[span]);
      return before[span] * kept + tasks * (1 - kept);
    };
    this.#averages = {
      oneMinute: next("oneMinute"),
      fiveMinutes: next("fiveMinutes"),
      fifteenMinutes: next("fifteenMinutes"),
    };
    this.#age += elapsed;
    // A dyno has no average over a time it has not lived: on a fresh one these are missing.
    return {
      oneMinute: this.#averages.oneMinute,
      fiveMinutes: this.#age < SPANS.fiveMinutes ? undefined : this.#averages.fiveMinutes,
      fifteenMinutes: this.#age < SPANS.fifteenMinutes ? undefined : this.#averages.fifteenMinutes,
    };
  }
}
