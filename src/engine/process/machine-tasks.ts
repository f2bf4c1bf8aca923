import { readFileSync } from "node:fs";

/** Processes and threads of the whole machine: 15 µs. Undefined without /proc. proc(5) */
export function machineTasks(): number | undefined {
  try {
    return parseLoad(readFileSync("/proc/loadavg", "utf8"));
  } catch {
    return undefined;
  }
}

/** The number behind the slash: `0.20 0.18 0.12 1/80 11206`. */
export function parseLoad(text: string): number | undefined {
  const count = /\/(\d+)/.exec(text)?.[1];
  return count === undefined ? undefined : Number(count);
}
