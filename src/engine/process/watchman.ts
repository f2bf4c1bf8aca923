import { spawn, type ChildProcess } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Clock, Timer } from "../../kernel/clock.ts";
import { seconds, type Millis } from "../../kernel/units.ts";
import type { Maker } from "./rooms.ts";

/** One that cannot stay is not started again and again. */
const ANOTHER_AFTER: Millis = seconds(1);
/**
 * A shell that reads what nobody writes: at its end, which comes when dynosim is gone whatever ended it, it becomes the reaper.
 * Until then it takes a few hundred kilobytes.
 */
const WAIT = `while read -r _; do :; done; exec "$@"`;

export interface Watched {
  readonly root: string;
  readonly maker: Maker;
  /** Where processes are read from. */
  readonly table: "proc" | "ps";
}

/**
 * Sees to it that a dynosim that is killed takes its dynos along, as a container engine's sweep would at the next start, but
 * soon: they hold ports and memory that nobody knows of any more.
 */
export class Watchman implements Disposable {
  readonly #watched: Watched;
  readonly #clock: Clock;
  #child: ChildProcess | undefined;
  #next: Timer | undefined;
  #dismissed = false;

  constructor(watched: Watched, clock: Clock) {
    this.#watched = watched;
    this.#clock = clock;
  }

  /** Its process; undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** From now on, unless already. */
  watch(): void {
    if (this.#child !== undefined || this.#dismissed) return;
    this.#next?.cancel();
    const { root, maker, table } = this.#watched;
    const reaper = [process.execPath, REAPER, root, String(maker.pid), maker.started, table];
    // a session of its own: what ends dynosim's terminal does not end it
    const child = spawn("/bin/sh", ["-c", WAIT, "dynosim-watchman", ...reaper], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
      cwd: "/",
    });
    this.#child = child;
    const gone = (): void => {
      if (this.#child !== child) return;
      this.#child = undefined;
      if (!this.#dismissed) this.#next = this.#clock.after(ANOTHER_AFTER, () => this.watch());
    };
    child.once("exit", gone).once("error", gone);
    child.stdin.on("error", () => {});
    // it waits for this process, and this process not for it
    child.unref();
    if ("unref" in child.stdin && typeof child.stdin.unref === "function") child.stdin.unref();
  }

  /** Nothing lives any more that it would have to end. */
  [Symbol.dispose](): void {
    this.#dismissed = true;
    this.#next?.cancel();
    this.#child?.kill("SIGKILL");
  }
}

/** Beside this file, as source or compiled. */
const REAPER: string = fileURLToPath(new URL(`./reaper${extname(import.meta.url)}`, import.meta.url));
