import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { HostProcess, ProcessTable } from "./process-table.ts";
import { sendSignal } from "./send-signal.ts";

const run = promisify(execFile);
/** Kernel threads of Linux. */
const KTHREADD = 2;
/** Two looks may tell start times that differ by the rounding of the machine's own. */
const SAME_START = 2000;

/** What is asked of a `ps`: each column with an `-o` of its own and without a title, as all of them understand it. */
interface Dialect {
  readonly columns: readonly string[];
  /** Options with which it shows the environment behind the command line. */
  readonly environment: readonly string[];
  /** Options with which each thread has a line, pid first; undefined where threads are a column. */
  readonly threads: readonly string[] | undefined;
}

const DIALECTS = {
  /** procps. `sess` is the pid of the session's leader. */
  linux: {
    columns: ["pid", "ppid", "pgid", "sess", "stat", "nlwp", "rss", "lstart"],
    environment: ["eww"],
    threads: undefined,
  },
  /**
   * Apple's has no column for threads, and its `sess` is an address. With -M the columns of -o come first, and those of -M
   * itself after them.
   */
  bsd: {
    columns: ["pid", "ppid", "pgid", "stat", "rss", "lstart"],
    environment: ["-Eww"],
    threads: ["-ax", "-o", "pid=", "-M"],
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
    const { columns, threads } = this.#dialect;
    const asked = columns.flatMap((name) => ["-o", `${name}=`]);
    const [text, perThread] = await Promise.all([
      ps(["-ax", ...asked]),
      threads === undefined ? undefined : ps(threads).catch(() => ""),
    ]);
    const counts = perThread === undefined ? undefined : countThreads(perThread);
    const rows = text.split("\n").flatMap((line) => parseRow(line, columns, counts) ?? []);
    return this.#steady(rows);
  }

  async homesOf(pids: readonly number[]): Promise<ReadonlyMap<number, string | undefined>> {
    if (pids.length === 0) return new Map();
    const { environment } = this.#dialect;
    const asked = [...environment, "-o", "pid=", "-o", "args=", "-p", pids.join(",")];
    return parseHomes(await ps(asked).catch(() => ""));
  }

  async commandOf(pid: number): Promise<string | undefined> {
    const text = await ps(["-ww", "-o", "args=", "-p", String(pid)]).catch(() => "");
    return text.replace(/\s+/g, " ").trim() || undefined;
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

/** A line of the columns asked for; `lstart` comes last and has blanks. Undefined for a thread of the kernel. */
export function parseRow(
  line: string,
  columns: readonly string[],
  threads?: ReadonlyMap<number, number>,
): HostProcess | undefined {
  const words = line.trim().split(/\s+/);
  const cell = (name: string): string => words[columns.indexOf(name)] ?? "";
  const number = (name: string): number => (columns.includes(name) ? Number(cell(name)) : 0);
  const pid = number("pid");
  const [ppid, resident] = [number("ppid"), number("rss") * 1024];
  const started = Date.parse(`${words.slice(columns.indexOf("lstart")).join(" ")} UTC`);
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

/** One that names pids ends with status 1 when none of them is there. */
async function ps(args: readonly string[]): Promise<string> {
  const { stdout } = await run("ps", args, {
    // words, dates and decimal points as they are parsed here
    env: { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
