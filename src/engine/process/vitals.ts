import type { DynoProcess, Listener, MemorySample } from "../launched.ts";
import type { CensusTaker } from "./census.ts";
import { Listeners } from "./listeners.ts";
import type { Members } from "./members.ts";
import { memoryOf } from "./memory.ts";
import { dynoProcesses } from "./processes.ts";
import type { HostProcess, ProcessTable } from "./process-table.ts";
import { runnableTasks } from "./runnable-tasks.ts";

/** What can be seen of a dyno from outside while it lives. No call rejects; undefined is "cannot be told". */
export class Vitals {
  readonly #members: Members;
  readonly #census: CensusTaker;
  readonly #source: ProcessTable["source"];
  readonly #listeners: Listeners;
  #isSeen = false;

  constructor(members: Members, census: CensusTaker) {
    this.#members = members;
    this.#census = census;
    this.#source = census.table.source;
    this.#listeners = new Listeners(this.#source);
  }

  async memory(): Promise<MemorySample | undefined> {
    const members = await this.#lately();
    return members && memoryOf(members, this.#source);
  }

  async runnableTasks(): Promise<number | undefined> {
    const members = await this.#lately();
    return members && runnableTasks(members, this.#source);
  }

  async listeners(): Promise<readonly Listener[]> {
    return this.#listeners.of((await this.#list()) ?? []);
  }

  async processes(): Promise<readonly DynoProcess[] | undefined> {
    const members = await this.#list();
    return members && dynoProcesses(members, this.#source);
  }

  /** Each listing by `ps` is a program that is started, and the watch over the limits has just had one. */
  async #lately(): Promise<readonly HostProcess[] | undefined> {
    // none from before its first process was seen
    const latest = this.#source === "ps" && this.#isSeen ? this.#census.latest : undefined;
    this.#isSeen = true;
    return latest === undefined
      ? this.#list()
      : this.#members.among(latest).filter(({ isZombie }) => !isZombie);
  }

  /** Undefined when the table cannot be read just now: no process or file left for it. */
  #list(): Promise<readonly HostProcess[] | undefined> {
    return this.#members.list().catch(() => undefined);
  }
}
