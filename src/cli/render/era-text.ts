import type { AppFacts } from "../../platform/platform.ts";

/** `now (bad-bind on)`: the facts in force, and which of them were set by themselves. */
export function eraText({ era, switches }: Pick<AppFacts, "era" | "switches">): string {
  const set = Object.entries(switches).map(([name, on]) => `${name} ${on ? "on" : "off"}`);
  return set.length === 0 ? era : `${era} (${set.join(", ")})`;
}
