import { after, between, instant, millis, type Instant, type Millis } from "../kernel/units.ts";

/** The account of dyno hours of one calendar month, UTC: each dyno that uses hours adds its wall-clock time. heroku.md 1.3 */
export interface DynoHours {
  /** Start of the month. */
  readonly month: Instant;
  /** Of all dynos together, up to `at`. */
  readonly used: Millis;
  readonly at: Instant;
  /** Dynos that have used hours since `at`. */
  readonly running: number;
}

export function noHours(now: Instant): DynoHours {
  return { month: monthOf(now), used: millis(0), at: now, running: 0 };
}

/** The account at `now`, which is not before `at`. A new month begins with nothing used: the rest does not roll over. */
export function hoursAt(hours: DynoHours, now: Instant): DynoHours {
  const month = monthOf(now);
  const before = month === hours.month ? hours.used : 0;
  const since = instant(Math.max(hours.at, month));
  return {
    month,
    used: millis(before + hours.running * between(since, now)),
    at: now,
    running: hours.running,
  };
}

export function withRunning(hours: DynoHours, running: number, now: Instant): DynoHours {
  return { ...hoursAt(hours, now), running };
}

export function withUsed(hours: DynoHours, used: Millis, now: Instant): DynoHours {
  return { ...hoursAt(hours, now), used };
}

export function isEmpty(hours: DynoHours, pool: Millis): boolean {
  return hours.used >= pool;
}

/**
 * The first whole millisecond at which the pool is empty if things stay as they are; undefined when the month ends
 * before. For an account that is not empty yet.
 */
export function emptyAt(hours: DynoHours, pool: Millis): Instant | undefined {
  if (hours.running === 0) return undefined;
  // one more than the quotient: what is lost in rounding must not leave a timer that fires too early for ever
  const empty = instant(Math.floor(hours.at + (pool - hours.used) / hours.running) + 1);
  return empty < monthAfter(hours.month) ? empty : undefined;
}

export function monthOf(at: Instant): Instant {
  const date = new Date(at);
  return instant(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1));
}

/** `month` is the start of one; gives the start of the next. */
export function monthAfter(month: Instant): Instant {
  return monthOf(after(month, LONGER_THAN_A_MONTH));
}

const LONGER_THAN_A_MONTH = millis(32 * 24 * 3_600_000);
