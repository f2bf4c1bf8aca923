import { join } from "node:path";
import { assembly, ASSEMBLY_TOOLS, type AssemblyTool } from "./assembly.ts";
import type { Argv, Confinement } from "./confinement.ts";
import { asGuest, NAMESPACES, type GuestTool } from "./guest.ts";
import { pidCeiling } from "./pid-ceiling.ts";
import { deaf, ROOM_TOOLS, runAsInit } from "./room-command.ts";
import { skeletonIn } from "./skeleton.ts";
import { whatIsSeen, type SeenOptions } from "./seen.ts";
import type { Tools } from "./tools.ts";

export type UnshareTool = GuestTool | AssemblyTool | "unshare";

export const UNSHARE_TOOLS: readonly UnshareTool[] = [...ROOM_TOOLS, ...ASSEMBLY_TOOLS, "unshare", "nsenter"];

/** What counts against the room's processes and is not the room's: unshare itself, and PID 1. */
const OWN = 2;

export interface UnshareOptions extends SeenOptions {
  /** A folder of the user's own in which `stage` may be made: there the room is built, seen by nobody else. */
  readonly root: string;
  readonly tools: Tools<UnshareTool>;
}

/**
 * By util-linux. The user stays who it is, with all capabilities over the new namespaces until the room is built and with none
 * afterwards. PID 1 dies with `unshare`, whatever ends that, and everything with PID 1.
 */
export function byUnshare(
  { root, tools, ...seen }: UnshareOptions,
  found: Pick<Confinement, "overlays" | "limitsProcesses" | "refusesLowPorts">,
): Confinement {
  return {
    kind: "unshare",
    isShut: true,
    reason: undefined,
    ...found,
    shutIn(argv, around, { processes }): Argv {
      const limit = found.limitsProcesses && processes !== undefined ? processes + OWN : undefined;
      const plan = whatIsSeen(around, seen);
      const skeleton = skeletonIn(join(root, "roots"), [...plan.machine, ...plan.own]);
      // a new shell, for the command line of PID 1 is seen in there
      const ceiling = limit === undefined && processes !== undefined ? pidCeiling(processes) : "";
      const script = `${ceiling}${assembly({ seen: plan, skeleton, stage: join(root, "stage"), tools })}exec "$@"`;
      const unshare = [...NAMESPACES, "--map-current-user", "--keep-caps", "--fork", "--kill-child"];
      return deaf(
        [tools.unshare, ...unshare, tools.sh, "-c", script, "dynosim", ...runAsInit(limit, tools), ...argv],
        tools,
      );
    },
    join: (argv, pid) => asGuest(argv, pid, tools),
    initOf: (outer, table) => table.find(({ ppid }) => ppid === outer)?.pid,
  };
}
