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

/** The end of the script of PID 1. */
export function runAsInit(processes: number | undefined, tools: Tools<RoomTool>): string {
  const limit = processes === undefined ? ":" : limitTo(String(processes));
  // a new shell, for the command line of PID 1 is seen in there
  return `exec ${quoted(tools.sh)} -c ${quoted(runAndTell(limit, DROPS, tools))} dynosim "$@"\n`;
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
 * that waits for one child buries all others too. A command that a signal ended is 128 + n, by the shell's own rule. It keeps
 * quiet, or it would say "Killed" in the app's log, and holds nothing open that its caller waits to see closed.
 */
function runAndTell(limit: string, options: readonly string[], { env, setpriv }: Tools<RoomTool>): string {
  return `cd /app 2>/dev/null || cd /
unset OLDPWD
exec 9>&2 2>/dev/null
${limit}
(exec 2>&9 9>&-; exec ${quoted(env)} --default-signal=${GROUP_SIGNALS} ${quoted(setpriv)} ${options.join(" ")} -- "$@")
exit $?
`;
}

/** -u is bash's, -p dash's and busybox's. */
function limitTo(processes: string): string {
  return `{ ulimit -u ${processes} || ulimit -p ${processes}; }`;
}
