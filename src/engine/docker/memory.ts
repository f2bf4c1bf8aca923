import { readFile } from "node:fs/promises";
import { bytes } from "../../kernel/units.ts";
import type { MemorySample } from "../engine.ts";
import type { HostView } from "./host-view.ts";

/** `memory_stats` of the engine's stats, as far as it is read. */
export interface RawMemory {
  readonly usage?: number;
  readonly stats?: Readonly<Record<string, number | undefined>>;
}

/**
 * cgroup v1 says rss and cache, v2 says anon and file; older Podman gives no map, then usage is all there is.
 * The host's swap is not in v2's map. engine.md 3
 */
export function sample(raw: RawMemory, swapCurrent?: number): MemorySample {
  const stats = raw.stats ?? {};
  return {
    rss: bytes(stats["total_rss"] ?? stats["rss"] ?? stats["anon"] ?? raw.usage ?? 0),
    cache: bytes(stats["total_cache"] ?? stats["cache"] ?? stats["file"] ?? 0),
    swap: bytes(stats["total_swap"] ?? stats["swap"] ?? swapCurrent ?? 0),
  };
}

/** The lines of a memory.stat file: `name number`. */
export function parseMemoryStat(text: string): Readonly<Record<string, number>> {
  const pairs = text.split("\n").map((line) => line.split(" "));
  return Object.fromEntries(pairs.filter((pair) => pair.length === 2).map(([name, n]) => [name, Number(n)]));
}

/** From the host's files: 0.2 ms against a second of the engine's stats. Undefined when the dyno has gone. */
export async function sampleOnHost(view: HostView): Promise<MemorySample | undefined> {
  try {
    const stats = parseMemoryStat(await readFile(`${view.memory}/memory.stat`, "utf8"));
    const swap =
      view.cgroup === "2"
        ? await readFile(`${view.memory}/memory.swap.current`, "utf8").catch(() => "0")
        : "0";
    return sample({ stats }, Number(swap));
  } catch {
    return undefined;
  }
}
