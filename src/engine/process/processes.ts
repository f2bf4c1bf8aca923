import type { DynoProcess } from "../launched.ts";
import { readStatus, shownCommand } from "../proc/status.ts";
import { columns, ofPids, ps } from "./ps.ts";
import type { HostProcess, ProcessTable } from "./process-table.ts";

/** The parent of those whose own is no member: the platform's process in the dyno. heroku.md 1.4 */
const INIT = 1;

/**
 * Who lives in the dyno. In a process tree of its own they have the numbers that they know themselves by; what a process does
 * about SIGTERM `ps` does not tell.
 */
export async function dynoProcesses(
  members: readonly HostProcess[],
  source: ProcessTable["source"],
): Promise<readonly DynoProcess[]> {
  if (members.length === 0) return [];
  if (source === "ps") return shownByPs(members);
  const found = members.flatMap(({ pid }) => readStatus(pid) ?? []).filter(({ isZombie }) => !isZombie);
  const inside = new Map(found.map(({ hostPid, process }) => [hostPid, process.pid]));
  const isShut = found.some(({ hostPid, process }) => hostPid !== process.pid);
  return found.map(({ process }) => ({
    ...process,
    ppid: inside.get(process.ppid) ?? (isShut ? INIT : process.ppid),
  }));
}

async function shownByPs(members: readonly HostProcess[]): Promise<readonly DynoProcess[]> {
  const pids = members.map(({ pid }) => pid);
  const text = await ps(["-ww", ...columns("pid", "ppid", "args"), ...ofPids(pids)]).catch(() => "");
  return parseArgs(text);
}

/** Lines of a pid, its parent's, and the command line. */
export function parseArgs(text: string): readonly DynoProcess[] {
  return text.split("\n").flatMap((line) => {
    const [, pid, ppid, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (command === undefined) return [];
    return [{ pid: Number(pid), ppid: Number(ppid), command: shownCommand(command), onSigterm: undefined }];
  });
}
