import { readlinkSync } from "node:fs";
import type { HostProcess, ProcessTable } from "./process-table.ts";

/** All processes at one moment, by what one looks for. One serves every room. */
export interface Census {
  readonly byPid: ReadonlyMap<number, HostProcess>;
  readonly byParent: ReadonlyMap<number, readonly HostProcess[]>;
  readonly byGroup: ReadonlyMap<number, readonly HostProcess[]>;
  readonly bySession: ReadonlyMap<number, readonly HostProcess[]>;
  /** By what HOME was in their environment. */
  readonly byHome: ReadonlyMap<string, readonly HostProcess[]>;
  /** Those of which no HOME is known, by the folder that they are in, where that can be read. */
  readonly byFolder: ReadonlyMap<string, readonly HostProcess[]>;
  /** By the pid namespace they are in, as /proc names it; of those where that may be read. */
  readonly byNamespace: ReadonlyMap<string, readonly HostProcess[]>;
}

/** What does not change in the life of a process, or only with an exec; undefined where it has none or none can be read. */
interface Traits {
  readonly started: string;
  /** Undefined: not read yet. */
  readonly home: { readonly value: string | undefined } | undefined;
  readonly namespace: string | undefined;
}

/** Takes them. What costs more than all else together, environment and namespace, is read once in the life of a process. */
export class CensusTaker {
  readonly table: ProcessTable;
  #traits: ReadonlyMap<number, Traits> = new Map();
  #latest: Census | undefined;

  constructor(table: ProcessTable) {
    this.table = table;
  }

  /** The last that was taken: where a watch takes one each second or so, as good for what need not be exact. */
  get latest(): Census | undefined {
    return this.#latest;
  }

  async take(): Promise<Census> {
    const all = await this.table.list();
    const traits = await this.#read(all);
    this.#traits = traits;
    let byNamespace: Census["byNamespace"] | undefined;
    const homeless = all.filter(
      ({ pid, isZombie }) => !isZombie && traits.get(pid)?.home?.value === undefined,
    );
    const folders = this.table.foldersOf(homeless.map(({ pid }) => pid));
    this.#latest = {
      byPid: new Map(all.map((process) => [process.pid, process])),
      byParent: grouped(all, ({ ppid }) => ppid),
      byGroup: grouped(all, ({ group }) => group),
      bySession: grouped(all, ({ session }) => session),
      byHome: grouped(all, ({ pid }) => traits.get(pid)?.home?.value),
      byFolder: grouped(homeless, ({ pid }) => folders.get(pid)),
      get byNamespace() {
        return (byNamespace ??= grouped(all, ({ pid }) => traits.get(pid)?.namespace));
      },
    };
    return this.#latest;
  }

  async #read(all: readonly HostProcess[]): Promise<ReadonlyMap<number, Traits>> {
    const traits = new Map<number, Traits>();
    for (const { pid, started } of all) {
      const former = this.#traits.get(pid);
      traits.set(
        pid,
        former?.started === started ? former : { started, home: undefined, namespace: namespaceOf(pid) },
      );
    }
    const unread = all.filter(({ pid, isZombie }) => !isZombie && traits.get(pid)?.home === undefined);
    const homes = await this.table.homesOf(unread.map(({ pid }) => pid));
    for (const [pid, value] of homes) {
      const known = traits.get(pid);
      if (known !== undefined) traits.set(pid, { ...known, home: { value } });
    }
    return traits;
  }
}

/** Undefined also where there is no such thing. */
export function namespaceOf(pid: number | "self"): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
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
