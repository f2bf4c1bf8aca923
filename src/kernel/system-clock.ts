import type { Clock, Timer } from "./clock.ts";
import { instant, type Instant, type Millis } from "./units.ts";

/** setTimeout holds 31 bits; a longer delay would fire at once. */
const LONGEST_TIMEOUT = 2_147_483_647;

const ORIGIN = performance.timeOrigin;

/** Real time. Sub-millisecond digits come from the monotonic clock, so neighbouring log lines differ. */
export class SystemClock implements Clock {
  now(): Instant {
    return instant(ORIGIN + performance.now());
  }

  after(delay: Millis, fire: () => void): Timer {
    let handle: NodeJS.Timeout;
    const arm = (left: number): void => {
      handle = setTimeout(
        () => (left > LONGEST_TIMEOUT ? arm(left - LONGEST_TIMEOUT) : fire()),
        Math.min(Math.max(left, 0), LONGEST_TIMEOUT),
      );
    };
    arm(delay);
    return { cancel: () => clearTimeout(handle) };
  }
}
