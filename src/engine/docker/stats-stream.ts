import type { Readable } from "node:stream";
import type Docker from "dockerode";
import { LineSplitter } from "../../kernel/lines.ts";
import type { MemorySample } from "../launched.ts";
import { sample, type RawMemory } from "./memory.ts";

/** Longer than any line of stats: cgroup v2 of many cores. */
const LONGEST = 1_000_000;

/** The engine's own figures, where the host's files are not ours: one stream held open, a line each second. */
export class StatsStream implements Disposable {
  readonly #container: Docker.Container;
  #stream: Promise<Readable | undefined> | undefined;
  #last: MemorySample | undefined;
  #first: Promise<void> | undefined;

  constructor(container: Docker.Container) {
    this.#container = container;
  }

  /** The newest sample; the first call waits for the first one. Undefined when the dyno has gone. */
  async latest(): Promise<MemorySample | undefined> {
    this.#first ??= this.#open();
    await this.#first;
    return this.#last;
  }

  [Symbol.dispose](): void {
    void this.#stream?.then((stream) => stream?.destroy());
  }

  async #open(): Promise<void> {
    this.#stream = this.#container.stats({ stream: true }).then(
      (stream) => stream as Readable,
      () => undefined,
    );
    const stream = await this.#stream;
    if (stream === undefined) return;
    await new Promise<void>((resolve) => {
      const lines = new LineSplitter(LONGEST, (line) => {
        this.#last = read(line) ?? this.#last;
        resolve();
      });
      stream.on("data", (chunk: Buffer) => lines.push(chunk));
      stream.on("error", () => resolve());
      stream.on("close", () => {
        this.#last = undefined;
        resolve();
      });
    });
  }
}

function read(line: string): MemorySample | undefined {
  try {
    const stats = JSON.parse(line) as { readonly memory_stats?: RawMemory };
    return stats.memory_stats ? sample(stats.memory_stats) : undefined;
  } catch {
    return undefined;
  }
}
