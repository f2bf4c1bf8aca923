import { RUNNER } from "../dyno-runner.ts";
import type { Attach } from "../launched.ts";
import type { Argv } from "./confinement.ts";

/** Descriptors of a dyno's first process that its app never sees: what it tells, and what it is told. */
export const TELLS = 3;
export const IS_TOLD = 4;

/**
 * The first process of a dyno says that it is there, and waits for a line: so nothing of the app runs before the room's note
 * names who began it, and a spare is a dyno that has not had its line yet. At the end of what it is told dynosim is gone.
 * No process may have more files open than `$4`; where the machine allows fewer, as many as it allows. heroku.md 1.4
 */
const WAIT = String.raw`printf 'here %s %s\n' $$ "$([ -z "$5" ] || tty)" >&3
IFS= read -r _ <&4 || exit 0
ulimit -n "$4" 2>/dev/null || ulimit -n "$(ulimit -Hn)"
export HOME=$3; cd "$HOME" || exit; unset OLDPWD`;

/** A terminal has a size. SHELL is for whoever makes the terminal. */
const OPEN_TERMINAL = String.raw`stty cols "$5" rows "$6"; unset SHELL`;

/** Becomes the command. */
const BECOME = String.raw`exec bash -c "$1" dyno "$2" 3>&- 4<&-`;

/**
 * Where the end of the first process takes everybody along, it is not the command: it tells how the command ended and stays
 * until it is told that the rest has had its time. As in docker's init: a job has the signals and the standard input that a
 * program expects only while the shell controls jobs; and "wait" ends early when a signal comes.
 */
const STAY = String.raw`trap g=1 TERM INT HUP
set -m
bash -c "$1" dyno "$2" 3>&- 4<&- &
c=$!; set +m
printf 'begun\n' >&3
exec >/dev/null 2>&1 </dev/null
while g=0; wait $c; s=$?; [ $g = 1 ]; do :; done
printf 'ended %s\n' "$s" >&3
IFS= read -r _ <&4
exit $s`;

export interface Start {
  readonly command: string;
  /** HOME, as the dyno sees it. */
  readonly home: string;
  readonly openFiles: number;
  readonly attach: Attach | undefined;
  /** The first process outlives the command. */
  readonly stays: boolean;
}

/** -p: else a config var BASH_ENV is sourced before anything of the dyno's begins. */
export function startArgv({ command, home, openFiles, attach, stays }: Start): Argv {
  const isTerminal = attach?.kind === "terminal";
  const script = [...(isTerminal ? [OPEN_TERMINAL] : []), WAIT, stays ? STAY : BECOME].join("\n");
  const size = isTerminal ? [String(attach.columns), String(attach.rows)] : [];
  return ["bash", "-p", "-c", script, "dyno", RUNNER, command, home, String(openFiles), ...size];
}

export interface Here {
  /** As it knows itself: in a process tree of its own this machine has another number for it. */
  readonly pid: number;
  /** Name of its terminal; "" without one. */
  readonly tty: string;
}

/** A line that the first process tells. */
export type Told =
  | ({ readonly kind: "here" } & Here)
  | { readonly kind: "begun" }
  | { readonly kind: "ended"; readonly status: number };

export function parseTold(line: string): Told | undefined {
  const [word, number, tty = ""] = line.split(" ");
  if (word === "here") return { kind: "here", pid: Number(number), tty };
  if (word === "begun") return { kind: "begun" };
  return word === "ended" ? { kind: "ended", status: Number(number) } : undefined;
}
