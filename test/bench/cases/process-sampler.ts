import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { CensusTaker } from "../../../src/engine/process/census.ts";
import { Kin } from "../../../src/engine/process/kin.ts";
import { ProcTable } from "../../../src/engine/process/proc-table.ts";
import type { ProcessTable } from "../../../src/engine/process/process-table.ts";
import { PsTable } from "../../../src/engine/process/ps-table.ts";
import { Vitals } from "../../../src/engine/process/vitals.ts";
import { Watch } from "../../../src/engine/process/watch.ts";
import { SystemClock } from "../../../src/kernel/system-clock.ts";
import { mebibytes } from "../../../src/kernel/units.ts";
import type { Case } from "../bench.ts";
import type { Figure } from "../figure.ts";
import { childrensTime } from "../process-facts.ts";

const DYNOS = 20;
/** Beside the dynos' three each: as many as on a desktop. */
const OTHERS = 200;
/** One sample of each dyno's memory and tasks. heroku.md 4 */
const WINDOW = 20_000;
const TABLES: readonly ProcessTable[] = [new ProcTable(), new PsTable()];

/**
 * What looking at 20 dynos without a container engine takes of a core: the watch over their limits each second, and memory and
 * runnable tasks of each once in 20. With `ps` the time of the programs that were started is counted as well.
 */
export const processSampler: Case = async ({ runs }) => {
  using machine = new Machine();
  const figures: Figure[] = [];
  for (const table of TABLES) {
    const ours: number[] = [];
    for (let look = 0; look < runs; look++) ours.push(await share(table, machine.dynos));
    figures.push({
      name: `sampling ${DYNOS} dynos without containers, by ${table.source}`,
      unit: "% of a core",
      digits: 2,
      ours,
      peer: undefined,
      wanted: { kind: "at-most", most: 3 },
    });
  }
  return figures;
};

/** Processes that sleep: dynos of three each, and others. */
class Machine implements Disposable {
  readonly dynos: readonly { readonly home: string; readonly root: number }[];
  readonly #children: readonly ChildProcess[];

  constructor() {
    const started = Array.from({ length: DYNOS }, (_, index) => {
      const home = `/nowhere/room-${process.pid}-${index}/app`;
      return { home, child: begin(home, "sleep 600 & sleep 600 & wait") };
    });
    const others = Array.from({ length: OTHERS }, () => begin("/", "exec sleep 600"));
    this.dynos = started.map(({ home, child }) => ({ home, root: child.pid ?? 0 }));
    this.#children = [...others, ...started.map(({ child }) => child)];
  }

  /** Each leads a group of its own. */
  [Symbol.dispose](): void {
    for (const { pid } of this.#children) if (pid !== undefined) process.kill(-pid, "SIGKILL");
  }
}

function begin(home: string, script: string): ChildProcess {
  const env = { PATH: process.env["PATH"], HOME: home };
  return spawn("sh", ["-c", script], { detached: true, env, stdio: "ignore" });
}

/** Per cent. */
async function share(table: ProcessTable, dynos: Machine["dynos"]): Promise<number> {
  const [census, clock] = [new CensusTaker(table), new SystemClock()];
  using watch = new Watch({ census, clock });
  const rooms = dynos.map(({ home, root }) => new Kin({ home, root, census, clock }));
  for (const members of rooms)
    watch.add({ members, processes: 256, killAt: mebibytes(1024), overProcesses: fail, outOfMemory: fail });
  // whom it meets for the first time it looks at more closely, once in their lives
  await rooms[0]?.list();
  const [before, begun] = [processorTime(), performance.now()];
  await Promise.all(
    rooms.map(async (members, index) => {
      await pause((WINDOW / DYNOS) * index);
      const vitals = new Vitals(members, census);
      await Promise.all([vitals.memory(), vitals.runnableTasks()]);
    }),
  );
  await pause(Math.max(begun + WINDOW - performance.now(), 0));
  return (100 * (processorTime() - before)) / ((performance.now() - begun) * 1000);
}

/** Microseconds, of this process and of the children that it has waited for. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system + childrensTime(process.pid);
}

function fail(): void {
  throw new Error("a dyno that sleeps is over no limit");
}
