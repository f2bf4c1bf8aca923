import type { Argv } from "./confinement.ts";
import { deaf, runAsGuest, type RoomTool } from "./room-command.ts";
import type { Tools } from "./tools.ts";

export type GuestTool = RoomTool | "nsenter";

/** A room's own, as the options of unshare and nsenter have them. Not the network: a room's ports are this machine's. */
export const NAMESPACES: readonly string[] = ["--user", "--mount", "--pid", "--ipc", "--uts"];

/** The command that runs `argv` where the process `pid` lives. */
export function asGuest(argv: Argv, pid: number, tools: Tools<GuestTool>): Argv {
  const into = ["--target", String(pid), ...NAMESPACES, "--preserve-credentials"];
  return deaf([tools.nsenter, ...into, ...runAsGuest(argv, tools)], tools);
}
