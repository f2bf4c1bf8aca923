import type { Readable } from "node:stream";
import type Docker from "dockerode";
import { sleep, type Clock } from "../../kernel/clock.ts";
import { LineSplitter } from "../../kernel/lines.ts";
import { seconds, type Millis } from "../../kernel/units.ts";
import { MARK } from "./labels.ts";

export type ContainerEvent =
  | { readonly kind: "oom" }
  /** The engine's stream broke: whatever happened since is not told. */
  | { readonly kind: "gap" }
  | { readonly kind: "die"; readonly status: number | undefined }
  /** Somebody removed the container. */
  | { readonly kind: "destroy" };

type Listener = (event: ContainerEvent) => void;

const RETRY_AFTER: Millis = seconds(1);
const LONGEST = 100_000;

/** One stream of the engine's events for all dynos; opened when first wanted, and again when it breaks. */
export class EngineEvents implements Disposable {
  readonly #docker: Docker;
  readonly #clock: Clock;
  readonly #listeners = new Map<string, Listener>();
  readonly #closed = new AbortController();
  #opened: Promise<void> | undefined;
  #stream: Readable | undefined;

  constructor(docker: Docker, clock: Clock) {
    this.#docker = docker;
    this.#clock = clock;
  }

  /** Resolves when events are being received. Rejects when the engine does not answer. */
  open(): Promise<void> {
    this.#opened ??= this.#connect().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  watch(containerId: string, listener: Listener): Disposable {
    this.#listeners.set(containerId, listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(containerId) };
  }

  [Symbol.dispose](): void {
    this.#closed.abort();
    this.#stream?.destroy();
  }

  async #connect(): Promise<void> {
    const filters = { type: ["container"], event: ["oom", "die", "destroy"], label: [MARK] };
    const stream = (await this.#docker.getEvents({ filters: JSON.stringify(filters) })) as Readable;
    this.#stream = stream;
    if (this.#closed.signal.aborted) stream.destroy();
    const lines = new LineSplitter(LONGEST, (line) => this.#read(line));
    stream.on("data", (chunk: Buffer) => lines.push(chunk));
    stream.on("error", () => {});
    stream.on("close", () => void this.#again());
  }

  /** What happened meanwhile is found out by each dyno itself, from its own `wait`. */
  async #again(): Promise<void> {
    for (const listener of this.#listeners.values()) listener({ kind: "gap" });
    while (!this.#closed.signal.aborted) {
      try {
        return await this.#connect();
      } catch {
        await sleep(this.#clock, RETRY_AFTER);
      }
    }
  }

  #read(line: string): void {
    const event = parseEvent(line);
    if (event) this.#listeners.get(event.id)?.(event.event);
  }
}

function parseEvent(line: string): { readonly id: string; readonly event: ContainerEvent } | undefined {
  interface Raw {
    readonly Action?: string;
    readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> };
  }
  let raw: Raw;
  try {
    raw = JSON.parse(line) as Raw;
  } catch {
    return undefined;
  }
  const id = raw.Actor?.ID;
  const status = raw.Actor?.Attributes?.["exitCode"];
  if (id === undefined) return undefined;
  switch (raw.Action) {
    case "oom":
      return { id, event: { kind: "oom" } };
    case "die":
      return { id, event: { kind: "die", status: status === undefined ? undefined : Number(status) } };
    case "destroy":
      return { id, event: { kind: "destroy" } };
    default:
      return undefined;
  }
}
