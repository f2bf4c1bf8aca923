import { millis, type Millis } from "./units.ts";

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Understood, but never written: nobody says how long a year is. Here it has 365 days. */
const LONG_UNITS: Readonly<Record<string, number>> = { ...UNITS, w: 7 * 86_400_000, y: 365 * 86_400_000 };

/** Numbers with units, larger units or not, whatever they come to. */
export function isDuration(text: string): boolean {
  return /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w|y))+$/.test(text.trim());
}

/** `90s`, `31m`, `2h30m`, `1d`, `250ms`. undefined for what is none, and for one that is too large for a number. */
export function parseDuration(text: string): Millis | undefined {
  if (!isDuration(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w|y)/g);
  const total = [...parts].reduce((sum, part) => sum + Number(part[1]) * (LONG_UNITS[part[2] ?? ""] ?? 0), 0);
  return Number.isSafeInteger(Math.round(total)) ? millis(total) : undefined;
}

/** The shortest way to write a duration down: `2h30m`, `31m`, `1d`, `0s`. Below a second in milliseconds. */
export function formatDuration(duration: Millis): string {
  if (duration !== 0 && Math.abs(duration) < 1000) return `${Math.round(duration)}ms`;
  let rest = Math.round(Math.abs(duration) / 1000) * 1000;
  const parts = Object.entries(UNITS)
    .filter(([unit]) => unit !== "ms")
    .toReversed()
    .map(([unit, size]) => {
      const count = Math.floor(rest / size);
      rest -= count * size;
      return count === 0 ? "" : `${count}${unit}`;
    });
  return `${duration < 0 ? "-" : ""}${parts.join("") || "0s"}`;
}
