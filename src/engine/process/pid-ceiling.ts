import { release } from "node:os";

/** Since then each process tree has its own; before, this would be the whole machine's. */
const SINCE = [6, 14] as const;
/** For the first 300 are not given out again, and numbers should not come back too soon. */
const SPARE = 1024;
/** What a tree has anyway on most machines. */
const USUAL = 32_768;

/**
 * Shell text for where the kernel refuses root nothing: fewer numbers for the processes of the new tree. A fork bomb doubles in
 * a millisecond: in the tenth of a second between two peeks it had 31000 processes, and the machine stood still for a minute.
 */
export function pidCeiling(processes: number, kernel: string = release()): string {
  const [major = 0, minor = 0] = kernel.split(".").map(Number);
  const ceiling = 2 * processes + SPARE;
  const isOwn = major > SINCE[0] || (major === SINCE[0] && minor >= SINCE[1]);
  return isOwn && ceiling < USUAL ? `{ echo ${ceiling} >/proc/sys/kernel/pid_max; } 2>/dev/null || :\n` : "";
}
