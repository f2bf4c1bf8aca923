import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";

export interface TarFile {
  /** Without a leading slash; parents are made as needed by whoever unpacks. */
  readonly path: string;
  /** A path that ends in a slash is a directory, and its content is empty. */
  readonly content: string | Buffer;
  readonly mode?: number;
  /** Numeric user and group; root by default. */
  readonly owner?: number;
}

/** A small archive. */
export function tarOf(files: readonly TarFile[]): Promise<Buffer> {
  const archive = pack();
  for (const { path: name, content, mode = 0o644, owner = 0 } of files)
    archive.entry(
      { name, mode, uid: owner, gid: owner, type: name.endsWith("/") ? "directory" : "file" },
      content,
    );
  archive.finalize();
  return buffer(archive);
}
