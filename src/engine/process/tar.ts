import type { Readable } from "node:stream";
import { execa } from "execa";
import { runTool } from "./run-tool.ts";

/**
 * Unpacks into a folder as the invoking user, whoever the archive names: modes and names as they are. What is in the way is
 * replaced, never written into. Throws with what `tar` says.
 */
export async function unpackTree(tree: Readable, folder: string): Promise<void> {
  await runTool("tar", ["--no-same-owner", "-xpf", "-", "-C", folder], { into: folder, input: tree });
}

/** A tar stream of `name` in `folder`; it fails when `tar` does, and ends it when it is destroyed. */
export function packTree(folder: string, name: string): Readable {
  const child = execa("tar", ["-cf", "-", "-C", folder, name], {
    stdin: "ignore",
    buffer: { stdout: false, stderr: true },
    env: { LC_ALL: "C" },
    encoding: "buffer",
  });
  const stream = child.readable();
  // whoever reads meets the same failure there
  child.catch(() => {});
  return stream;
}
