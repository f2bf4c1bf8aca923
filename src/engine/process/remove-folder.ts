import { chmod, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Removes a folder with all that is in it, also where an app has left folders that nobody may write to, and where the kernel's
 * work folder of an overlay is closed to its own owner. Rejects when something stays.
 */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await removeAll(folder);
  } catch {
    await openUp(folder);
    await removeAll(folder);
  }
}

function removeAll(folder: string): Promise<void> {
  // what is born meanwhile makes a folder not empty
  return rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Only the owner of a folder may, and what is another's is left as it is: the removal tells. */
async function openUp(folder: string): Promise<void> {
  await chmod(folder, 0o700).catch(() => {});
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await openUp(join(folder, entry.name));
}
