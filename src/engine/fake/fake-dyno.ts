import { fail, ok } from "../../kernel/result.ts";
import { mebibytes, type Port } from "../../kernel/units.ts";
import { ChunkQueue } from "../../kernel/chunk-queue.ts";
import type { LaunchSpec } from "../engine.ts";
import type {
  Address,
  DynoExit,
  DynoProcess,
  Launched,
  Listener,
  LostFile,
  MemorySample,
  OomVictim,
  OutputChunk,
} from "../launched.ts";
import { FakeInside } from "./fake-inside.ts";

export type FakeSignal = Parameters<Launched["signal"]>[0];

/** What a process that handles no signal ends with. heroku.md 2.10 */
const UNHANDLED: Readonly<Record<FakeSignal, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGKILL: 137,
  SIGTERM: 143,
};

/** A dyno without a process: the test says what "the app" does, `launched` is what the product sees of it. */
export class FakeDyno {
  readonly spec: LaunchSpec;
  readonly launched: Launched;
  /** Signals received, oldest first. */
  readonly signals: FakeSignal[] = [];
  /** Standard input received. */
  readonly input: Uint8Array[] = [];
  inputEnded = false;
  size: { readonly columns: number; readonly rows: number } | undefined;
  disposed = false;
  /** What the app does on a signal; SIGKILL never gets here. Set it to `() => {}` for an app that ignores them. */
  onSignal: (name: FakeSignal) => void = (name) => this.exit(UNHANDLED[name]);
  /** What the app does when its standard input ends. */
  onInputEnd: () => void = () => {};
  lostFiles: LostFile[] = [];
  /** What came into the dyno later, oldest first. */
  readonly insides: FakeInside[] = [];
  /** Who lives in it; by itself a single process that the command has become. */
  processes: DynoProcess[];
  /** Tasks that run or wait for a core. */
  runnable: number | undefined = 0;

  readonly #output = new ChunkQueue<OutputChunk>();
  readonly #outOfMemory: ((victim: OomVictim | undefined) => void)[] = [];
  readonly #tooManyProcesses: ((seen: number) => void)[] = [];
  readonly #exited: Promise<DynoExit>;
  #resolve: ((exit: DynoExit) => void) | undefined;
  #listeners: Listener[] = [];
  #memory: MemorySample = {
    rss: mebibytes(40),
    cache: mebibytes(0),
    shared: mebibytes(0),
    swap: mebibytes(0),
    pagesIn: 0,
    pagesOut: 0,
  };

  constructor(spec: LaunchSpec, address: Address | undefined) {
    this.spec = spec;
    this.processes = [{ pid: 7, ppid: 1, command: spec.command, onSigterm: "dies" }];
    this.#exited = new Promise((resolve) => (this.#resolve = resolve));
    this.launched = this.#view(address);
  }

  get running(): boolean {
    return this.#resolve !== undefined;
  }

  /** Binds; default all interfaces and $PORT. Nothing happens for a dyno without $PORT unless `port` is given. */
  listen(host = "0.0.0.0", port: Port | undefined = this.spec.port): void {
    if (port === undefined) return;
    const loopback = host === "::1" || host.startsWith("127.");
    this.#listeners.push({ host, port, loopback });
  }

  stopListening(): void {
    this.#listeners = [];
  }

  /** Writes one line. */
  print(line: string, stream: OutputChunk["stream"] = "stdout"): void {
    this.write(Buffer.from(`${line}\n`), stream);
  }

  write(bytes: Uint8Array, stream: OutputChunk["stream"] = "stdout"): void {
    this.#output.push({ stream, bytes });
  }

  useMemory(sample: Partial<MemorySample>): void {
    this.#memory = { ...this.#memory, ...sample };
  }

  /** The kernel kills a process of the dyno, not the command itself. */
  killChildForMemory(victim?: OomVictim): void {
    for (const killed of this.#outOfMemory) killed(victim);
  }

  /** The engine counts so many of them, and kills them. */
  killForProcesses(seen: number): void {
    for (const killed of this.#tooManyProcesses) killed(seen);
    this.exit(UNHANDLED.SIGKILL);
  }

  /** The command ends. Only the first call counts. */
  exit(status: number): void {
    this.#end({ status, outOfMemory: false, lost: false });
  }

  /** The kernel kills the command itself. */
  runOutOfMemory(): void {
    this.#end({ status: 137, outOfMemory: true, lost: false });
  }

  /** The engine goes away. */
  lose(): void {
    this.#end({ status: 137, outOfMemory: false, lost: true });
  }

  #end(exit: DynoExit): void {
    const resolve = this.#resolve;
    this.#resolve = undefined;
    if (resolve === undefined) return;
    this.#listeners = [];
    for (const inside of this.insides) inside.exit(UNHANDLED.SIGKILL);
    this.#output.close();
    void this.#output.drained().then(() => resolve(exit));
  }

  #receive(name: FakeSignal): void {
    if (!this.running) return;
    this.signals.push(name);
    if (name === "SIGTERM") for (const inside of this.insides) void inside.process.hangUp();
    if (name === "SIGKILL") this.exit(UNHANDLED.SIGKILL);
    else this.onSignal(name);
  }

  #view(address: Address | undefined): Launched {
    return {
      address,
      output: this.#output,
      exit: this.#exited,
      signal: async (name) => this.#receive(name),
      onOutOfMemory: (killed) => void this.#outOfMemory.push(killed),
      onTooManyProcesses: (killed) => void this.#tooManyProcesses.push(killed),
      memory: async () => (this.running ? this.#memory : undefined),
      runnableTasks: async () => (this.running ? this.runnable : undefined),
      listeners: async () => [...this.#listeners],
      processes: async () => (this.running ? [...this.processes] : []),
      lostFiles: async () => [...this.lostFiles],
      write: (chunk) => void this.input.push(chunk),
      endInput: () => {
        this.inputEnded = true;
        this.onInputEnd();
      },
      resize: async (columns, rows) => void (this.size = { columns, rows }),
      exec: async (spec) => {
        if (!this.running)
          return fail({ kind: "engine-error", during: "start a process", reason: "it has ended" });
        const inside = new FakeInside(spec);
        this.insides.push(inside);
        return ok(inside.process);
      },
      [Symbol.asyncDispose]: async () => {
        this.disposed = true;
        this.exit(UNHANDLED.SIGKILL);
      },
    };
  }
}
