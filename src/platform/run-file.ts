import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where a running `up` can be found: `.dynosim/run.json`, and a copy in the user's registry. design.md 5 */
export interface Run {
  /** Version of dynosim. */
  readonly version: string;
  readonly pid: number;
  /** Start time of that process, opaque: the same pid with another value is another process. */
  readonly started: string | undefined;
  readonly app: string;
  readonly instance: string;
  readonly folder: string;
  readonly owner: string;
  readonly url: string;
  readonly controlUrl: string;
  /** The file that holds the control token, mode 0600. */
  readonly tokenPath: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Writes the run file, the token and the registry's copy; disposing removes all three. */
export function writeRunFile(
  facts: Omit<Run, "pid" | "started" | "tokenPath">,
  token: string,
  environment: Environment,
): Disposable & { readonly run: Run } {
  const own = join(facts.folder, ".dynosim");
  const registry = registryFolder(environment);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  mkdirSync(registry, { recursive: true, mode: 0o700 });
  const tokenPath = join(own, "token");
  const run: Run = { ...facts, pid: process.pid, started: startOf(process.pid), tokenPath };
  const paths = [join(own, "run.json"), join(registry, `${facts.instance}.json`)];
  writeWhole(tokenPath, `${token}\n`);
  for (const path of paths) writeWhole(path, `${JSON.stringify(run, undefined, 2)}\n`);
  return {
    run,
    [Symbol.dispose]: () => {
      for (const path of [...paths, tokenPath]) rmSync(path, { force: true });
    },
  };
}

/** The `up` that serves this folder now; what a dead one left is removed. */
export function runOf(folder: string): Run | undefined {
  return readAlive(join(folder, ".dynosim", "run.json"));
}

/** Every app that is up on this machine for this user, by name. */
export function listRuns(environment: Environment): readonly Run[] {
  const registry = registryFolder(environment);
  return entriesOf(registry)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => readAlive(join(registry, name)) ?? [])
    .sort((a, b) => a.app.localeCompare(b.app) || a.folder.localeCompare(b.folder));
}

export function tokenOf(run: Run): string | undefined {
  return readText(run.tokenPath)?.trim();
}

export function registryFolder(environment: Environment): string {
  return join(stateHome(environment), "runs");
}

/** What dynosim keeps for this user, whatever the app. */
export function stateHome(environment: Environment): string {
  const state = environment["XDG_STATE_HOME"] || join(environment["HOME"] || homedir(), ".local", "state");
  return join(state, "dynosim");
}

function readAlive(path: string): Run | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  const run = parse(text);
  if (run !== undefined && isAlive(run.pid, run.started)) return run;
  rmSync(path, { force: true });
  return undefined;
}

/** The file is ours, but it may be of an older version or have been touched: what is needed must be there. */
function parse(text: string): Run | undefined {
  try {
    const run = JSON.parse(text) as Run;
    const texts = [run.app, run.instance, run.folder, run.url, run.controlUrl, run.tokenPath];
    return Number.isInteger(run.pid) && texts.every((value) => typeof value === "string") ? run : undefined;
  } catch {
    return undefined;
  }
}

/** Is there a process of this number, and is it still the same one? */
export function isAlive(pid: number, started: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return started === undefined || startOf(pid) === started;
}

/** Clock ticks from boot to the start of a process, where /proc tells them; a zombie counts as gone. */
export function startOf(pid: number): string | undefined {
  const fields = readText(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, "")
    .split(" ");
  return fields === undefined || fields[0] === "Z" ? undefined : fields[19];
}

/** In one step: a reader finds the old file or the new one, never half of it, after a power cut either. */
export function writeWhole(path: string, text: string, drafted: () => void = () => {}): void {
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, text, { mode: 0o600, flush: true });
  drafted();
  renameSync(draft, path);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
