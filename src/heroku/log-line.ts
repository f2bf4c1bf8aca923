import type { Instant } from "../kernel/units.ts";

/** `app`: what the app wrote and what users did to it; `heroku`: dyno manager and router. heroku.md 7 */
export type LogSource = "app" | "heroku";

export interface LogLine {
  readonly at: Instant;
  readonly source: LogSource;
  /** `web.1`, `router`, `api`. */
  readonly process: string;
  readonly text: string;
}
