import { formatDuration, isDuration, parseDuration } from "../kernel/duration.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import { hours, type Millis } from "../kernel/units.ts";
import type { PlatformFailure } from "./failure.ts";

/** A year: 365 cycles of each dyno, each of them played. */
const LONGEST: Millis = hours(24 * 365);

/** How far `31m` moves the clock; `-5m`, `soon` and `10y` are refused, each for its own reason. */
export function clockMove(text: string): Result<Millis, PlatformFailure> {
  const trimmed = text.trim();
  // U+2212 is what a web page makes of a minus sign
  const length = trimmed.replace(/^[-\u2212]\s*/, "");
  if (!isDuration(length)) return fail({ kind: "bad-duration", text });
  if (length !== trimmed) return fail({ kind: "clock-backwards", asked: trimmed });
  return checkedMove(parseDuration(length), trimmed);
}

/** `undefined`: more than a number holds. */
export function checkedMove(
  duration: Millis | undefined,
  asked: string = formatDuration(duration ?? LONGEST),
): Result<Millis, PlatformFailure> {
  if (duration === undefined || duration > LONGEST) return fail({ kind: "clock-too-far", asked });
  return duration >= 0 ? ok(duration) : fail({ kind: "clock-backwards", asked });
}
