import { chmod, mkdir, stat, utimes } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { heaps, type CopyPlan } from "./copy-plan.ts";
import { runTool } from "./run-tool.ts";

/**
 * A whole tree at a place that does not exist yet; modes, times and names as they are, owned by the invoking user. Where the
 * file system can share blocks until one of two files is written (APFS, btrfs, xfs), it does. Throws with what `cp` says.
 */
export async function copyTree(from: string, to: string, plan?: CopyPlan): Promise<void> {
  const count = Math.min(availableParallelism(), MOST_AT_ONCE);
  if (plan === undefined || count === 1 || !(await isGnu())) await cp([...WHOLE, from, to], to);
  else await copyPieces(from, to, plan, count);
}

/**
 * The same, with every file a further name of the former one: for trees that nobody writes into. Copied where that is as
 * cheap.
 */
export async function linkTree(from: string, to: string): Promise<void> {
  await cp(isMac ? [...WHOLE, from, to] : ["-al", from, to], to);
}

const isMac = process.platform === "darwin";
const WHOLE: readonly string[] = isMac ? ["-ac"] : ["-a"];
/** Without extended attributes and owners, which takes a third more time; a slug has neither. */
const IN_PIECES: readonly string[] = [
  "-dR",
  "--preserve=mode,timestamps,links",
  "--reflink=auto",
  "--parents",
];
/** A disk does not get faster by more. */
const MOST_AT_ONCE = 4;

async function copyPieces(from: string, to: string, plan: CopyPlan, count: number): Promise<void> {
  await mkdir(to);
  for (const folder of plan.folders) await mkdir(join(to, asText(folder)));
  const copies = heaps(plan, count).map((paths) =>
    cp([...IN_PIECES, "-t", to, "--", ...paths.map((path) => asText(path))], to, from),
  );
  const [failed] = (await Promise.allSettled(copies)).filter(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
  // what is in one is in it by now
  for (const folder of ["", ...plan.folders]) {
    const { mode, atime, mtime } = await stat(join(from, asText(folder)));
    await chmod(join(to, asText(folder)), mode & 0o7777);
    await utimes(join(to, asText(folder)), atime, mtime);
  }
}

async function cp(argv: readonly string[], to: string, cwd?: string): Promise<void> {
  // that of macOS, though another may stand before it
  await runTool(isMac ? "/bin/cp" : "cp", argv, { into: dirname(to), ...(cwd !== undefined && { cwd }) });
}

let gnu: Promise<boolean> | undefined;

/** That of BusyBox can less. */
function isGnu(): Promise<boolean> {
  gnu ??= execa("cp", ["--version"], { stdin: "ignore", reject: false }).then(
    ({ failed, stdout }) => !failed && stdout.includes("coreutils"),
  );
  return gnu;
}

function asText(path: string): string {
  return Buffer.from(path, "latin1").toString();
}
