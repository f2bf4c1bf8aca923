import type { MemorySample } from "../engine/engine.ts";
import { bytes, type Bytes } from "../kernel/units.ts";

export type MemoryVerdict = "within" | "R14" | "R15";

/**
 * What counts against the quota. Heroku adds the page cache for R14; here cache is what the app merely read from
 * files, which the kernel takes back when it needs the room, so it is left out. heroku.md 4, engine.md 3
 */
export function memoryUsed(sample: MemorySample): Bytes {
  return bytes(sample.rss + sample.swap);
}

/** heroku.md 4: R14 above the quota, R15 above the kill threshold. */
export function judgeMemory(used: Bytes, quota: Bytes, killAt: Bytes): MemoryVerdict {
  if (used > killAt) return "R15";
  return used > quota ? "R14" : "within";
}
