import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { bytes, type Bytes } from "../../kernel/units.ts";

/** What is in a folder, links as links; 0 where there is none. */
export async function weigh(folder: string): Promise<Bytes> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => !entry.isDirectory());
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await lstat(join(parentPath, name))).size),
  );
  return bytes(sizes.reduce((sum, size) => sum + size, 0));
}
