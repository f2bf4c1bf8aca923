import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What `ps` prints. Rejects where it cannot be run, and where it names a failure: none of the pids asked for is there. */
export async function ps(args: readonly string[]): Promise<string> {
  const { stdout } = await run("ps", args, {
    // words, dates and decimal points as they are parsed here
    env: { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** Each column with an `-o` of its own and without a title, as every `ps` understands it. */
export function columns(...names: readonly string[]): string[] {
  return names.flatMap((name) => ["-o", `${name}=`]);
}

/** Not for one: with no pid at all `ps` complains. */
export function ofPids(pids: readonly number[]): string[] {
  return ["-p", pids.join(",")];
}
