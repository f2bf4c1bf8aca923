import { execa } from "execa";
import { extract } from "tar-stream";

/** As it is called in a layer that was written without privileges, and in one that was written with them. */
const OPAQUE = /^SCHILY\.xattr\.(user|trusted)\.overlay\.opaque$/;

/**
 * Which of these folders of a layer hide what is below them, as one does that was removed and made anew. Node.js reads no
 * extended attributes; `tar` does, and writes them into the heads of its entries. None where it cannot.
 */
export async function opaqueFolders(layer: string, folders: readonly string[]): Promise<ReadonlySet<string>> {
  const opaque = new Set<string>();
  if (folders.length === 0) return opaque;
  const packed = await execa(
    "tar",
    [
      "--xattrs",
      "--xattrs-include=*.overlay.opaque",
      "--no-recursion",
      "--null",
      "--verbatim-files-from",
      "-C",
      layer,
      "-T",
      "-",
      "-cf",
      "-",
    ],
    {
      input: Buffer.from(folders.join("\0"), "latin1"),
      encoding: "buffer",
      reject: false,
      env: { LC_ALL: "C" },
    },
  );
  const entries = extract();
  entries.end(packed.stdout);
  // one for each folder, in the order in which they were named
  let index = 0;
  for await (const entry of entries) {
    const folder = folders[index++];
    const isOpaque = Object.keys(entry.header.pax ?? {}).some((key) => OPAQUE.test(key));
    if (isOpaque && folder !== undefined) opaque.add(folder);
    entry.resume();
  }
  return opaque;
}
