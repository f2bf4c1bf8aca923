import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from "node:fs";
import type { HostProcess, ProcessTable } from "./process-table.ts";
import { sendSignal } from "./send-signal.ts";

/** Parent of all threads of the kernel, where they are seen at all. */
const KTHREADD = 2;
const PAGE = pageSize();
/** A stat line has less than 400 bytes: 52 numbers, and a name of at most 64. proc(5) */
const LINE = Buffer.alloc(1024);

/**
 * The table of Linux. Read at once and not when there is time: 10 µs for each process, five times less than through the thread
 * pool, and a fork bomb grows while one waits.
 */
export class ProcTable implements ProcessTable {
  readonly source = "proc";

  async list(): Promise<readonly HostProcess[]> {
    return readdirSync("/proc").flatMap((name) => {
      const first = name.charCodeAt(0);
      const stat = first > 0x30 && first <= 0x39 ? readLine(`/proc/${name}/stat`) : undefined;
      const process = stat === undefined ? undefined : parseStat(stat);
      return process === undefined ? [] : [process];
    });
  }

  async homesOf(pids: readonly number[]): Promise<ReadonlyMap<number, string | undefined>> {
    return new Map(
      pids.flatMap((pid) => {
        const variables = readText(`/proc/${pid}/environ`);
        // empty: its parent's is gone in an exec, and its own not there yet
        return variables === undefined || variables === "" ? [] : [[pid, homeIn(variables)] as const];
      }),
    );
  }

  foldersOf(pids: readonly number[]): ReadonlyMap<number, string> {
    return new Map(
      pids.flatMap((pid) => {
        const folder = readLink(`/proc/${pid}/cwd`);
        return folder === undefined ? [] : [[pid, folder] as const];
      }),
    );
  }

  kill(process: HostProcess, name: NodeJS.Signals): void {
    const stat = readLine(`/proc/${process.pid}/stat`);
    if (stat !== undefined && parseStat(stat)?.started === process.started) sendSignal(process.pid, name);
  }
}

/** /proc is mounted, and it is that of this process's own process tree. */
export function isProcUsable(): boolean {
  const stat = readText("/proc/self/stat");
  return stat !== undefined && parseStat(stat)?.pid === process.pid;
}

/** A line of /proc/<pid>/stat; undefined for a thread of the kernel. */
export function parseStat(stat: string): HostProcess | undefined {
  // the name may hold anything, a parenthesis too
  const [from, to] = [stat.indexOf("("), stat.lastIndexOf(")")];
  const [state, ...numbers] = stat.slice(to + 2).split(" ");
  const [ppid = 0, group = 0, session = 0] = numbers.slice(0, 3).map(Number);
  const tasks = Number(numbers[16]);
  const isDead = state === "Z" || state === "X";
  // it has no memory of its own; a child of kthreadd that runs a program for the kernel has
  if (Number(numbers[19]) === 0 && !isDead && (ppid === KTHREADD || ppid === 0)) return undefined;
  return {
    pid: parseInt(stat, 10),
    ppid,
    // of another process tree: -1 or 0
    group: Math.max(group, 0),
    session: Math.max(session, 0),
    started: numbers[18] ?? "",
    name: stat.slice(from + 1, to),
    // a first thread that has ended is shown as dead while others run on
    isZombie: isDead && tasks <= 1,
    tasks,
    resident: Number(numbers[20]) * PAGE,
  };
}

function homeIn(variables: string): string | undefined {
  return variables
    .split("\0")
    .find((variable) => variable.startsWith("HOME="))
    ?.slice("HOME=".length);
}

/** Without the three more calls of readFileSync. Undefined for a process that is gone or hidden. */
function readLine(path: string): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    return LINE.toString("utf8", 0, readSync(file, LINE));
  } catch (error) {
    if (!isAway(error)) throw error;
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (!isAway(error)) throw error;
    return undefined;
  }
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (!isAway(error)) throw error;
    return undefined;
  }
}

/** Gone, hidden (`hidepid`) or another user's; ESRCH when it goes while it is read. */
function isAway(error: unknown): boolean {
  return ["ENOENT", "ESRCH", "EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "");
}

/** 4 KiB, but on some ARM machines 16 or 64. */
function pageSize(): number {
  const kilobytes = /^KernelPageSize:\s+(\d+) kB$/m.exec(readText("/proc/self/smaps") ?? "")?.[1];
  return Number(kilobytes ?? 4) * 1024;
}
