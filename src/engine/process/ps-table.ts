import type { HostProcess, ProcessTable } from "./process-table.ts";
import { columns, ofPids, ps } from "./ps.ts";
import { sendSignal } from "./send-signal.ts";

/** Kernel threads of Linux. */
const KTHREADD = 2;
/** Two looks may tell start times that differ by the rounding of the machine's own. */
const SAME_START = 2000;
/** Words of `Sat Nov 21 19:52:23 2026`. */
const DATE = 5;

/** What is asked of a `ps`. */
interface Dialect {
  /** `lstart` and the name, which have blanks, come last. */
  readonly columns: readonly string[];
  /** Options with which it shows the environment behind the command line. */
  readonly environment: readonly string[];
  /** Options with which each thread has a line, pid first; undefined where threads are a column. */
  readonly threads: readonly string[] | undefined;
}

const DIALECTS = {
  /** procps. `sess` is the pid of the session's leader. */
  linux: {
    columns: ["pid", "ppid", "pgid", "sess", "stat", "nlwp", "rss", "lstart", "ucomm"],
    environment: ["eww"],
    threads: undefined,
  },
  /**
   * Apple's has no column for threads, and its `sess` is an address. With -M the columns of -o come first, and those of -M
   * itself after them.
   */
  bsd: {
    columns: ["pid", "ppid", "pgid", "stat", "rss", "lstart", "ucomm"],
    environment: ["-Eww"],
    threads: ["-ax", ...columns("pid"), "-M"],
  },
} as const satisfies Record<string, Dialect>;

/** The table as `ps` tells it: some 10 ms for a look. */
export class PsTable implements ProcessTable {
  readonly source = "ps";
  readonly #dialect: Dialect;
  /** By pid, milliseconds. */
  readonly #starts: Map<number, number> = new Map();

  constructor(platform: NodeJS.Platform = process.platform) {
    this.#dialect = platform === "linux" ? DIALECTS.linux : DIALECTS.bsd;
  }

  /** Rejects where `ps` cannot be run. */
  async list(): Promise<readonly HostProcess[]> {
    const { columns: names, threads } = this.#dialect;
    const [text, perThread] = await Promise.all([
      ps(["-ax", ...columns(...names)]),
      threads === undefined ? undefined : ps(threads).catch(() => ""),
    ]);
    const counts = perThread === undefined ? undefined : countThreads(perThread);
    const rows = text.split("\n").flatMap((line) => parseRow(line, names, counts) ?? []);
    return this.#steady(rows);
  }

  async homesOf(pids: readonly number[]): Promise<ReadonlyMap<number, string | undefined>> {
    if (pids.length === 0) return new Map();
    const { environment } = this.#dialect;
    const asked = [...environment, ...columns("pid", "args"), ...ofPids(pids)];
    // it fails when all of them are gone
    return parseHomes(await ps(asked).catch(() => ""));
  }

  foldersOf(): ReadonlyMap<number, string> {
    return new Map();
  }

  /** The listing was the check: another one is as old when it has come. */
  kill(process: HostProcess, name: NodeJS.Signals): void {
    sendSignal(process.pid, name);
  }

  #steady(rows: readonly HostProcess[]): readonly HostProcess[] {
    const former = new Map(this.#starts);
    this.#starts.clear();
    return rows.map((row) => {
      const told = Number(row.started);
      const before = former.get(row.pid);
      const started = before !== undefined && Math.abs(told - before) <= SAME_START ? before : told;
      this.#starts.set(row.pid, started);
      return { ...row, started: String(started) };
    });
  }
}

/** A line of the columns asked for. Undefined for a thread of the kernel. */
export function parseRow(
  line: string,
  names: readonly string[],
  threads?: ReadonlyMap<number, number>,
): HostProcess | undefined {
  const words = line.trim().split(/\s+/);
  const cell = (name: string): string => words[names.indexOf(name)] ?? "";
  const number = (name: string): number => (names.includes(name) ? Number(cell(name)) : 0);
  const pid = number("pid");
  const [ppid, resident] = [number("ppid"), number("rss") * 1024];
  const dated = names.indexOf("lstart");
  const started = Date.parse(`${words.slice(dated, dated + DATE).join(" ")} UTC`);
  const isZombie = cell("stat").startsWith("Z");
  if (!(pid > 0) || Number.isNaN(started)) return undefined;
  if (resident === 0 && !isZombie && (pid === KTHREADD || ppid === KTHREADD)) return undefined;
  const tasks = threads === undefined ? number("nlwp") : (threads.get(pid) ?? 0);
  return {
    pid,
    ppid,
    group: number("pgid"),
    session: number("sess"),
    started: String(started),
    name: words.slice(dated + DATE).join(" "),
    isZombie,
    tasks: Math.max(tasks, 1),
    resident,
  };
}

/** Lines that begin with a pid, one for each of its threads. */
export function countThreads(text: string): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const [, digits] of text.matchAll(/^\s*(\d+)\s/gm))
    counts.set(Number(digits), (counts.get(Number(digits)) ?? 0) + 1);
  return counts;
}

/**
 * `PID COMMAND LINE NAME=value NAME=value`: what belongs to which is not told. The last HOME is taken, for the environment is
 * behind the arguments; its value ends where the next variable begins.
 */
export function parseHomes(text: string): ReadonlyMap<number, string | undefined> {
  return new Map(
    text.split("\n").flatMap((line) => {
      const [, pid, shown] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
      if (pid === undefined || shown === undefined) return [];
      const home = / HOME=((?:(?! HOME=).)*?)(?= [A-Za-z_][A-Za-z0-9_]*=|\s*$)(?!.* HOME=)/.exec(shown)?.[1];
      return [[Number(pid), home] as const];
    }),
  );
}
