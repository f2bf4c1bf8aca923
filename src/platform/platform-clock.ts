import type { Clock } from "../kernel/clock.ts";
import { MovableClock } from "../kernel/movable-clock.ts";
import { between, millis, type Instant } from "../kernel/units.ts";

/**
 * The app's clock as it starts: at the machine's time, or where it was moved to before if that is later, so that what is
 * stored (releases, the month's hours) is never of a time to come. It shows the machine's time again once that has caught up.
 */
export function platformClock(base: Clock, movedTo: Instant | undefined): MovableClock {
  return new MovableClock(
    base,
    movedTo === undefined ? undefined : millis(Math.max(between(base.now(), movedTo), 0)),
  );
}
