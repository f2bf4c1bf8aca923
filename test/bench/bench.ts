import type { Figure } from "./figure.ts";

export interface BenchOptions {
  /** Rounds of each figure. */
  readonly runs: number;
  /** Seconds that a soak lasts. */
  readonly soak: number;
  /** A line for whoever waits. */
  readonly tell: (line: string) => void;
}

/** Makes what it needs, measures, removes what it made. */
export type Case = (options: BenchOptions) => Promise<readonly Figure[]>;
