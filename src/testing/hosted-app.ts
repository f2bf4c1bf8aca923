import { sleep, type Clock } from "../kernel/clock.ts";
import type { Result } from "../kernel/result.ts";
import { millis } from "../kernel/units.ts";
import type { PlatformFailure } from "../platform/failure.ts";
import type { DeployOptions, DynoTarget, OneOff, Platform } from "../platform/platform.ts";
import { DynosimError, errorOf } from "./dynosim-error.ts";
import type {
  ConfigVars,
  DynoQuantity,
  Dynosim,
  Events,
  Logs,
  Notices,
  PlatformClock,
  Ran,
  RunOptions,
  TestDyno,
} from "./dynosim.ts";
import { lastLines } from "./logged-line.ts";
import { durationOf } from "./tape.ts";
import type { Told } from "./told.ts";

const ANSWER_PATIENCE = millis(500);
const LOOK_EVERY = millis(2);

/** The facade for tests: the platform's answers as promises that reject. */
export class HostedApp implements Dynosim {
  readonly #platform: Platform;
  readonly #told: Told;
  readonly #clock: Clock;
  readonly #guard: Disposable;
  #closing: Promise<void> | undefined;

  /** `guard`: sees to it that the app ends with this process; given back once the app has ended. */
  constructor(platform: Platform, told: Told, clock: Clock, guard: (app: HostedApp) => Disposable) {
    this.#clock = clock;
    this.#platform = platform;
    this.#told = told;
    this.#guard = guard(this);
  }

  get name(): string {
    return this.#platform.app().name;
  }

  get url(): string {
    return this.#platform.app().webUrl ?? "";
  }

  get logs(): Logs {
    return this.#told.logs;
  }

  get events(): Events {
    return this.#told.events;
  }

  get notices(): Notices {
    return this.#told.notices;
  }

  get build(): readonly string[] {
    return this.#told.build;
  }

  get dynos(): readonly TestDyno[] {
    return this.#platform.dynos().map(({ name, type, state, command, releaseVersion, size }) => {
      return { name, type, state, command, releaseVersion, size: size.name };
    });
  }

  get clock(): PlatformClock {
    const platform = this.#platform;
    return {
      get now() {
        return platform.clock().now;
      },
      advance: async (duration) => {
        const by = durationOf(duration);
        await this.#answered();
        valueOf(await platform.advanceClock(by));
      },
    };
  }

  get config(): ConfigVars {
    const platform = this.#platform;
    return {
      get all() {
        return platform.configVars();
      },
      get: (name) => platform.configVars()[name],
      set: async (patch) => {
        valueOf(await platform.setConfigVars(patch));
        await platform.settled();
      },
    };
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(new URL(path, this.url), init);
  }

  async idle(): Promise<void> {
    await this.#answered();
    valueOf(await this.#platform.idle());
  }

  async wake(): Promise<void> {
    valueOf(await this.#platform.wake());
  }

  async run(command: string, { env = {}, size, input }: RunOptions = {}): Promise<Ran> {
    const oneOff = valueOf(
      await this.#platform.run({ command, env, size, attach: { kind: "pipe" }, type: undefined }),
    );
    if (input !== undefined) oneOff.write(Buffer.from(input));
    oneOff.endInput();
    const [{ stdout, stderr }, status] = await Promise.all([outputOf(oneOff), oneOff.exit]);
    return { status, stdout, stderr };
  }

  async restart(target?: string): Promise<void> {
    valueOf(await this.#platform.restart(targetOf(target)));
    await this.#platform.settled();
  }

  async stop(target?: string): Promise<void> {
    valueOf(await this.#platform.stop(targetOf(target)));
    await this.#platform.settled();
  }

  async scale(quantities: Readonly<Record<string, number | DynoQuantity>>): Promise<void> {
    const updates = Object.entries(quantities).map(([type, wanted]) => {
      const { quantity, size } = typeof wanted === "number" ? { quantity: wanted, size: undefined } : wanted;
      return { type, quantity: quantity === undefined ? undefined : String(quantity), size };
    });
    valueOf(await this.#platform.scale(updates));
    await this.#platform.settled();
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** For a process that is told to end: SIGKILL to all that runs, and nothing is left of it. */
  async closeNow(): Promise<void> {
    const closing = this.close();
    await this.#platform.killNow();
    await closing;
  }

  /** Compiles and starts it; rejects with the build's last lines, or the log's. */
  async start(options: DeployOptions, { untilUp }: { readonly untilUp: boolean }): Promise<void> {
    const { notices: remarks } = valueOf(await this.#platform.deploy(options), this.build);
    for (const remark of remarks) this.#told.notices.add(remark);
    if (!untilUp) return;
    await this.#platform.settled();
    if (this.#platform.ready()) return;
    const down = this.dynos.filter(({ state }) => state !== "up" && state !== "idle");
    const names = down.map(({ name, state }) => `${name} is ${state}`).join(", ");
    const notices = [...this.notices].map((notice) => `${notice}\n`).join("");
    throw new DynosimError(
      "crashed",
      `${this.name} did not come up: ${names}.\n${notices}${lastLines(this.logs)}`,
    );
  }

  /**
   * `fetch` gives the answer as soon as its head is there; to the router the request is under way a little longer, and
   * would keep the app from falling asleep. One that takes long, an event stream say, does so.
   */
  async #answered(): Promise<void> {
    const giveUp = this.#clock.now() + ANSWER_PATIENCE;
    while (this.#platform.requestsUnderWay > 0 && this.#clock.now() < giveUp)
      await sleep(this.#clock, LOOK_EVERY);
  }

  async #end(): Promise<void> {
    await this.#platform[Symbol.asyncDispose]();
    this.#told.end();
    this.#guard[Symbol.dispose]();
  }
}

function valueOf<T>(result: Result<T, PlatformFailure>, build?: readonly string[]): T {
  if (result.ok) return result.value;
  throw errorOf(result.failure, build);
}

function targetOf(name: string | undefined): DynoTarget {
  if (name === undefined) return { kind: "all" };
  return name.includes(".") ? { kind: "dyno", dyno: name } : { kind: "type", type: name };
}

async function outputOf(oneOff: OneOff): Promise<Pick<Ran, "stdout" | "stderr">> {
  const chunks = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  for await (const { stream, bytes } of oneOff.output) chunks[stream].push(bytes);
  return {
    stdout: Buffer.concat(chunks.stdout).toString("utf8"),
    stderr: Buffer.concat(chunks.stderr).toString("utf8"),
  };
}
