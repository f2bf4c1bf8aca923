import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { constants as system } from "node:os";
import { delimiter, resolve } from "node:path";
import { SHUTDOWN_GRACE } from "../heroku/limits.ts";
import { sleep } from "../kernel/clock.ts";
import { millis, seconds, type Millis } from "../kernel/units.ts";
import type { World } from "./world.ts";

/** What a shell answers with. POSIX, Shell Command Language 2.8.2 */
export const NOT_FOUND = 127;
const NOT_RUNNABLE = 126;
const BY_SIGNAL = 128;
/** For what the command leaves running behind it: it has ended itself, so this is for stragglers only. */
const STRAGGLERS_GRACE: Millis = seconds(2);
const LOOK_EVERY = millis(20);

/** A command of the user's on this machine, with all that it starts. */
export interface CommandProcess {
  /** Its exit code, 128 + n when signal n ended it. By then nothing of its process group is left. */
  readonly status: Promise<number>;
  /** Passes a signal on to the command and all that it started; what is left after the grace is killed. */
  stop(name: NodeJS.Signals): void;
  kill(): void;
}

/**
 * Starts a command with our own input and output. On a terminal it stays in our process group, so that it can read
 * from there and Ctrl-C reaches it straight; elsewhere it gets a group of its own, which is ended as a whole.
 */
export function startCommand(
  world: World,
  words: readonly string[],
  place: { readonly cwd: string; readonly environment: NodeJS.ProcessEnv },
): CommandProcess {
  const [file = "", ...rest] = words;
  const onTerminal = world.stdin.isTTY;
  const child = spawn(file, rest, {
    cwd: place.cwd,
    env: place.environment,
    detached: !onTerminal,
    stdio: "inherit",
  });
  const group = onTerminal || child.pid === undefined ? undefined : -child.pid;
  const guard = child.pid === undefined ? undefined : guardAgainstKill(group ?? child.pid);
  const send = (name: NodeJS.Signals): void => {
    if (group === undefined) child.kill(name);
    else isSent(group, name);
  };
  const ended = new Promise<number>((done) => {
    child.once("error", (error: NodeJS.ErrnoException) =>
      done(error.code === "ENOENT" ? NOT_FOUND : NOT_RUNNABLE),
    );
    child.once("exit", (code, name) => done(code ?? BY_SIGNAL + (name === null ? 0 : system.signals[name])));
  });
  return {
    status: ended.then(async (status) => {
      guard?.[Symbol.dispose]();
      if (group !== undefined) await endGroup(world, group);
      return status;
    }),
    stop: (name) => {
      // a terminal has sent its Ctrl-C to all: the command shall hear it once, and may do with it what it likes
      if (onTerminal && name === "SIGINT") return;
      send(name);
      const late = world.clock.after(SHUTDOWN_GRACE, () => send("SIGKILL"));
      void ended.then(() => late.cancel());
    },
    kill: () => send("SIGKILL"),
  };
}

/** Is there such a program, as the system would look it up? Asked first: nobody waits for a build to hear of a typo. */
export function isOnPath(file: string, cwd: string, environment: NodeJS.ProcessEnv): boolean {
  const places = file.includes("/")
    ? [resolve(cwd, file)]
    : (environment["PATH"] ?? "").split(delimiter).map((folder) => resolve(cwd, folder, file));
  return places.some(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Nobody can act on SIGKILL, but others see what it does: when this process is gone before it has said so, its end of
 * the pipe closes, and a shell at the other end stops the command.
 */
function guardAgainstKill(target: number): Disposable {
  const script = 'read -r over || { kill -s TERM -- "$1"; sleep 5; kill -s KILL -- "$1"; }';
  const shell = spawn("sh", ["-c", script, "sh", String(target)], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // without a shell the command is on its own, as it is anywhere
  shell.on("error", () => {});
  shell.stdin.on("error", () => {});
  return { [Symbol.dispose]: () => void shell.stdin.end("over\n") };
}

async function endGroup({ clock }: World, group: number): Promise<void> {
  const killAt = clock.now() + STRAGGLERS_GRACE;
  for (let left = isSent(group, "SIGTERM"); left; left = isSent(group, 0)) {
    if (clock.now() > killAt) {
      isSent(group, "SIGKILL");
      return;
    }
    await sleep(clock, LOOK_EVERY);
  }
}

/** False: nobody is left to send it to. */
function isSent(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(group, name);
  } catch {
    return false;
  }
}
