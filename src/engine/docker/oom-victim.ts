import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { bytes } from "../../kernel/units.ts";
import type { OomVictim } from "../launched.ts";

const KERNEL_LOG = "/dev/kmsg";
/** Longer than any record. */
const RECORD = 8192;

/**
 * Whom the kernel killed last in this container, from the kernel's own log. Undefined where that may not be read
 * (without root, often), or belongs to another machine than the engine's.
 */
export async function oomVictim(containerId: string): Promise<OomVictim | undefined> {
  try {
    await using log = await open(KERNEL_LOG, constants.O_RDONLY | constants.O_NONBLOCK);
    const buffer = Buffer.alloc(RECORD);
    const records: string[] = [];
    for (;;) {
      // each read gives one record, and EAGAIN after the last
      const read = await log.read(buffer).catch((error: unknown) => (isOverwritten(error) ? "again" : "end"));
      if (read === "end") break;
      if (typeof read !== "string") records.push(buffer.toString("utf8", 0, read.bytesRead));
    }
    return lastVictim(records, containerId);
  } catch {
    return undefined;
  }
}

/** The kernel names the group in one record and what the process held in a later one. */
export function lastVictim(records: readonly string[], containerId: string): OomVictim | undefined {
  let killed: string | undefined;
  let victim: OomVictim | undefined;
  for (const record of records) {
    const chosen = /oom-kill:.*task_memcg=([^,]*),task=.*,pid=(\d+)/.exec(record);
    if (chosen !== null) killed = chosen[1]?.includes(containerId) ? chosen[2] : undefined;
    const [, pid, command, kilobytes] =
      /Memory cgroup out of memory: Killed process (\d+) \((.*)\) total-vm:.*anon-rss:(\d+)kB/.exec(record) ??
      [];
    if (pid !== undefined && pid === killed && command !== undefined)
      victim = { command, rss: bytes(Number(kilobytes) * 1024) };
  }
  return victim;
}

/** Records that were lost while reading: the next read goes on behind them. */
function isOverwritten(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "EPIPE";
}
