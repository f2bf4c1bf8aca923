import { readdirSync, readFileSync } from "node:fs";

/** Linux counts processor time for `/proc` in hundredths of a second, whatever its own clock does. */
const TICK = 10_000;

/** Bytes. */
export function residentMemory(pid: number): number {
  return memoryOf(pid, /^VmRSS:\s+(\d+) kB$/m);
}

/** Bytes: the most that it ever had. */
export function peakMemory(pid: number): number {
  return memoryOf(pid, /^VmHWM:\s+(\d+) kB$/m);
}

function memoryOf(pid: number, line: RegExp): number {
  return Number(line.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

/** Microseconds of processor time since the process began, user and system. */
export function processorTime(pid: number): number {
  return ticksOf(pid, 11);
}

/** The same of the children that have ended, once it has been told. */
export function childrensTime(pid: number): number {
  return ticksOf(pid, 13);
}

function ticksOf(pid: number, user: number): number {
  // the second field is a name that may hold anything, a parenthesis too
  const [, rest = ""] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
  const fields = rest.split(" ");
  return (Number(fields[user]) + Number(fields[user + 1])) * TICK;
}

/** Files, sockets and whatever else it has open. */
export function openDescriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
