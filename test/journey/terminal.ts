import { spawn, type ChildProcess } from "node:child_process";
import { resolve } from "node:path";

const FIXTURE = resolve(import.meta.dirname, "../fixtures/terminal.py");
const BIN = resolve(import.meta.dirname, "../../bin/dynosim.js");

/** A person before a terminal of 90 columns by 30 lines, in which `dynosim` with these arguments runs. */
export class Terminal implements Disposable {
  readonly #process: ChildProcess;
  readonly ended: Promise<number | null>;
  #shown = "";
  #read = 0;
  #watcher: () => void = () => {};

  constructor(folder: string, environment: Readonly<Record<string, string>>, ...args: string[]) {
    this.#process = spawn("python3", [FIXTURE, process.execPath, BIN, ...args], {
      cwd: folder,
      env: { ...process.env, ...environment, TERM: "xterm" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#process.stdout?.on("data", (text) => {
      this.#shown += String(text);
      this.#watcher();
    });
    this.ended = new Promise((done) => {
      this.#process.once("close", (code) => {
        done(code);
        this.#watcher();
      });
    });
  }

  get shown(): string {
    return this.#shown;
  }

  type(keys: string): void {
    this.#process.stdin?.write(keys);
  }

  /** 100 columns by 40 lines from now on. */
  enlarge(): void {
    this.type("\0");
  }

  /** The window is closed: its program hears SIGHUP. */
  close(): void {
    this.#process.kill("SIGKILL");
  }

  /** Waits until this is shown, after what was waited for before. */
  async shows(words: RegExp): Promise<void> {
    const ended = this.ended.then(() => true);
    for (;;) {
      const found = words.exec(this.#shown.slice(this.#read));
      if (found !== null) return void (this.#read += found.index + found[0].length);
      const news = new Promise<false>((heard) => (this.#watcher = () => heard(false)));
      if (await Promise.race([ended, news])) throw new Error(`ended without ${words}: ${this.#shown}`);
    }
  }

  [Symbol.dispose](): void {
    this.#process.kill("SIGKILL");
  }
}
