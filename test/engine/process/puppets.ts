import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { CensusTaker } from "../../../src/engine/process/census.ts";
import { Kin } from "../../../src/engine/process/kin.ts";
import { ProcTable } from "../../../src/engine/process/proc-table.ts";
import type { ProcessTable } from "../../../src/engine/process/process-table.ts";
import { PsTable } from "../../../src/engine/process/ps-table.ts";
import { StrayNote } from "../../../src/engine/process/stray-note.ts";
import { SystemClock } from "../../../src/kernel/system-clock.ts";

/** Both ways to look at processes; on Linux either can be had. */
export const TABLES: readonly (readonly [string, () => ProcessTable])[] = [
  ["proc", () => new ProcTable()],
  ["ps", () => new PsTable()],
];

/** A room with somebody in it; whoever came of it ends with it. */
export interface Puppets extends AsyncDisposable {
  readonly folder: string;
  readonly home: string;
  readonly kin: Kin;
  readonly census: CensusTaker;
  readonly child: ChildProcess;
  /** The next line that any of them prints. */
  line(): Promise<string>;
}

/** Runs a bash script as the first process of a room. */
export function puppets(table: ProcessTable, script: string, env: NodeJS.ProcessEnv = {}): Puppets {
  return played(table, ["bash", "-c", script], env);
}

export function played(
  table: ProcessTable,
  [command, ...args]: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv = {},
): Puppets {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "dynosim-room-"));
  const home = join(folder, "app");
  const child = spawn(command, args, {
    detached: true,
    env: { PATH: process.env["PATH"], HOME: home, ...env },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const census = new CensusTaker(table);
  const strays = new StrayNote({ folder });
  const kin = new Kin({ home, root: child.pid, census, clock: new SystemClock(), strays });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    folder,
    home,
    kin,
    census,
    child,
    line: async () => String((await lines.next()).value),
    [Symbol.asyncDispose]: async () => {
      await kin.signal("SIGKILL");
      rmSync(folder, { recursive: true });
    },
  };
}

/** Does a process of that number run, dead ones that are not yet buried left out? */
export function isThere(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
