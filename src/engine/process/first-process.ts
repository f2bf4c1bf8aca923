import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { constants } from "node:os";
import type { Duplex } from "node:stream";
import { createInterface } from "node:readline";
import type { Argv } from "./confinement.ts";
import { IS_TOLD, parseTold, TELLS, type Here, type Told } from "./start-script.ts";

const { SIGKILL } = constants.signals;
/** A shell's way to tell of a signal. heroku.md 2.10 */
const BY_SIGNAL = 128;

export interface Spawning {
  readonly argv: Argv;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Descriptors for standard input, output and error; "ignore" is /dev/null. */
  readonly streams: readonly [number | "ignore", number, number];
}

/** The first process of a dyno as dynosim holds it: what it tells (start-script.ts), and its end. */
export class FirstProcess {
  readonly pid: number;
  readonly #here: Promise<Here>;
  /** Whatever is sent to the dyno now reaches its command. */
  readonly begun: Promise<unknown>;
  /** The command's own status, at once when it has ended. */
  readonly commandEnded: Promise<number>;
  readonly exited: Promise<number>;
  readonly #child: ChildProcess;

  /** In a session of its own: what is typed at dynosim's terminal does not reach it. Rejects when it cannot be spawned. */
  static async spawn({ argv: [file, ...args], env, cwd, streams }: Spawning): Promise<FirstProcess> {
    const stdio: StdioOptions = [...streams, "pipe", "pipe"];
    const child = spawn(file, args, { env, cwd, stdio, detached: true });
    await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    return new FirstProcess(child);
  }

  constructor(child: ChildProcess) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    const here = Promise.withResolvers<Here>();
    const begun = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<number>();
    const onTold = (told: Told | undefined): void => {
      if (told?.kind === "here") here.resolve(told);
      else if (told?.kind === "begun") begun.resolve();
      else if (told?.kind === "ended") ended.resolve(told.status);
    };
    const tells = this.#channel(TELLS);
    const lines = createInterface({ input: tells }).on("line", (line) => onTold(parseTold(line)));
    const silent = new Promise<void>((resolve) => lines.once("close", resolve));
    // a command that it has become tells nothing any more
    void silent.then(() => begun.resolve());
    this.exited = new Promise((resolve) =>
      child.once("exit", (code, signal) =>
        resolve(code ?? BY_SIGNAL + (signal === null ? SIGKILL : constants.signals[signal])),
      ),
    );
    void Promise.all([this.exited, silent]).then(([status]) => {
      ended.resolve(status);
      here.reject(new Error(`its first process ended with status ${status}`));
    });
    this.#here = here.promise;
    this.#here.catch(() => {});
    this.begun = begun.promise;
    this.commandEnded = ended.promise;
    this.#channel(IS_TOLD).on("error", () => {});
  }

  /** It waits for its line. Rejects when it could not begin, with what it said. */
  async hasCome(streams: { lastWords(): Promise<string> }): Promise<Here> {
    try {
      return await this.#here;
    } catch (error) {
      const words = await streams.lastWords();
      const because = error instanceof Error ? error.message : String(error);
      throw new Error(words === "" ? because : `${because}: ${words}`, { cause: error });
    }
  }

  /** The command may begin. */
  go(): void {
    this.#channel(IS_TOLD).write("go\n");
  }

  /** Whoever outlived the command has had its time. */
  release(): void {
    this.#channel(IS_TOLD).end();
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Our ends of the two channels; whoever still holds the others speaks to nobody. */
  close(): void {
    for (const descriptor of [TELLS, IS_TOLD]) this.#channel(descriptor).destroy();
  }

  #channel(descriptor: number): Duplex {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- "pipe" makes it a socket, both ways
    return this.#child.stdio[descriptor] as Duplex;
  }
}
