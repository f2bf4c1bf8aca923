import { readFileSync } from "node:fs";
import type { DynoProcess } from "../launched.ts";
import type { HostView } from "./host-view.ts";

const SIGTERM_BIT = 1n << 14n;
const ZOMBIE = "Z";
/** The platform's own process in the dyno, `ps-run` on Heroku. heroku.md 1.4 */
const INIT = 1;

/**
 * From the /proc of the engine's machine, some 50 µs for each process. Read at once and not when there is time: who
 * asks just before a signal wants to know who was there to get it.
 */
export function processesOnHost(view: HostView): readonly DynoProcess[] {
  const found = (readText(`${view.memory}/cgroup.procs`) ?? "").split("\n").flatMap((line) => {
    const pid = Number(line);
    const process = pid > 0 ? onHost(pid) : undefined;
    return process === undefined ? [] : [process];
  });
  const inside = new Map(found.map(({ hostPid, process }) => [hostPid, process.pid]));
  return found
    .filter(({ process, state }) => process.pid !== INIT && state !== ZOMBIE)
    .map(({ process }) => ({ ...process, ppid: inside.get(process.ppid) ?? INIT }));
}

interface OnHost {
  readonly hostPid: number;
  readonly state: string;
  /** Its parent is still numbered as on the host. */
  readonly process: DynoProcess;
}

/** Undefined when it went in the middle of being looked at. */
function onHost(hostPid: number): OnHost | undefined {
  const status = readText(`/proc/${hostPid}/status`);
  const line = readText(`/proc/${hostPid}/cmdline`);
  return status === undefined || line === undefined ? undefined : { hostPid, ...parseStatus(status, line) };
}

/** /proc/<pid>/status and /proc/<pid>/cmdline */
export function parseStatus(
  status: string,
  cmdline: string,
): { readonly state: string; readonly process: DynoProcess } {
  const field = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1] ?? "";
  // the last number is that of the innermost namespace, the dyno's own
  const pid = Number((field("NSpid") || field("Pid")).split(/\s+/).at(-1));
  const does = (mask: string): boolean => (BigInt(`0x${field(mask) || "0"}`) & SIGTERM_BIT) !== 0n;
  return {
    state: field("State").slice(0, 1),
    process: {
      pid,
      ppid: Number(field("PPid")),
      command: shown(cmdline.replace(/\0+$/, "").split("\0").join(" ")) || `[${field("Name")}]`,
      // one that blocks it waits for it (sigwait, signalfd): that is a way to handle it
      onSigterm: does("SigIgn") ? "ignores" : does("SigCgt") || does("SigBlk") ? "handles" : "dies",
    },
  };
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
      command: shown(args.join(" ")),
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

/** Programs that name themselves (`gunicorn: master [app]`) pad with spaces; a script in an argument has many lines. */
function shown(command: string): string {
  return command.replace(/\s+/g, " ").trim();
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
