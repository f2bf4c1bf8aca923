import type { Clock } from "../../kernel/clock.ts";
import { readStatus } from "../proc/status.ts";
import type { Census, CensusTaker } from "./census.ts";
import type { Members } from "./members.ts";
import type { HostProcess } from "./process-table.ts";
import { killThose, tellAll } from "./signal-members.ts";

export interface NamespaceOptions {
  /** What opened the namespace, by its number on this machine: with it, all in there ends. */
  readonly outer: number;
  /** The first process of the namespace, by what opened it. */
  readonly initOf: (outer: number, table: readonly HostProcess[]) => number | undefined;
  /** One that is the room's own but no member, as the namespace counts: it waits for the others. */
  readonly waiter: number | undefined;
  readonly census: CensusTaker;
  /** For pauses while the killed go. */
  readonly clock: Clock;
}

/**
 * The members of a room that is shut: all in its pid namespace, and in those that they open within. No members are those whose
 * parent is outside: the namespace's process 1, as `ps-run` is the platform's on Heroku, and the first of each that joined.
 * With process 1 the kernel ends all others.
 */
export class NamespaceMembers implements Members {
  readonly #options: NamespaceOptions;
  #outer: HostProcess | undefined;
  #init: HostProcess | undefined;
  #namespace: string | undefined;
  #waiter: HostProcess | undefined;

  constructor(options: NamespaceOptions) {
    this.#options = options;
  }

  /** It has the namespace: that is enough. */
  adopt(): void {}

  among(census: Census): readonly HostProcess[] {
    const all = this.#all(census);
    const pids = new Set(all.map(({ pid }) => pid));
    const inside = all.filter(({ ppid }) => pids.has(ppid));
    const { waiter } = this.#options;
    if (waiter === undefined) return inside;
    this.#waiter ??= inside.find(({ pid }) => readStatus(pid)?.process.pid === waiter);
    return inside.filter(({ pid, started }) => pid !== this.#waiter?.pid || started !== this.#waiter.started);
  }

  async list(): Promise<readonly HostProcess[]> {
    return alive(this.among(await this.#options.census.take()));
  }

  async signal(name: NodeJS.Signals): Promise<void> {
    const { census, clock } = this.#options;
    if (name !== "SIGKILL") return tellAll(name, () => this.list(), census.table, clock);
    // nobody is stopped before: whoever waits outside for one that joined would stop itself with it, and stay so. nsenter(1)
    await killThose(async () => this.#toKill(await census.take()), census.table, clock);
  }

  /** What opens it as well, for it may be about to start process 1; and that is there until the last of the others is gone. */
  #toKill(census: Census): readonly HostProcess[] {
    this.#find(census);
    return alive([this.#outer, this.#init].filter((process) => isThere(process, census)));
  }

  #all(census: Census): readonly HostProcess[] {
    this.#find(census);
    // a namespace ends with its process 1, and then another may have its name
    if (this.#namespace === undefined || !isThere(this.#init, census)) return [];
    const found = new Set<HostProcess>();
    const queue = [...(census.byNamespace.get(this.#namespace) ?? [])];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      queue.push(...(census.byParent.get(next.pid) ?? []));
    }
    return [...found];
  }

  #find(census: Census): void {
    const { outer, initOf } = this.#options;
    this.#outer ??= census.byPid.get(outer);
    if (this.#init !== undefined || !isThere(this.#outer, census)) return;
    const init = initOf(outer, [...census.byPid.values()]);
    if (init === undefined) return;
    for (const [namespace, processes] of census.byNamespace)
      if (processes.some(({ pid }) => pid === init)) this.#namespace = namespace;
    if (this.#namespace !== undefined) this.#init = census.byPid.get(init);
  }
}

function alive(processes: readonly HostProcess[]): readonly HostProcess[] {
  return processes.filter(({ isZombie }) => !isZombie);
}

function isThere(process: HostProcess | undefined, { byPid }: Census): process is HostProcess {
  return process !== undefined && byPid.get(process.pid)?.started === process.started;
}
