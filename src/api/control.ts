import type { OneOff, Platform } from "../platform/platform.ts";
import type { Secrets } from "./secrets.ts";
import type { LogSession } from "./resources/log-session.ts";

/** What the resources are given: the app, and what the server itself keeps. */
export interface ControlContext {
  readonly platform: Platform;
  /** `http://127.0.0.1:4567`, without a slash at the end. */
  readonly url: string;
  readonly logSessions: Secrets<LogSession>;
  readonly attachments: Secrets<OneOff>;
}
