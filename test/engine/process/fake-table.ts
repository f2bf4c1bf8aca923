import type { HostProcess, ProcessTable } from "../../../src/engine/process/process-table.ts";

/** A process of a made-up machine; it leads its own group and session unless said otherwise. */
export function madeUp(pid: number, more: Partial<HostProcess> = {}): HostProcess {
  const started = `at ${pid}`;
  return {
    pid,
    ppid: 1,
    group: pid,
    session: pid,
    started,
    name: `p${pid}`,
    isZombie: false,
    tasks: 1,
    resident: 0,
    ...more,
  };
}

/** A table in which the test decides who is there. */
export class FakeTable implements ProcessTable {
  readonly source: ProcessTable["source"];
  processes: readonly HostProcess[] = [];
  /** HOME by pid. */
  homes: Readonly<Record<number, string>> = {};
  /** Whose environment cannot be read just now. */
  unreadable: readonly number[] = [];
  /** How often each environment was read. */
  readonly read: number[] = [];
  readonly killed: string[] = [];
  /** What a signal does on this machine. */
  onKill: (process: HostProcess, name: NodeJS.Signals) => void = () => {};
  looks = 0;
  failing = false;

  constructor(source: ProcessTable["source"] = "ps") {
    this.source = source;
  }

  async list(): Promise<readonly HostProcess[]> {
    this.looks += 1;
    if (this.failing) throw new Error("spawn ps EAGAIN");
    return this.processes;
  }

  async homesOf(pids: readonly number[]): Promise<ReadonlyMap<number, string | undefined>> {
    this.read.push(...pids);
    return new Map(pids.filter((pid) => !this.unreadable.includes(pid)).map((pid) => [pid, this.homes[pid]]));
  }

  foldersOf(): ReadonlyMap<number, string> {
    return new Map();
  }

  kill(process: HostProcess, name: NodeJS.Signals): void {
    this.killed.push(`${name} ${process.pid}`);
    this.onKill(process, name);
  }
}
