import { parseDuration } from "../kernel/duration.ts";
import { ok, type Result } from "../kernel/result.ts";
import type { Millis } from "../kernel/units.ts";
import type { Explanation } from "../platform/failure.ts";
import { usage } from "./command.ts";

export function durationOption(text: string | undefined): Result<Millis | undefined, Explanation> {
  if (text === undefined) return ok(undefined);
  const duration = parseDuration(text);
  if (duration !== undefined) return ok(duration);
  return usage(`${JSON.stringify(text)} is no duration.`, "Write a number with a unit: 90s, 31m, 2h30m, 1d");
}
