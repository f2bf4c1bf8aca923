import { finished } from "node:stream/promises";
import { sleep } from "../../kernel/clock.ts";
import { fail, type Result } from "../../kernel/result.ts";
import { between, millis, seconds, type Instant, type Millis } from "../../kernel/units.ts";
import type { LaunchSpec, Spare } from "../engine.ts";
import type { EngineFailure } from "../failure.ts";
import type {
  Address,
  DynoExit,
  DynoProcess,
  ExecSpec,
  Inside,
  Launched,
  Listener,
  LostFile,
  MemorySample,
  OomVictim,
  OutputChunk,
} from "../launched.ts";
import { within } from "../within.ts";
import type { FirstProcess } from "./first-process.ts";
import type { DynoTools } from "./dyno-tools.ts";
import type { Members } from "./members.ts";
import { enter, type ProcessInside } from "./process-inside.ts";
import { attempt } from "./process-trouble.ts";
import { removeFolder } from "./remove-folder.ts";
import type { Room } from "./room.ts";
import type { Home } from "./slug-store.ts";
import type { Streams } from "./streams.ts";
import { resizeTerminal } from "./terminal.ts";
import { Vitals } from "./vitals.ts";

/** A process that kept the pipe open can hold back the stream's end. engine.md 10 */
const OUTPUT_AFTER_END: Millis = seconds(1);
/** The first process has begun the command long before. */
const HAS_BEGUN: Millis = seconds(2);
/** In a dyno's first instant a signal can fall between a fork and what the new process does about signals. */
const YOUNG: Millis = seconds(1);
/**
 * With what opened it a process tree of its own is killed, all at once. The kernel takes a second or two on a busy machine to
 * take the tree's mounts apart, and shows its process 1 as long: nobody waits for that.
 */
const TREE_ENDS: Millis = millis(100);
/** Between two looks at whether somebody outlives a stop: the length of a pause that nobody notices. */
const LOOK_AGAIN_AFTER: Millis = millis(50);

export interface DynoParts {
  readonly tools: DynoTools;
  readonly spec: LaunchSpec;
  readonly room: Room;
  readonly home: Home;
  readonly first: FirstProcess;
  readonly streams: Streams;
  readonly members: Members;
  /** Process 1 of its own tree, where it has one. */
  readonly init: number | undefined;
  /** Name of its terminal, as this machine has it; "" without one. */
  readonly tty: string;
}

/** A dyno among this machine's processes; a spare until `go`. */
export class ProcessDyno implements Launched, Spare {
  readonly address: Address | undefined;
  readonly output: AsyncIterable<OutputChunk>;
  readonly exit: Promise<DynoExit>;
  readonly #parts: DynoParts;
  readonly #members: Members;
  readonly #vitals: Vitals;
  readonly #inside = new Set<ProcessInside>();
  /** As long as it lives: by them it is ended when it is over a limit. */
  #limits: Disposable | undefined;
  #outOfMemory = false;
  #tooMany: (seen: number) => void = () => {};
  #startedAt: Instant;
  #over = false;
  /** It was told to end: each of its processes has its own time, and not only as long as the command. */
  #isStopping = false;
  #isLeaving = false;
  readonly #tellGone = Promise.withResolvers<void>();
  /** Nothing is left of it. */
  readonly gone: Promise<void> = this.#tellGone.promise;

  constructor(parts: DynoParts) {
    const { tools, spec, streams } = parts;
    this.#parts = parts;
    this.#members = parts.members;
    this.#vitals = new Vitals(parts.members, tools.census);
    this.#startedAt = tools.clock.now();
    this.address = spec.port === undefined ? undefined : { host: reachableHost(), port: spec.port };
    this.output = streams.output;
    this.exit = this.#end();
  }

  /** Its life begins now. Undefined when it is gone. */
  go(): Launched | undefined {
    if (this.#over || this.#isLeaving) return undefined;
    this.#startedAt = this.#parts.tools.clock.now();
    this.#limits = this.#watch();
    this.#parts.first.go();
    return this;
  }

  async signal(name: "SIGTERM" | "SIGINT" | "SIGHUP" | "SIGKILL"): Promise<void> {
    if (this.#over) return;
    if (name === "SIGKILL") return this.#killAll();
    const { tools, first } = this.#parts;
    this.#isStopping = true;
    await within(tools.clock, HAS_BEGUN, first.begun);
    await this.#members.signal(name).catch(() => {});
    // A shell with a terminal ignores SIGTERM; on Heroku the end of its SSH server hangs it up.
    if (name === "SIGTERM") for (const one of this.#inside) void one.hangUp();
    if (between(this.#startedAt, tools.clock.now()) < YOUNG)
      tools.clock.after(YOUNG, () => {
        if (!this.#over) void this.#members.signal(name).catch(() => {});
      });
  }

  onOutOfMemory(_killed: (victim: OomVictim | undefined) => void): void {
    // nobody kills a single process of such a dyno for memory: all of it ends, and `exit` tells
  }

  onTooManyProcesses(killed: (seen: number) => void): void {
    this.#tooMany = killed;
  }

  async memory(): Promise<MemorySample | undefined> {
    return this.#over ? undefined : this.#vitals.memory();
  }

  async runnableTasks(): Promise<number | undefined> {
    return this.#over ? undefined : this.#vitals.runnableTasks();
  }

  async listeners(): Promise<readonly Listener[]> {
    return this.#over ? [] : this.#vitals.listeners();
  }

  async processes(): Promise<readonly DynoProcess[] | undefined> {
    return this.#over ? [] : this.#vitals.processes();
  }

  async lostFiles(): Promise<readonly LostFile[]> {
    try {
      return await this.#parts.home.lostFiles();
    } catch {
      // Its room or its slug was removed under it: what it held is lost, and unknown.
      return [];
    }
  }

  write(chunk: Uint8Array): void {
    this.#parts.streams.write(chunk);
  }

  endInput(): void {
    this.#parts.streams.endInput();
  }

  async resize(columns: number, rows: number): Promise<void> {
    const { tty } = this.#parts;
    if (!this.#over && tty !== "") await resizeTerminal(tty, columns, rows);
  }

  async exec(spec: ExecSpec): Promise<Result<Inside, EngineFailure>> {
    const { tools, spec: dyno, room, home } = this.#parts;
    const during = `start a process in ${dyno.dyno}`;
    if (this.#over || !(await this.#isAnybodyThere()))
      return fail({ kind: "machine-refused", during, reason: "it has just ended" });
    return attempt(tools.places, during, async () => {
      const inside = await enter(
        { tools, dyno, room, home, init: this.#parts.init, members: this.#members },
        spec,
      );
      this.#inside.add(inside);
      void inside.exit.then(() => this.#inside.delete(inside));
      return inside;
    });
  }

  get instance(): string {
    return this.#parts.spec.label.instance;
  }

  [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isLeaving) void this.#leave().finally(this.#tellGone.resolve);
    this.#isLeaving = true;
    return this.gone;
  }

  async #leave(): Promise<void> {
    const { first, streams, room } = this.#parts;
    if (!this.#over) await this.#killAll();
    streams.destroy();
    await this.exit;
    first.close();
    // what stays, the next start sweeps
    await removeFolder(room.folder).catch(() => {});
  }

  #watch(): Disposable {
    const { tools, spec } = this.#parts;
    return tools.watch.add({
      members: this.#members,
      processes: tools.confinement.limitsProcesses ? Infinity : spec.processes,
      killAt: spec.killAt,
      overProcesses: (seen) => {
        this.#tooMany(seen);
        void this.#killAll();
      },
      outOfMemory: () => {
        this.#outOfMemory = true;
        void this.#killAll();
      },
    });
  }

  /** Where nobody can tell just now, somebody may be. */
  async #isAnybodyThere(): Promise<boolean> {
    const found = await this.#members.list().catch(() => undefined);
    return found === undefined || found.length > 0;
  }

  async #killAll(): Promise<void> {
    const { first, init, tools } = this.#parts;
    first.kill();
    const killed = this.#members.signal("SIGKILL").catch(() => {});
    if (init === undefined) return killed;
    await Promise.race([killed, first.exited.then(() => sleep(tools.clock, TREE_ENDS))]);
  }

  async #end(): Promise<DynoExit> {
    const { tools, first, streams } = this.#parts;
    const read = finished(streams.output).catch(() => {});
    const status = await first.commandEnded;
    // A command that ends by itself takes the rest with it at once; after a stop each of them has its own time.
    while (this.#isStopping && (await this.#isAnybodyThere())) await sleep(tools.clock, LOOK_AGAIN_AFTER);
    this.#limits?.[Symbol.dispose]();
    await this.#killAll();
    first.release();
    await first.exited;
    this.#over = true;
    await within(tools.clock, OUTPUT_AFTER_END, read);
    streams.destroy();
    return { status, outOfMemory: this.#outOfMemory, lost: false };
  }
}

/** As on Heroku a socket that is bound to 127.0.0.1 is not reached: on Linux all of 127.0.0.0/8 is this machine. */
function reachableHost(): string {
  return process.platform === "linux" ? "127.0.0.2" : "127.0.0.1";
}
