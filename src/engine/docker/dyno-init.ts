/**
 * What the engine reads, and takes away, before the dyno's own output: from here on a signal is not lost.
 * PID 1 gets no signal that it has not set a trap for, and setting the traps takes some milliseconds.
 */
export const TRAPS_ARE_SET = 0x00;

/**
 * PID 1 of a dyno, in bash, so that no compiled part has to be carried along. engine.md 2
 * Run as: bash -p -c "$INIT" init "$RUNNER" "$COMMAND"
 * (-p: else a config var BASH_ENV is sourced by PID 1.)
 *
 * Line by line:
 *  1. Descriptor 3 is a pipe that never delivers: reading it with a time limit sleeps without a fork.
 *  2. `kill -X -1` from PID 1 reaches every process of the dyno but itself, also those that called setsid, and is a
 *     builtin: it works at the process limit. heroku.md 2.3
 *  3. The mark above.
 *  4. `set -m`: a background job of a shell without job control starts with SIGINT and SIGQUIT ignored and standard
 *     input on /dev/null, and a program cannot undo an inherited ignore.
 *  6. Without job control again, so that wait is not told of stops. (`wait -f`, which is made for that, can spin for
 *     ever in bash 5.2 when the child ends at once.) A signal between the traps and the fork found nobody: pass it on.
 *  7. Else PID 1 prints "Killed" lines into the app's log, and keeps its pipes open.
 *  8. wait returns 143 when a trap runs, whatever the child does later: then wait again. A status once told is kept.
 *  9. Every process has its 30 s, so after a stop PID 1 outlives the command until nobody is left: when it ends the
 *     kernel kills the rest. A command that ends by itself takes the rest with it at once.
 */
const INIT = String.raw`exec 3<> <(:)
trap 'g=1 stop=TERM; kill -TERM -1' TERM; trap 'g=1 stop=INT; kill -INT -1' INT; trap 'g=1 stop=HUP; kill -HUP -1' HUP
printf '\0'
set -m
bash -c "$1" dyno "$2" MERGE 3>&- &
c=$!; set +m; [ -z "$stop" ] || kill -$stop -1
exec >/dev/null 2>&1 </dev/null
while g=0; wait $c; s=$?; [ $g = 1 ]; do :; done
[ -z "$stop" ] || while kill -0 -1; do read -rt 0.05 -u 3; done
exit $s`;

/**
 * The text of PID 1. With `mergeOutput` standard error goes the way of standard output, which alone keeps their
 * order (engine.md 10); a one-off dyno with a pipe keeps them apart, as its client does.
 */
export function dynoInit(mergeOutput: boolean): string {
  return INIT.replace("MERGE", mergeOutput ? "2>&1" : "");
}

/**
 * The same for a spare: it begins with the first NUL byte on its standard input, which its dyno then does not have. At
 * the input's end, when dynosim is gone, it goes as well. engine.md 7
 */
export function told(init: string): string {
  return `IFS= read -rd '' || exit 0\nexec </dev/null\n${init}`;
}

/** What a spare waits for. */
export const BEGIN = "\0";

/** Sends a signal to all processes from inside: for terminals, whose PID 1 passes signals to one process only. */
export function signalAll(name: string): string[] {
  return ["bash", "-p", "-c", `kill -${name.replace(/^SIG/, "")} -1`];
}
