import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import { millis, type Millis } from "../../kernel/units.ts";

export interface Percentiles {
  /** Durations that were counted. */
  readonly count: number;
  readonly p50: Millis;
  readonly p95: Millis;
  readonly p99: Millis;
  readonly greatest: Millis;
}

/** An hour: what takes longer counts as that long. */
const LONGEST_US = 3_600_000_000;
/** Every figure is right to 0.1 %. */
const DIGITS = 3;

/** Durations in an HDR histogram: about 20 ns for each, and the same memory however many come. */
export class Durations {
  readonly #histogram: RecordableHistogram = createHistogram({
    lowest: 1,
    highest: LONGEST_US,
    figures: DIGITS,
  });

  add(duration: Millis): void {
    this.#histogram.record(Math.min(Math.max(Math.round(duration * 1000), 1), LONGEST_US));
  }

  /** Undefined before the first. */
  percentiles(): Percentiles | undefined {
    const histogram = this.#histogram;
    if (histogram.count === 0) return undefined;
    const at = (percent: number): Millis => millis(histogram.percentile(percent) / 1000);
    return {
      count: histogram.count,
      p50: at(50),
      p95: at(95),
      p99: at(99),
      greatest: millis(histogram.max / 1000),
    };
  }
}
