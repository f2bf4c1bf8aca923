/** Runs, or waits for a core: the kernel shows both as R. */
export const RUNNABLE = "R";

/** The letter after the name in /proc/<pid>/stat; the name may hold anything, a parenthesis too. proc(5) */
export function taskState(stat: string): string | undefined {
  return /^.*\) (\w)/s.exec(stat)?.[1];
}
