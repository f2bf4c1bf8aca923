import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Confinement, Surroundings } from "./confinement.ts";

/** What a kind of confinement turned out to do on this machine. */
export type Trial =
  | { readonly works: true; readonly limitsProcesses: boolean }
  | { readonly works: false; readonly reason: string };

/** As long as a machine that is busy may take for what takes an instant. */
const PATIENCE_MS = 10_000;

/**
 * What a command in the room makes of it, with nothing but the shell's own means until it has seen all. The last line needs one
 * process more; its status is then 125 where that is refused.
 */
const LOOK = String.raw`fail() { echo "$1"; exit 3; }
[ "$PPID" = 1 ] || fail "its processes are not in a tree of their own"
[ -e /tmp/own ] || fail "its /tmp is not its own"
[ ! -e "$1" ] || fail "other rooms are seen in it"
for at in / /usr /etc /var /bin; do [ ! -w $at ] || fail "$at can be written to in it"; done
read -r was </app/file && [ "$was" = slug ] || fail "its /app is not what was asked for"
echo dyno >/app/file || fail "its /app cannot be written to"
while read -r key value _; do
  case $key$value in
    CapEff:*[1-9a-f]* | CapPrm:*[1-9a-f]* | CapBnd:*[1-9a-f]* | NoNewPrivs:0) fail "privileges are left in it: $key $value" ;;
  esac
done </proc/self/status
echo seen
exec timeout 5 true`;

const ENVIRONMENT = { PATH: "/usr/local/bin:/usr/bin:/bin" };

const ONE_MORE = "exec timeout 5 true";

/**
 * Shuts a command in, for real, in a room in `root`, and judges by what it saw; and another with as many processes as are
 * allowed, to see whether one more is refused. Of `confinement` nothing but `shutIn` is used.
 */
export async function tryOut(confinement: Confinement, root: string): Promise<Trial> {
  const room = mkdtempSync(join(root, "trial-"));
  try {
    const run = (script: string, around: Surroundings, processes: number) => {
      const [file, ...args] = confinement.shutIn(["sh", "-c", script, "sh", room], around, { processes });
      return execa(file, args, {
        env: ENVIRONMENT,
        extendEnv: false,
        reject: false,
        stdin: "ignore",
        timeout: PATIENCE_MS,
        killSignal: "SIGKILL",
      });
    };
    const [first, second] = await Promise.all([
      run(LOOK, furnish(room, confinement.overlays), 2),
      run(ONE_MORE, { binds: [] }, 1),
    ]);
    if (first.stdout !== "seen")
      return { works: false, reason: reasonOf(first.stdout, first.stderr, first.shortMessage) };
    if (confinement.overlays && readFileSync(join(room, "lower", "file"), "utf8") !== "slug\n")
      return { works: false, reason: "what it writes in /app goes into the slug" };
    return { works: true, limitsProcesses: first.exitCode === 0 && second.exitCode === 125 };
  } finally {
    remove(room);
  }
}

function furnish(room: string, overlays: boolean): Surroundings {
  for (const name of ["tmp", "lower", "upper", "work"]) mkdirSync(join(room, name));
  writeFileSync(join(room, "tmp", "own"), "");
  writeFileSync(join(room, "lower", "file"), "slug\n");
  const tmp = { from: join(room, "tmp"), at: "/tmp", writable: true };
  if (!overlays) return { binds: [tmp, { from: join(room, "lower"), at: "/app", writable: true }] };
  const [lower, upper, work] = ["lower", "upper", "work"].map((name) => join(room, name)) as [
    string,
    string,
    string,
  ];
  return { binds: [tmp], overlay: { lower, upper, work, at: "/app" } };
}

/** What the command said, or the tool around it: the last that was said is why it ended, but for the advice of mount(8). */
function reasonOf(stdout: string, stderr: string, otherwise: string | undefined): string {
  const said = [...stderr.split("\n"), ...stdout.split("\n")]
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("dmesg(1)"));
  return said.at(-1) ?? otherwise ?? "it gives no reason";
}

function remove(room: string): void {
  // the kernel's own folder in there has no permissions at all
  const inner = join(room, "work", "work");
  if (existsSync(inner)) chmodSync(inner, 0o700);
  rmSync(room, { recursive: true, force: true });
}
