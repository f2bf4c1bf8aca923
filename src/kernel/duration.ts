import { millis, type Millis } from "./units.ts";

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `90s`, `31m`, `2h30m`, `1d`, `250ms`: numbers with units, larger units or not. undefined for anything else. */
export function parseDuration(text: string): Millis | undefined {
  const trimmed = text.trim();
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/.test(trimmed)) return undefined;
  const parts = trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g);
  const total = [...parts].reduce((sum, part) => sum + Number(part[1]) * (UNITS[part[2] ?? ""] ?? 0), 0);
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
