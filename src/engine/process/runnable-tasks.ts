import { readdirSync, readFileSync } from "node:fs";
import { RUNNABLE, taskState } from "../proc/task-state.ts";
import { columns, ofPids, ps } from "./ps.ts";
import type { HostProcess, ProcessTable } from "./process-table.ts";

/**
 * Tasks of theirs that run or want to: what load averages are made of. Those that end while they are looked at count as not
 * there. heroku.md 4
 */
export async function runnableTasks(
  members: readonly HostProcess[],
  source: ProcessTable["source"],
  platform: NodeJS.Platform = process.platform,
): Promise<number> {
  if (source === "proc") return members.reduce((sum, { pid }) => sum + runnableIn(pid), 0);
  if (members.length === 0) return 0;
  // Apple's -M has the columns of -o once for each thread, and the thread's own state among those that follow
  const threads = platform === "linux" ? ["-L", ...columns("pid", "stat")] : [...columns("pid"), "-M"];
  const text = await ps([...threads, ...ofPids(members.map(({ pid }) => pid))]).catch(() => "");
  return platform === "linux" ? countRunnable(text) : countRunnableInM(text);
}

function runnableIn(pid: number): number {
  return tasksOf(pid).filter((task) => taskState(readText(`/proc/${pid}/task/${task}/stat`)) === RUNNABLE)
    .length;
}

/** Lines of a pid and a state. */
export function countRunnable(text: string): number {
  return text.split("\n").filter((line) => line.trim().split(/\s+/)[1]?.startsWith(RUNNABLE)).length;
}

/** Lines of a pid, then user and terminal for the first thread of each, the share of the processor, and the state. */
export function countRunnableInM(text: string): number {
  return [...text.matchAll(/^\s*\d+\s.*?\s\d+[.,]\d\s+(\w)/gm)].filter(([, state]) => state === RUNNABLE)
    .length;
}

function tasksOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
