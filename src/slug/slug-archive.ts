import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Engine } from "../engine/engine.ts";
import type { EngineFailure } from "../engine/failure.ts";
import type { ImageId } from "../heroku/names.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { SlugFailure } from "./failure.ts";
import { belowDot } from "./tar-below-dot.ts";

/** Writes the slug of a release image as tar.gz of `./app/...`, as Heroku keeps slugs. The file is whole or not there. */
export async function writeSlugArchive(
  engine: Engine,
  image: ImageId,
  file: string,
): Promise<Result<void, SlugFailure | EngineFailure>> {
  const slug = await engine.readSlug(image);
  if (!slug.ok) return slug;
  const half = `${file}.part`;
  try {
    await pipeline(slug.value, belowDot, createGzip(), createWriteStream(half));
    await rename(half, file);
    return ok();
  } catch (problem) {
    await rm(half, { force: true });
    return fail({ kind: "slug-file", file, reason: (problem as Error).message });
  }
}
