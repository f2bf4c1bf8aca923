import { execa } from "execa";

/** A whole tree at a place that does not exist yet; modes, times, links and names as they are. Throws with what `cp` says. */
export async function copyTree(from: string, to: string): Promise<void> {
  await execa("cp", [...ARGUMENTS, from, to], { stdin: "ignore", env: { LC_ALL: "C" } });
}

const ARGUMENTS: readonly string[] = process.platform === "darwin" ? ["-ac"] : ["-a", "--reflink=auto"];
