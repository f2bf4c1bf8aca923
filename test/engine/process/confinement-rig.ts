import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import type {
  Argv,
  Confinement,
  ConfinementKind,
  Surroundings,
} from "../../../src/engine/process/confinement.ts";
import { findConfinement } from "../../../src/engine/process/find-confinement.ts";
import { removeFolder } from "../../../src/engine/process/remove-folder.ts";

/** What a dyno has in its environment, more or less. */
export const ENVIRONMENT = { PATH: "/usr/local/bin:/usr/bin:/bin", GREETING: "bonjour" };

export interface Ended {
  /** 128 + n for signal n of the process that was spawned, told apart from a status by `signal`. */
  readonly status: number;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that runs, of this machine's counting. */
export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly ended: Promise<Ended>;
}

export interface Stay extends AsyncDisposable {
  readonly confinement: Confinement;
  /** The user's own folder, and a room in it. */
  readonly root: string;
  readonly room: string;
  /** With /app and /tmp in the room: over `lower` where layers are possible. */
  readonly around: Surroundings;
  run(argv: Argv, options?: RunOptions): Promise<Ended>;
  /** By a shell, in there. */
  sh(script: string, options?: RunOptions): Promise<Ended>;
  start(argv: Argv, options?: RunOptions): Running;
}

export interface RunOptions {
  readonly around?: Surroundings;
  readonly processes?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** A room of that kind on this machine, or of the kind that the machine has in its place. */
export async function stayIn(prefer: ConfinementKind, temp: string = realpathSync(tmpdir())): Promise<Stay> {
  const root = mkdtempSync(join(temp, "shut-"));
  const confinement = await findConfinement({ root, prefer });
  const room = join(root, "rooms", "web.1");
  for (const name of ["lower", "upper", "work", "tmp"]) mkdirSync(join(room, name), { recursive: true });
  writeFileSync(join(room, "lower", "Procfile"), "web: true\n");
  const around = aroundOf(room, confinement);
  const alive = new Set<ChildProcess>();
  const start = (argv: Argv, options: RunOptions = {}): Running => {
    const shut = confinement.shutIn(argv, options.around ?? around, { processes: options.processes });
    const running = spawned(shut, options);
    alive.add(running.child);
    return running;
  };
  const run = (argv: Argv, options?: RunOptions): Promise<Ended> => start(argv, options).ended;
  return {
    confinement,
    root,
    room,
    around,
    run,
    start,
    sh: (script, options) => run(["sh", "-c", script], options),
    async [Symbol.asyncDispose]() {
      for (const child of alive) if (child.exitCode === null) child.kill("SIGKILL");
      await removeFolder(root);
    },
  };
}

/** Where `withNode` has the Node of these tests, which may lie in what is hidden. */
export const NODE = "/node/node";

export function withNode(around: Surroundings): Surroundings {
  const node = { from: dirname(process.execPath), at: dirname(NODE), writable: false };
  return { ...around, binds: [...around.binds, node] };
}

/** As the engine does it: in a session of its own. */
export function spawned([file, ...args]: Argv, { env = ENVIRONMENT, input }: RunOptions = {}): Running {
  const child = spawn(file, args, { env, stdio: ["pipe", "pipe", "pipe"], detached: true });
  child.stdin.on("error", () => {}).end(input ?? "");
  const ended = Promise.all([once(child, "exit"), text(child.stdout), text(child.stderr)]).then(
    ([[code, signal], stdout, stderr]: [unknown[], string, string]) => ({
      status: typeof code === "number" ? code : 128 + constants.signals[signal as NodeJS.Signals],
      signal: signal as NodeJS.Signals | null,
      stdout,
      stderr,
    }),
  );
  return { child, pid: child.pid ?? 0, ended };
}

function aroundOf(room: string, { overlays }: Confinement): Surroundings {
  const tmp = { from: join(room, "tmp"), at: "/tmp", writable: true };
  const [lower, upper, work] = ["lower", "upper", "work"].map((name) => join(room, name)) as [
    string,
    string,
    string,
  ];
  return overlays
    ? { binds: [tmp], overlay: { lower, upper, work, at: "/app" } }
    : { binds: [tmp, { from: lower, at: "/app", writable: true }] };
}

/** Of this machine's processes those in whose command line `word` stands. */
export function withWord(word: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => commandLine(pid).split("\0").includes(word))
    .map(Number);
}

export function commandLine(pid: number | string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
