import type { Duplex, Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type Docker from "dockerode";
import type { Clock } from "../../kernel/clock.ts";
import { fail, type Result } from "../../kernel/result.ts";
import { between, port, seconds, type Instant, type Millis } from "../../kernel/units.ts";
import type { LaunchSpec } from "../engine.ts";
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
import { DockerInside, execInside } from "./docker-inside.ts";
import { containerSpec, DYNO_USER, opensInput, type Start, type Surroundings } from "./container-spec.ts";
import { BEGIN, signalAll } from "./dyno-init.ts";
import type { Departures } from "./departures.ts";
import type { EngineEvents } from "./engine-events.ts";
import { attempt, ignoring } from "./engine-trouble.ts";
import { followed, Frames, MarkRemoved, Unframed } from "./frames.ts";
import { hostView } from "./host-view.ts";
import { Life } from "./life.ts";
import { lostFiles } from "./lost-files.ts";
import { vitalsOf, type Vitals } from "./vitals.ts";
import { within } from "../within.ts";

export interface DynoTools {
  readonly docker: Docker;
  readonly clock: Clock;
  readonly events: EngineEvents;
  readonly departures: Departures;
}

/** A process that kept the pipe open can hold back the stream's end. engine.md 10 */
const OUTPUT_AFTER_END: Millis = seconds(1);
/** The init has set its traps long before. */
const INIT_IS_READY: Millis = seconds(2);
/** In a dyno's first instant a signal can fall between a fork and what the new process does about signals. */
const YOUNG: Millis = seconds(1);

/**
 * Order matters: what is attached or waited for after the start may have been missed, and an address that is
 * touched before the start has ended is deaf for a second. engine.md 6, 7
 */
export async function launchDyno(
  tools: DynoTools,
  spec: LaunchSpec,
  around: Surroundings,
  start: Start = "at-once",
): Promise<DockerDyno> {
  const container = await tools.docker.createContainer(containerSpec(spec, around, start));
  let stream: Duplex | undefined;
  let life: Life | undefined;
  try {
    stream = await attach(container, opensInput(spec, start));
    life = new Life(container, tools.clock, tools.events);
    await container.start();
    if (spec.attach?.kind === "terminal") await resize(container, spec.attach.columns, spec.attach.rows);
    const found = await container.inspect();
    if (!found.State.Running) life.mayHaveEnded();
    const sign = life;
    for (const event of ["end", "close"]) stream.once(event, () => sign.mayHaveEnded());
    const view =
      around.nearby && found.State.Running ? await hostView(found.State.Pid, container.id) : undefined;
    return new DockerDyno({
      container,
      departures: tools.departures,
      stream,
      life,
      spec,
      vitals: vitalsOf(container, view),
      clock: tools.clock,
      address: addressOf(found, spec, around),
      onThisHost: view !== undefined || !found.State.Running,
    });
  } catch (error) {
    // The stream of a container that did not start stays open for ever.
    stream?.destroy();
    life?.[Symbol.dispose]();
    await removed(container, tools.departures);
    throw error;
  }
}

interface Parts {
  readonly container: Docker.Container;
  readonly departures: Departures;
  readonly stream: Duplex;
  readonly life: Life;
  readonly spec: LaunchSpec;
  readonly vitals: Vitals;
  readonly clock: Clock;
  readonly address: Address | undefined;
  /** False only when proven: the engine's processes are not this machine's. */
  readonly onThisHost: boolean;
}

/** A dyno in a container of its own. */
export class DockerDyno implements Launched {
  readonly address: Address | undefined;
  readonly output: AsyncIterable<OutputChunk>;
  readonly exit: Promise<DynoExit>;
  readonly onThisHost: boolean;
  readonly #parts: Parts;
  #startedAt: Instant;
  readonly #ready: Promise<unknown>;
  readonly #inside = new Set<DockerInside>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.address = parts.address;
    this.onThisHost = parts.onThisHost;
    this.#startedAt = parts.clock.now();
    const { output, ready } = takeApart(parts.stream, parts.spec);
    this.output = output;
    this.#ready = ready;
    this.exit = this.#end(output);
  }

  /** For one that waits: its life begins now. Undefined when it is gone. */
  go(): Launched | undefined {
    const { life, stream, clock } = this.#parts;
    if (life.over || !stream.writable) return undefined;
    this.#startedAt = clock.now();
    stream.end(BEGIN);
    return this;
  }

  async signal(name: "SIGTERM" | "SIGINT" | "SIGHUP" | "SIGKILL"): Promise<void> {
    const { life, clock } = this.#parts;
    if (life.over) return;
    if (name === "SIGKILL") {
      life.killing();
      return this.#kill(name);
    }
    await within(clock, INIT_IS_READY, Promise.race([this.#ready, life.ended]));
    await this.#kill(name);
    // A shell with a terminal ignores SIGTERM; on Heroku the end of its SSH server hangs it up.
    if (name === "SIGTERM") for (const one of this.#inside) void one.hangUp();
    if (between(this.#startedAt, clock.now()) < YOUNG)
      clock.after(YOUNG, () => {
        if (!life.over) void this.#kill(name);
      });
  }

  onOutOfMemory(killed: (victim: OomVictim | undefined) => void): void {
    const { life, vitals } = this.#parts;
    life.onOutOfMemory(() => void vitals.oomVictim().then(killed));
  }

  /** The kernel refuses one more: nobody is killed for it. */
  onTooManyProcesses(): void {}

  async memory(): Promise<MemorySample | undefined> {
    const { life, vitals } = this.#parts;
    return life.over ? undefined : vitals.memory();
  }

  async runnableTasks(): Promise<number | undefined> {
    const { life, vitals } = this.#parts;
    return life.over ? undefined : vitals.runnableTasks();
  }

  async listeners(): Promise<readonly Listener[]> {
    const { life, vitals } = this.#parts;
    return life.over ? [] : vitals.listeners();
  }

  async processes(): Promise<readonly DynoProcess[] | undefined> {
    const { life, vitals } = this.#parts;
    const found = life.over ? [] : await vitals.processes();
    return life.over ? (found ?? []) : found;
  }

  async lostFiles(): Promise<readonly LostFile[]> {
    try {
      return lostFiles(await this.#parts.container.changes());
    } catch {
      // Gone with its engine: what it held is lost, and unknown.
      return [];
    }
  }

  write(chunk: Uint8Array): void {
    if (this.#parts.spec.attach && this.#parts.stream.writable) this.#parts.stream.write(chunk);
  }

  endInput(): void {
    if (this.#parts.spec.attach) this.#parts.stream.end();
  }

  async resize(columns: number, rows: number): Promise<void> {
    if (!this.#parts.life.over) await resize(this.#parts.container, columns, rows);
  }

  async exec(spec: ExecSpec): Promise<Result<Inside, EngineFailure>> {
    const { container, clock, life, spec: dyno } = this.#parts;
    const during = `start a process in ${dyno.dyno}`;
    if (life.over) return fail({ kind: "engine-error", during, reason: "it has just ended" });
    return attempt(during, async () => {
      const inside = await execInside(container, clock, dyno, spec);
      this.#inside.add(inside);
      void inside.exit.then(() => this.#inside.delete(inside));
      return inside;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { container, departures, life, stream, vitals } = this.#parts;
    life.killing();
    await removed(container, departures);
    vitals[Symbol.dispose]();
    stream.destroy();
    life[Symbol.dispose]();
  }

  /** A dyno that went first, or an engine that is gone, is no error here: `exit` tells. */
  async #kill(signal: string): Promise<void> {
    const { container, spec } = this.#parts;
    try {
      if (spec.attach?.kind !== "terminal" || signal === "SIGKILL")
        return void (await container.kill({ signal }));
      // PID 1 of a terminal passes signals to one process only. The same user, or it may signal nobody.
      const exec = await container.exec({ Cmd: signalAll(signal), User: DYNO_USER });
      await exec.start({ Detach: true });
    } catch {
      return;
    }
  }

  async #end(output: Readable): Promise<DynoExit> {
    const { life, clock, stream, vitals } = this.#parts;
    const read = finished(output).catch(() => {});
    const exit = await life.ended;
    vitals[Symbol.dispose]();
    if (exit.lost) stream.destroy();
    await within(clock, OUTPUT_AFTER_END, read);
    // Ends the output for a reader that still waits.
    stream.destroy();
    return exit;
  }
}

/** Gone, or on the list of what goes when the engine is back. */
async function removed(container: Docker.Container, departures: Departures): Promise<void> {
  try {
    await ignoring([404, 409], () => container.remove({ force: true, v: true }));
  } catch {
    departures.outOfReach(container);
  }
}

async function attach(container: Docker.Container, input: boolean): Promise<Duplex> {
  const output = { stream: true, stdout: true, stderr: true };
  const stream = await container.attach(input ? { ...output, hijack: true, stdin: true } : output);
  // A connection that breaks shows as its end; what came of the dyno, the engine tells.
  stream.on("error", () => {});
  return stream as Duplex;
}

/** The attached stream as chunks. `ready` resolves when the dyno can be signalled. */
function takeApart(
  stream: Readable,
  spec: LaunchSpec,
): { readonly output: Readable; readonly ready: Promise<unknown> } {
  if (spec.attach?.kind === "terminal")
    return { output: followed(stream, new Unframed()), ready: Promise.resolve() };
  let seen: () => void = () => {};
  const ready = new Promise<void>((resolve) => (seen = resolve));
  return { output: followed(stream, new Frames()).pipe(new MarkRemoved(seen)), ready };
}

function addressOf(
  found: Docker.ContainerInspectInfo,
  spec: LaunchSpec,
  around: Surroundings,
): Address | undefined {
  if (spec.port === undefined) return undefined;
  if (around.publish) {
    const published = found.NetworkSettings.Ports[`${spec.port}/tcp`]?.[0]?.HostPort;
    return published === undefined ? undefined : { host: "127.0.0.1", port: port(Number(published)) };
  }
  const host = found.NetworkSettings.Networks[around.network]?.IPAddress;
  return host === undefined || host === "" ? undefined : { host, port: spec.port };
}

/** Too late, too early, or an engine that is gone: the window stays as it was, and nobody waits to hear of it. */
async function resize(container: Docker.Container, columns: number, rows: number): Promise<void> {
  try {
    await container.resize({ w: columns, h: rows });
  } catch {
    return;
  }
}
