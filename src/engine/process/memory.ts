import { readFile } from "node:fs/promises";
import { bytes } from "../../kernel/units.ts";
import type { MemorySample } from "../launched.ts";
import type { HostProcess, ProcessTable } from "./process-table.ts";

/** What a process is charged with, in bytes. Pages that several processes have are shared out among them. */
export interface Charge {
  readonly anonymous: number;
  readonly shared: number;
  readonly swap: number;
}

/**
 * What a cgroup would charge them with: `rss` is what is in no file, each page once (the workers of a server that forks have
 * many in common), `shared` is shared memory, `swap` what of both is swapped out. Page cache is charged to nobody here, so
 * `cache` is not told. Where the kernel tells no shares, as with `ps`, `rss` is all that is resident, common pages as often as
 * there are processes that have them: an upper bound. Undefined when nobody is there. heroku.md 4
 */
export async function memoryOf(
  members: readonly HostProcess[],
  source: ProcessTable["source"],
): Promise<MemorySample | undefined> {
  if (members.length === 0) return undefined;
  const charges = source === "proc" ? await Promise.all(members.map(({ pid }) => chargeOf(pid))) : [];
  let [rss, shared, swap] = [0, 0, 0];
  for (const [index, { resident }] of members.entries()) {
    const charge = charges[index];
    rss += charge?.anonymous ?? resident;
    shared += charge?.shared ?? 0;
    swap += charge?.swap ?? 0;
  }
  const isShared = charges.some((charge) => charge !== undefined);
  return {
    rss: bytes(rss),
    cache: undefined,
    shared: isShared ? bytes(shared) : undefined,
    swap: isShared ? bytes(swap) : undefined,
    pagesIn: undefined,
    pagesOut: undefined,
  };
}

/** The kernel adds up all mappings: a millisecond for each 100 MB, in the thread pool. Undefined where it may not be read. */
export async function chargeOf(pid: number): Promise<Charge | undefined> {
  return parseRollup(await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => ""));
}

/** Undefined before Linux 5.4, which told no share of the anonymous pages. */
export function parseRollup(text: string): Charge | undefined {
  const field = (name: string): number | undefined => {
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  };
  const anonymous = field("Pss_Anon");
  if (anonymous === undefined) return undefined;
  return { anonymous, shared: field("Pss_Shmem") ?? 0, swap: field("SwapPss") ?? 0 };
}
