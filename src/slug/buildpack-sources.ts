import type { Clock } from "../kernel/clock.ts";

/** What finding a buildpack needs to know. */
export interface BuildpackSources {
  /** The folder of those that come with dynosim. */
  readonly home: string;
  /** The app's folder: paths are relative to it. */
  readonly app: string;
  /** Where what was fetched is kept. */
  readonly cache: string;
  readonly clock: Clock;
  /** Nothing is fetched: what was fetched before, or nothing. */
  readonly offline?: boolean;
  readonly signal: AbortSignal | undefined;
  /** Sentences for people. */
  readonly onNotice: (line: string) => void;
}
