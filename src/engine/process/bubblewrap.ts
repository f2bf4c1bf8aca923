import type { Argv, Confinement } from "./confinement.ts";
import { asGuest, type GuestTool } from "./guest.ts";
import { deaf, ROOM_TOOLS, runAsInit } from "./room-command.ts";
import { whatIsSeen, type SeenOptions, type Step } from "./seen.ts";
import { DEVICES, DEVICE_LINKS, KERNEL_SETTINGS } from "./skeleton.ts";
import type { Tools } from "./tools.ts";

export type BubblewrapTool = GuestTool | "bwrap";

export const BUBBLEWRAP_TOOLS: readonly BubblewrapTool[] = [...ROOM_TOOLS, "bwrap", "nsenter"];

const UNSHARED = ["user", "pid", "ipc", "uts"].map((name) => `--unshare-${name}`);

/** What counts against the room's processes and is not the room's: PID 1. */
const OWN = 1;

/**
 * The same room by bubblewrap, which is one program for all of it, and on some machines may do what others may not. (Its own
 * --dev puts an ordinary user's command into a second user namespace, which nobody can join. So /dev is put together here, with
 * the names of this machine's terminals, and no new ones can be had in there.)
 */
export function byBubblewrap(
  { tools, ...seen }: SeenOptions & { readonly tools: Tools<BubblewrapTool> },
  found: Pick<Confinement, "overlays" | "limitsProcesses" | "refusesLowPorts">,
): Confinement {
  return {
    kind: "bubblewrap",
    isShut: true,
    reason: undefined,
    ...found,
    shutIn(argv, around, { processes }): Argv {
      const { machine, own } = whatIsSeen(around, seen);
      const limit = found.limitsProcesses && processes !== undefined ? processes + OWN : undefined;
      const hidden = own.filter((step) => step.kind === "memory" && !step.writable);
      const room = [
        ...machine.flatMap(argumentsOf),
        ...DEVICES.flatMap((at) => ["--dev-bind", at, at]),
        "--dev-bind",
        "/dev/pts",
        "/dev/pts",
        ...DEVICE_LINKS.flatMap(([at, to]) => ["--symlink", to, at]),
        "--perms",
        "1777",
        "--tmpfs",
        "/dev/shm",
        "--proc",
        "/proc",
        // its own way of covering them leaves them open to root
        ...KERNEL_SETTINGS.flatMap((at) => ["--ro-bind", at, at]),
        ...own.flatMap(argumentsOf),
        ...[...hidden.map(({ at }) => at), "/"].flatMap((at) => ["--remount-ro", at]),
      ];
      const ways = ["--die-with-parent", "--as-pid-1", "--cap-drop", "ALL", "--chdir", "/"];
      const inside = [...runAsInit(limit, tools), ...argv];
      return deaf([tools.bwrap, ...UNSHARED, ...ways, ...room, "--", ...inside], tools);
    },
    join: (argv, pid) => asGuest(argv, pid, tools),
    initOf: (outer, table) => table.find(({ ppid }) => ppid === outer)?.pid,
  };
}

function argumentsOf(step: Step): string[] {
  switch (step.kind) {
    case "folder":
      return ["--dir", step.at];
    case "link":
      return ["--symlink", step.to, step.at];
    case "bind":
      return [step.writable ? "--bind" : "--ro-bind", step.from, step.at];
    case "memory":
      return [...(step.at === "/tmp" ? ["--perms", "1777"] : []), "--tmpfs", step.at];
    case "overlay":
      return ["--overlay-src", step.lower, "--overlay", step.upper, step.work, step.at];
  }
}
