import type { Clock } from "../kernel/clock.ts";
import type { Millis } from "../kernel/units.ts";

/** Waits for `what`, but not longer than `limit`. True when it came. A rejection counts as having come. */
export function within(clock: Clock, limit: Millis, what: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.after(limit, () => resolve(false));
    const came = (): void => {
      timer.cancel();
      resolve(true);
    };
    what.then(came, came);
  });
}
