import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import type { DynoProcess, Listener, MemorySample, OomVictim, OutputChunk } from "../launched.ts";
import { DYNO_USER } from "./container-spec.ts";
import { followed, Frames } from "./frames.ts";
import type { HostView } from "./host-view.ts";
import { listenersOnHost, parseListeners } from "./listeners.ts";
import { sampleOnHost } from "./memory.ts";
import { oomVictim } from "./oom-victim.ts";
import { processesInTop, processesOnHost, TOP, type TopInfo } from "./processes.ts";
import { runnableInTop, runnableOnHost, TASKS } from "./runnable-tasks.ts";
import { StatsStream } from "./stats-stream.ts";

/** What can be seen of a dyno from outside while it lives; no call rejects, and undefined is "cannot be told". */
export interface Vitals extends Disposable {
  memory(): Promise<MemorySample | undefined>;
  runnableTasks(): Promise<number | undefined>;
  listeners(): Promise<readonly Listener[]>;
  processes(): Promise<readonly DynoProcess[] | undefined>;
  /** Whom the kernel killed last for memory. */
  oomVictim(): Promise<OomVictim | undefined>;
}

/** By the machine's own files where the engine runs on it: under a millisecond. Else by asking the engine. */
export function vitalsOf(container: Docker.Container, view: HostView | undefined): Vitals {
  return view === undefined ? new ThroughEngine(container) : onHost(view, container.id);
}

function onHost(view: HostView, containerId: string): Vitals {
  return {
    memory: () => sampleOnHost(view),
    runnableTasks: () => runnableOnHost(view),
    listeners: () => listenersOnHost(view.net),
    processes: async () => processesOnHost(view),
    oomVictim: () => oomVictim(containerId),
    [Symbol.dispose]: () => {},
  };
}

class ThroughEngine implements Vitals {
  readonly #container: Docker.Container;
  readonly #stats: StatsStream;

  constructor(container: Docker.Container) {
    this.#container = container;
    this.#stats = new StatsStream(container);
  }

  memory(): Promise<MemorySample | undefined> {
    return this.#stats.latest();
  }

  async runnableTasks(): Promise<number | undefined> {
    const top = await this.#top(TASKS);
    return top && runnableInTop(top);
  }

  /** Takes a tenth of a second. engine.md 6 */
  async listeners(): Promise<readonly Listener[]> {
    try {
      const exec = await this.#container.exec({
        Cmd: ["cat", "/proc/net/tcp", "/proc/net/tcp6"],
        AttachStdout: true,
        User: DYNO_USER,
      });
      const stream = await exec.start({});
      const frames = followed(stream, new Frames());
      return parseListeners(await text(frames.map((chunk: OutputChunk) => chunk.bytes)));
    } catch {
      return [];
    }
  }

  async processes(): Promise<readonly DynoProcess[] | undefined> {
    const top = await this.#top(TOP);
    return top && processesInTop(top);
  }

  /** The kernel's log is that of another machine. */
  async oomVictim(): Promise<OomVictim | undefined> {
    return undefined;
  }

  [Symbol.dispose](): void {
    this.#stats[Symbol.dispose]();
  }

  async #top(asked: { readonly ps_args: string }): Promise<TopInfo | undefined> {
    try {
      return (await this.#container.top(asked)) as TopInfo;
    } catch {
      return undefined;
    }
  }
}
