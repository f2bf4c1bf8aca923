import { readFile } from "node:fs/promises";
import { bytes, type Bytes } from "../../kernel/units.ts";
import type { MemorySample } from "../launched.ts";
import type { HostView } from "./host-view.ts";

/** `memory_stats` of the engine's stats, as far as it is read. */
export interface RawMemory {
  readonly usage?: number;
  readonly stats?: Readonly<Record<string, number | undefined>>;
}

/**
 * cgroup v1 says rss and cache, v2 says anon and file; older Podman gives no map, then usage is all there is. Swap is
 * not in v2's map but in a file of its own, and v2 counts no pages. engine.md 3
 */
export function sample(raw: RawMemory, swapCurrent?: number): MemorySample {
  const stats = raw.stats ?? {};
  /** The figure of the cgroup with those below it, else of the cgroup alone. */
  const v1 = (name: string): number | undefined => stats[`total_${name}`] ?? stats[name];
  return {
    rss: bytes(v1("rss") ?? stats["anon"] ?? raw.usage ?? 0),
    cache: maybeBytes(v1("cache") ?? stats["file"]),
    shared: maybeBytes(v1("shmem")),
    swap: maybeBytes(v1("swap") ?? swapCurrent),
    pagesIn: v1("pgpgin"),
    pagesOut: v1("pgpgout"),
  };
}

function maybeBytes(count: number | undefined): Bytes | undefined {
  return count === undefined ? undefined : bytes(count);
}

/** The lines of a memory.stat file: `name number`. */
export function parseMemoryStat(text: string): Readonly<Record<string, number>> {
  const pairs = text.split("\n").map((line) => line.split(" "));
  return Object.fromEntries(pairs.filter((pair) => pair.length === 2).map(([name, n]) => [name, Number(n)]));
}

/** From the host's files: 0.2 ms against a second of the engine's stats. Undefined when the dyno has gone. */
export async function sampleOnHost({ cgroup, memory }: HostView): Promise<MemorySample | undefined> {
  try {
    const stats = parseMemoryStat(await readFile(`${memory}/memory.stat`, "utf8"));
    return sample({ stats }, cgroup === "2" ? await swapCurrent(memory) : undefined);
  } catch {
    return undefined;
  }
}

/** The file is there only where the kernel counts swap. */
async function swapCurrent(folder: string): Promise<number | undefined> {
  const text = await readFile(`${folder}/memory.swap.current`, "utf8").catch(() => undefined);
  return text === undefined ? undefined : Number(text);
}
