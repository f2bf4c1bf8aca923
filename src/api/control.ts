import type { Conversation, LogFilter, Platform, Release } from "../platform/platform.ts";
import type { Secrets } from "./secrets.ts";

/** What the resources are given: the app, and what the server itself keeps. */
export interface ControlContext {
  readonly platform: Platform;
  /** What health tells: the formation of the release that is being hosted is up. */
  readonly isReady: () => boolean;
  /** `http://127.0.0.1:4567`, without a slash at the end. */
  readonly url: string;
  readonly logSessions: Secrets<LogSession>;
  /** Releases, by the URL of what their command wrote. */
  readonly releaseOutputs: Secrets<Release>;
  readonly attachments: Secrets<Conversation>;
}

/** What somebody asked to read of the log. */
export interface LogSession {
  readonly filter: LogFilter;
  readonly lines: number;
  readonly tail: boolean;
}
