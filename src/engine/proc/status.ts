import { readFileSync } from "node:fs";
import type { DynoProcess } from "../launched.ts";

const SIGTERM_BIT = 1n << 14n;
const ZOMBIE = "Z";

/** A process as the /proc of its machine tells. */
export interface ProcStatus {
  /** Its number on that machine; that of `process` is the dyno's own. */
  readonly hostPid: number;
  readonly isZombie: boolean;
  /** Its parent is still numbered as on the host. */
  readonly process: DynoProcess;
}

/** Some 50 µs. Undefined when it went in the middle of being looked at. */
export function readStatus(hostPid: number): ProcStatus | undefined {
  const status = readText(`/proc/${hostPid}/status`);
  const line = readText(`/proc/${hostPid}/cmdline`);
  return status === undefined || line === undefined ? undefined : { hostPid, ...parseStatus(status, line) };
}

/** /proc/<pid>/status and /proc/<pid>/cmdline */
export function parseStatus(
  status: string,
  cmdline: string,
): { readonly isZombie: boolean; readonly process: DynoProcess } {
  const field = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1] ?? "";
  // the last number is that of the innermost namespace, the dyno's own
  const pid = Number((field("NSpid") || field("Pid")).split(/\s+/).at(-1));
  const does = (mask: string): boolean => (BigInt(`0x${field(mask) || "0"}`) & SIGTERM_BIT) !== 0n;
  return {
    isZombie: field("State").startsWith(ZOMBIE),
    process: {
      pid,
      ppid: Number(field("PPid")),
      command: shownCommand(cmdline.replace(/\0+$/, "").split("\0").join(" ")) || `[${field("Name")}]`,
      // one that blocks it waits for it (sigwait, signalfd): that is a way to handle it
      onSigterm: does("SigIgn") ? "ignores" : does("SigCgt") || does("SigBlk") ? "handles" : "dies",
    },
  };
}

/** Programs that name themselves (`gunicorn: master [app]`) pad with spaces; a script in an argument has many lines. */
export function shownCommand(command: string): string {
  return command.replace(/\s+/g, " ").trim();
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
