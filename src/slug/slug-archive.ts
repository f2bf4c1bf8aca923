import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { extract, pack, type Pack } from "tar-stream";
import type { Readable } from "node:stream";
import type { Engine, EngineFailure } from "../engine/engine.ts";
import type { ImageId } from "../heroku/names.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { SlugFailure } from "./failure.ts";

/** Writes the slug of a release image as tar.gz of `./app/...`, as Heroku keeps slugs. The file is whole or not there. */
export async function writeSlugArchive(
  engine: Engine,
  image: ImageId,
  file: string,
): Promise<Result<void, SlugFailure | EngineFailure>> {
  const slug = await engine.readSlug(image);
  if (!slug.ok) return slug;
  const half = `${file}.part`;
  const archive = pack();
  const renamed = renameEntries(slug.value, archive).catch((problem: Error) => archive.destroy(problem));
  try {
    await pipeline(archive as unknown as AsyncIterable<Uint8Array>, createGzip(), createWriteStream(half));
    await renamed;
    await rename(half, file);
    return ok();
  } catch (problem) {
    archive.destroy();
    await rm(half, { force: true });
    return fail({ kind: "slug-file", file, reason: (problem as Error).message });
  }
}

async function renameEntries(slug: Readable, archive: Pack): Promise<void> {
  const entries = extract();
  const fed = pipeline(slug, entries as unknown as NodeJS.WritableStream);
  for await (const entry of entries) {
    const { name, linkname, type, ...header } = entry.header;
    const linked = type === "link" ? { linkname: dotted(linkname) } : linkname ? { linkname } : {};
    const sink = archive.entry({ ...header, ...linked, type, name: dotted(name) });
    for await (const chunk of entry as AsyncIterable<Uint8Array>) {
      if (!sink.write(chunk)) await new Promise<void>((go) => sink.once("drain", () => go()));
    }
    sink.end(undefined);
  }
  await fed;
  archive.finalize();
}

function dotted(name: string): string {
  return name.startsWith("./") ? name : `./${name.replace(/^\/+/, "")}`;
}
