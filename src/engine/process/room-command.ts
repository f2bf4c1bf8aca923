import type { Argv } from "./confinement.ts";
import { quoted } from "./shell-words.ts";
import type { Tools } from "./tools.ts";

/** What the commands around the room's own call, by whole paths. */
export type RoomTool = "env" | "setpriv" | "sh";

export const ROOM_TOOLS: readonly RoomTool[] = ["env", "setpriv", "sh"];

/**
 * The signals by which a terminal or a caller ends a whole process group. The confinement's own processes must outlive them,
 * for with them goes everything in there, without its 30 seconds; what they run gets them with their usual effect.
 */
const GROUP_SIGNALS = "HUP,INT,QUIT,PIPE,ALRM,TERM,USR1,USR2";

/** No file and no namespace gives back what these take. (The capabilities are those over the room only, in any case.) */
const DROPS = ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all"] as const;

/** Outside: the process that everything hangs on. */
export function deaf(argv: Argv, { env }: Tools<RoomTool>): Argv {
  return [env, `--ignore-signal=${GROUP_SIGNALS}`, ...argv];
}

/** PID 1 of a room, with its limit of processes, all in all. */
export function runAsInit(processes: number | undefined, tools: Tools<RoomTool>): Argv {
  const limit = processes === undefined ? ":" : limitTo(String(processes));
  return [tools.sh, "-c", runAndTell(limit, DROPS, tools), "dynosim"];
}

/**
 * What joins takes the room's limit upon itself, which is that of a process and not of the room. It goes when the process goes
 * that brought it in, which lives outside.
 */
export function runAsGuest(argv: Argv, tools: Tools<RoomTool>): Argv {
  const dies = ["--pdeathsig", "KILL"];
  const limit = `while read -r a b n _; do [ "$a $b" != "Max processes" ] || ${limitTo("$n")}; done </proc/1/limits`;
  const script = runAndTell(limit, dies, tools);
  return [tools.setpriv, ...dies, ...DROPS, "--", tools.sh, "-c", script, "dynosim", ...argv];
}

/**
 * Runs "$@" as a child and ends with its status, being PID 1 of the room or the first process of those that joined it: a shell
 * that waits for one child buries all others too. A command that a signal ended is 128 + n, by the shell's own rule. As a job
 * in the background, so that the shell can let go of all descriptors, some of which the caller waits to see closed, and says
 * no "Killed" in the app's log: a shell gives such a job an empty input, so it is given its own again, and has it ignore
 * SIGINT and SIGQUIT, which it then hears again.
 */
function runAndTell(limit: string, options: readonly string[], { env, setpriv }: Tools<RoomTool>): string {
  return `cd /app 2>/dev/null || cd /
unset OLDPWD
{ ${limit}; } 2>/dev/null
exec 9<&0
${quoted(env)} --default-signal=${GROUP_SIGNALS} ${quoted(setpriv)} ${options.join(" ")} -- "$@" <&9 9<&- &
exec </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
wait $!
exit $?
`;
}

/** -u is bash's, -p dash's and busybox's. */
function limitTo(processes: string): string {
  return `{ ulimit -u ${processes} || ulimit -p ${processes}; }`;
}
