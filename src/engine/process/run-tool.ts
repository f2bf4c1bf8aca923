import { statfs } from "node:fs/promises";
import type { Readable } from "node:stream";
import { execa } from "execa";

export interface ToolRun {
  /** The folder it writes into. */
  readonly into: string;
  readonly input?: Readable;
  readonly cwd?: string;
}

/** Runs one of the system's programs to its end. Throws with what it says, and with what broke off its input. */
export async function runTool(
  file: string,
  argv: readonly string[],
  { into, ...options }: ToolRun,
): Promise<void> {
  const ran = await execa(file, argv, {
    ...(options.input === undefined && { stdin: "ignore" }),
    ...options,
    stdout: "ignore",
    reject: false,
    env: { LC_ALL: "C" },
  });
  if (!ran.failed) return;
  const said = [ran.originalMessage, ran.stderr.trim()].filter(Boolean).join("\n") || ran.shortMessage;
  // GNU tar tells only of what it could not write, not why
  throw new Error((await isFull(into)) ? `no space left on device: ${said}` : said);
}

/** Less than this is kept back, or taken by the next folder. */
const SOME = 65_536;

/** False also where nobody can tell. */
async function isFull(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize, files, ffree } = await statfs(folder);
    return bavail * bsize < SOME || (files > 0 && ffree === 0);
  } catch {
    return false;
  }
}
