import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

export interface BuildLock extends AsyncDisposable {
  /** False where this system has no such lock: another process may be building the same. */
  readonly held: boolean;
}

/**
 * One process at a time makes the images of a minor; others wait here, `onWait` being called once. The lock
 * is the kernel's and held by a child that lives as long as its standard input: nothing is left by a kill -9.
 */
export async function lockBuild(
  minor: string,
  onWait: () => void,
  signal: AbortSignal | undefined,
): Promise<BuildLock> {
  const path = join(tmpdir(), `dynosim-stack-${minor}.lock`);
  const atOnce = await hold(path, ["--nonblock"], signal);
  if (atOnce !== "taken") return atOnce;
  onWait();
  const later = await hold(path, [], signal);
  return later === "taken" ? NOT_HELD : later;
}

const NOT_HELD: BuildLock = { held: false, [Symbol.asyncDispose]: () => Promise.resolve() };

/** What flock ends with when the lock is another's; its other statuses mean that it cannot lock at all. */
const TAKEN = 75;

async function hold(
  path: string,
  options: readonly string[],
  signal: AbortSignal | undefined,
): Promise<BuildLock | "taken"> {
  const argv = [...options, "--conflict-exit-code", String(TAKEN), path, "sh", "-c", "echo held; cat"];
  const child = execa("flock", argv, {
    reject: false,
    stderr: "ignore",
    buffer: false,
    // A Ctrl-C of the terminal would release the lock while the clean-up still runs.
    detached: true,
    ...(signal && { cancelSignal: signal }),
  });
  const held = once(child.stdout, "data").then(() => "held" as const);
  const first = await Promise.race([held, child]);
  if (first !== "held") return first.exitCode === TAKEN ? "taken" : NOT_HELD;
  return {
    held: true,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await child;
    },
  };
}
