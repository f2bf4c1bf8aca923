import type { MemorySample } from "../engine/launched.ts";
import { bytes, type Bytes } from "../kernel/units.ts";

export type MemoryVerdict = "within" | "R14" | "R15";

/** A dyno's memory as Heroku counts it. heroku.md 4 */
export interface MemoryUse {
  /** What R14 asks for, and the log shows. */
  readonly total: Bytes;
  /** What R15 asks for: without any cache. */
  readonly hard: Bytes;
}

/**
 * Heroku counts the cache for R14, here only the part of it that cannot be taken back (shared memory). There the
 * kernel's limit stands at the quota, and what was merely read from files goes before anything is swapped (a log of 2015
 * with R14: rss 512.00, cache 0.00, swap 698.76 MB); here that limit is higher where the machine has no swap, and such
 * cache stays. heroku.md 4, engine.md 3
 */
export function memoryUse({ rss, shared = bytes(0), swap = bytes(0) }: MemorySample): MemoryUse {
  return { total: bytes(rss + shared + swap), hard: bytes(rss + swap) };
}

/** heroku.md 4: R14 above the quota, R15 above the kill threshold. */
export function judgeMemory(use: MemoryUse, quota: Bytes, killAt: Bytes): MemoryVerdict {
  if (use.hard > killAt) return "R15";
  return use.total > quota ? "R14" : "within";
}
