import type { HostProcess, ProcessTable } from "./process-table.ts";

/** All processes at one moment, by what one looks for. One serves every room. */
export interface Census {
  readonly byPid: ReadonlyMap<number, HostProcess>;
  readonly byParent: ReadonlyMap<number, readonly HostProcess[]>;
  readonly byGroup: ReadonlyMap<number, readonly HostProcess[]>;
  readonly bySession: ReadonlyMap<number, readonly HostProcess[]>;
  /** By what HOME was in their environment. */
  readonly byHome: ReadonlyMap<string, readonly HostProcess[]>;
}

/** Takes them. The environment, which costs as much as all else together, is read once in the life of a process. */
export class CensusTaker {
  readonly table: ProcessTable;
  /** By pid, of those whose environment was read. */
  #homes: Map<number, { readonly started: string; readonly home: string | undefined }> = new Map();

  constructor(table: ProcessTable) {
    this.table = table;
  }

  async take(): Promise<Census> {
    const all = await this.table.list();
    await this.#readHomes(all);
    return {
      byPid: new Map(all.map((process) => [process.pid, process])),
      byParent: grouped(all, ({ ppid }) => ppid),
      byGroup: grouped(all, ({ group }) => group),
      bySession: grouped(all, ({ session }) => session),
      byHome: grouped(all, ({ pid }) => this.#homes.get(pid)?.home),
    };
  }

  async #readHomes(all: readonly HostProcess[]): Promise<void> {
    const known = new Map(
      all.flatMap(({ pid, started }) => {
        const read = this.#homes.get(pid);
        return read?.started === started ? [[pid, read] as const] : [];
      }),
    );
    const fresh = all.filter(({ pid, isZombie }) => !isZombie && !known.has(pid));
    const homes = await this.table.homesOf(fresh.map(({ pid }) => pid));
    for (const { pid, started } of fresh)
      if (homes.has(pid)) known.set(pid, { started, home: homes.get(pid) });
    this.#homes = known;
  }
}

function grouped<K>(
  all: readonly HostProcess[],
  keyOf: (process: HostProcess) => K | undefined,
): ReadonlyMap<K, readonly HostProcess[]> {
  const groups = new Map<K, HostProcess[]>();
  for (const process of all) {
    const key = keyOf(process);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [process]);
    else group.push(process);
  }
  return groups;
}
