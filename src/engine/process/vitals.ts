import type { DynoProcess, Listener, MemorySample } from "../launched.ts";
import { Listeners } from "./listeners.ts";
import type { Members } from "./members.ts";
import { memoryOf } from "./memory.ts";
import { dynoProcesses } from "./processes.ts";
import type { HostProcess, ProcessTable } from "./process-table.ts";
import { runnableTasks } from "./runnable-tasks.ts";

/** What can be seen of a dyno from outside while it lives. No call rejects; undefined is "cannot be told". */
export class Vitals {
  readonly #members: Members;
  readonly #source: ProcessTable["source"];
  readonly #listeners: Listeners;

  constructor(members: Members, source: ProcessTable["source"]) {
    this.#members = members;
    this.#source = source;
    this.#listeners = new Listeners(source);
  }

  async memory(): Promise<MemorySample | undefined> {
    const members = await this.#list();
    return members && memoryOf(members, this.#source);
  }

  async runnableTasks(): Promise<number | undefined> {
    const members = await this.#list();
    return members && runnableTasks(members, this.#source);
  }

  async listeners(): Promise<readonly Listener[]> {
    return this.#listeners.of((await this.#list()) ?? []);
  }

  async processes(): Promise<readonly DynoProcess[] | undefined> {
    const members = await this.#list();
    return members && dynoProcesses(members, this.#source);
  }

  /** Undefined when the table cannot be read just now: no process or file left for it. */
  #list(): Promise<readonly HostProcess[] | undefined> {
    return this.#members.list().catch(() => undefined);
  }
}
