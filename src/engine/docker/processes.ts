import { readFileSync } from "node:fs";
import type { DynoProcess } from "../launched.ts";
import { readStatus, shownCommand } from "../proc/status.ts";
import type { HostView } from "./host-view.ts";

const ZOMBIE = "Z";
/** The platform's own process in the dyno, `ps-run` on Heroku. heroku.md 1.4 */
const INIT = 1;

/**
 * From the /proc of the engine's machine. Read at once and not when there is time: who asks just before a signal wants to
 * know who was there to get it.
 */
export function processesOnHost(view: HostView): readonly DynoProcess[] {
  const found = (readText(`${view.memory}/cgroup.procs`) ?? "").split("\n").flatMap((line) => {
    const pid = Number(line);
    const process = pid > 0 ? readStatus(pid) : undefined;
    return process === undefined ? [] : [process];
  });
  const inside = new Map(found.map(({ hostPid, process }) => [hostPid, process.pid]));
  return found
    .filter(({ process, isZombie }) => process.pid !== INIT && !isZombie)
    .map(({ process }) => ({ ...process, ppid: inside.get(process.ppid) ?? INIT }));
}

/** What of a process is asked from the engine's `ps`. */
export const TOP: { readonly ps_args: string } = { ps_args: "-eo pid,ppid,stat,args" };

/**
 * Where the engine's machine is another one. Its numbers are that machine's, and what a process does about SIGTERM is
 * not told; the container's first process is the one whose parent is outside.
 */
export function processesInTop(top: TopInfo): readonly DynoProcess[] {
  const rows = (top.Processes ?? []).map(([pid, ppid, stat, ...args]) => ({
    stat: stat ?? "",
    process: {
      pid: Number(pid),
      ppid: Number(ppid),
      command: shownCommand(args.join(" ")),
      onSigterm: undefined,
    },
  }));
  const pids = new Set(rows.map(({ process }) => process.pid));
  return rows
    .filter(({ process, stat }) => pids.has(process.ppid) && !stat.startsWith(ZOMBIE))
    .map(({ process }) => process);
}

export interface TopInfo {
  readonly Titles: readonly string[];
  readonly Processes: readonly (readonly string[])[] | null;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
