import { spawn, type ChildProcess } from "node:child_process";
import { closeSync } from "node:fs";
import { lstat } from "node:fs/promises";
import { constants } from "node:os";
import { basename, dirname } from "node:path";
import type { Readable } from "node:stream";
import type { Result } from "../../kernel/result.ts";
import type { BoxPlaces, BuildBox, Lent } from "../build-box.ts";
import type { EngineFailure } from "../failure.ts";
import type { BuildSite } from "./build-site.ts";
import { searchPath, type ToolFolders } from "./build-tools.ts";
import type { Argv } from "./confinement.ts";
import type { Ground } from "./ground.ts";
import { kinIn } from "./members-of.ts";
import type { Members } from "./members.ts";
import { openPipes, streamOf } from "./pipes.ts";
import { attempt } from "./process-trouble.ts";
import type { Room } from "./room.ts";
import { packTree, unpackTree } from "./tar.ts";

export interface BoxTools {
  readonly ground: Ground;
  readonly room: Room;
  readonly site: BuildSite;
  readonly folders: ToolFolders;
  readonly lent: Lent;
  readonly env: Readonly<Record<string, string>>;
  /** Puts a command where it has no network. */
  readonly cutOff: (argv: Argv) => Argv;
  /** Once. `endAll` ends what runs in the room. */
  readonly leave: (endAll: () => Promise<void>) => void;
}

/** The folder first: those who are shut in begin in another. */
const IN_FOLDER = 'cd -- "$1" && shift && exec "$@"';
/** By SIGKILL. */
const KILLED = 137;
const BY_SIGNAL = 128;

/**
 * Processes of this machine that work in folders of the app's. Root is who has started dynosim, as everybody else; its commands
 * are this program's own, so they need not be shut in, which takes longer than most of them.
 */
export class ProcessBuildBox implements BuildBox {
  readonly lent: Lent;
  readonly places: BoxPlaces;
  readonly #tools: BoxTools;
  readonly #members: Members;
  #left = false;

  constructor(tools: BoxTools) {
    this.#tools = tools;
    this.lent = tools.lent;
    this.places = tools.site.places;
    this.#members = kinIn(tools.ground, tools.room, undefined);
  }

  put(tar: Readable, path: string): Promise<Result<void, EngineFailure>> {
    return this.#attempt(`copy files to ${path}`, () => unpackTree(tar, this.#tools.site.hostPath(path)));
  }

  /** All output comes as `stdout`; a command that is aborted ends with 137, with all it has started. */
  run(...[argv, options]: Parameters<BuildBox["run"]>): Promise<Result<number, EngineFailure>> {
    return this.#attempt(`run ${argv[0]}`, async () => {
      if (options.signal?.aborted) return KILLED;
      const { child, output } = await this.#spawn(argv, options);
      const status = new Promise<number>((resolve) => {
        child.once("exit", (code, signal) =>
          resolve(code ?? BY_SIGNAL + constants.signals[signal ?? "SIGKILL"]),
        );
      });
      const abort = (): void => void this.#endAll().catch(() => {});
      options.signal?.addEventListener("abort", abort);
      // one left behind would hold the output open, and write into the slug; of a room that is shut nothing is left
      if (options.alone && !this.#tools.ground.confinement.isShut)
        void status.then(() => this.#endAll()).catch(() => {});
      try {
        for await (const bytes of output as AsyncIterable<Uint8Array>)
          await options.onOutput({ stream: "stdout", bytes });
        return await status;
      } finally {
        options.signal?.removeEventListener("abort", abort);
        output.destroy();
      }
    });
  }

  /** There is no limit that the kernel keeps. */
  async ranOutOfMemory(): Promise<boolean> {
    return false;
  }

  /** It has the machine's network, and shares it with whatever else runs there. */
  cutOff(): void {}

  get(path: string): Promise<Result<Readable, EngineFailure>> {
    return this.#attempt(`read ${path}`, async () => {
      const place = this.#tools.site.hostPath(path);
      await lstat(place);
      return packTree(dirname(place), basename(place));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#left) return;
    this.#left = true;
    this.#tools.leave(() => this.#endAll());
  }

  async #spawn(
    argv: Argv,
    { env = {}, cwd = this.places.app, root = false }: Parameters<BuildBox["run"]>[1],
  ): Promise<{ readonly child: ChildProcess; readonly output: Readable }> {
    const { room, folders } = this.#tools;
    const [file, ...args] = root ? this.#outside(argv) : this.#inside(argv, cwd);
    const all = { HOME: this.places.app, ...this.#tools.env, ...env };
    // both streams into one pipe: two would lose the order between them. engine.md 10
    const [pipe] = await openPipes(room.folder, ["from-dyno"]);
    if (pipe === undefined) throw new Error("no pipe");
    const output = streamOf(pipe, "from-dyno");
    try {
      const child = spawn(file, args, {
        cwd: "/",
        env: { ...all, PATH: searchPath(folders, env["PATH"]) },
        stdio: ["ignore", pipe.theirs, pipe.theirs],
        // a session of its own: what is typed at dynosim's terminal does not reach it
        detached: true,
      });
      await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
      this.#members.adopt(child.pid ?? 0);
      // seen once, it is noted in the room: one that is shut in has nothing else by which it is known when this process is killed
      void this.#members.list().catch(() => []);
      return { child, output };
    } catch (error) {
      output.destroy();
      throw error;
    } finally {
      closeSync(pipe.theirs);
    }
  }

  #inside(argv: Argv, cwd: string): Argv {
    const { ground, site, cutOff } = this.#tools;
    const inFolder: Argv = ["bash", "-p", "-c", IN_FOLDER, "build", cwd, ...argv];
    return cutOff(ground.confinement.shutIn(inFolder, site.around, { processes: undefined }));
  }

  /** The same command with the places of the box as this machine knows them. */
  #outside([program, ...args]: Argv): Argv {
    const { tmp, app } = this.places;
    const isPlace = (word: string): boolean =>
      [tmp, app].some((place) => word === place || word.startsWith(`${place}/`));
    return [program, ...args.map((word) => (isPlace(word) ? this.#tools.site.hostPath(word) : word))];
  }

  /** Each by itself: the end of what shuts them in is theirs only once it has come so far. */
  #endAll(): Promise<void> {
    return this.#members.signal("SIGKILL");
  }

  #attempt<T>(during: string, act: () => Promise<T>): Promise<Result<T, EngineFailure>> {
    return attempt(this.#tools.ground.places, during, act);
  }
}
