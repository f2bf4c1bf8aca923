/** What a dyno on Heroku has around it, and an engine may not be able to give it. heroku.md 1.1 */
export type LimitId =
  /** R14. */
  | "memory-quota"
  /** R15. */
  | "memory-kill"
  /** No process of it gets more, not even for a moment. */
  | "kernel-memory-cap"
  | "processes"
  | "open-files"
  | "cpu-share"
  /** What programs that ask for the number of cores are told. */
  | "cores"
  /** Each life begins with the slug as it was built, and what it wrote goes with it. */
  | "fresh-files"
  /** Nothing is written outside of /app and /tmp. */
  | "other-files"
  | "app-folder"
  | "private-tmp"
  | "process-tree"
  /** Dynos do not reach each other, nor what else listens on the machine; only the router reaches $PORT. */
  | "network"
  | "low-ports"
  /** Libraries and programs of the stack, and no others. */
  | "stack"
  | "python"
  /** A user of its own, who owns nothing else. */
  | "user";

/** `sampled`: looked at from time to time, and acted upon. `partly`: some of it is not as on Heroku. */
export type How = "enforced" | "partly" | "sampled" | "absent";

/** How one of them holds in an engine; for people in `detail`, on one line. */
export interface LimitFact {
  readonly limit: LimitId;
  readonly how: How;
  readonly detail: string;
}
