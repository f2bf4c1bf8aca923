import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";

export interface TarFile {
  /** Without a leading slash; parents are made as needed by whoever unpacks. */
  readonly path: string;
  readonly content: string | Buffer;
  readonly mode?: number;
}

/** A small archive, owned by root. */
export function tarOf(files: readonly TarFile[]): Promise<Buffer> {
  const archive = pack();
  for (const file of files) archive.entry({ name: file.path, mode: file.mode ?? 0o644 }, file.content);
  archive.finalize();
  return buffer(archive);
}
