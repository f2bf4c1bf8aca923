import type { Clock } from "../kernel/clock.ts";
import type { Millis } from "../kernel/units.ts";
import type { SlugFailure } from "./failure.ts";

/** What ends a build before its time: Heroku's limit, or whoever asked for the build. */
export interface BuildLimit extends Disposable {
  /** Aborted in either case. */
  readonly signal: AbortSignal;
  /** Why, once it is aborted. */
  readonly reached: SlugFailure | undefined;
}

export function startBuildLimit(clock: Clock, limit: Millis, asked: AbortSignal | undefined): BuildLimit {
  const ended = new AbortController();
  let reached: SlugFailure | undefined;
  const end = (reason: SlugFailure): void => {
    reached ??= reason;
    ended.abort();
  };
  const abort = (): void => end({ kind: "build-aborted" });
  const timer = clock.after(limit, () => end({ kind: "build-timeout", minutes: limit / 60_000 }));
  asked?.addEventListener("abort", abort);
  if (asked?.aborted) abort();
  return {
    signal: ended.signal,
    get reached() {
      return reached;
    },
    [Symbol.dispose]: () => {
      timer.cancel();
      asked?.removeEventListener("abort", abort);
    },
  };
}
