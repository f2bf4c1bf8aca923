import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok, type Result } from "../kernel/result.ts";
import { mebibytes } from "../kernel/units.ts";
import type { SlugFailure } from "./failure.ts";
import { startFetchLimit } from "./fetch-limit.ts";
import type { BuildpackSources } from "./buildpack-sources.ts";

const MOST: number = mebibytes(100);

/** The archive at an http(s) URL; what came of it the last time where it has not changed, or is out of reach now. */
export async function downloadArchive(
  url: string,
  sources: BuildpackSources,
): Promise<Result<Uint8Array, SlugFailure>> {
  const stem = join(sources.cache, createHash("sha256").update(url).digest("hex").slice(0, 16));
  const former = await readOr(`${stem}.tgz`);
  const tag = former && (await readOr(`${stem}.etag`))?.toString();
  const unreachable = (reason: string): Result<Uint8Array, SlugFailure> => {
    if (former === undefined) return fail({ kind: "buildpack-unreachable", buildpack: url, reason });
    sources.onNotice(`${url} could not be fetched (${reason}): the buildpack is the one fetched before.`);
    return ok(former);
  };
  using limit = startFetchLimit(sources.clock, sources.signal);
  try {
    const headers = tag === undefined ? {} : { "If-None-Match": tag };
    const answer = await fetch(url, { signal: limit.signal, headers });
    if (answer.status === 304 && former !== undefined) return ok(former);
    if (!answer.ok) return unreachable(`the server answered ${answer.status}`);
    const bytes = await readAll(answer);
    if (bytes === undefined)
      return fail({ kind: "bad-buildpack", buildpack: url, reason: "the archive is larger than 100 MB" });
    await keep(stem, bytes, answer.headers.get("etag") ?? "");
    return ok(bytes);
  } catch (problem) {
    if (sources.signal?.aborted) return fail({ kind: "build-aborted" });
    return unreachable(limit.isLate ? "no answer within 90 s" : reasonOf(problem));
  }
}

async function readAll(answer: Response): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.length;
    if (size > MOST) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The archive last: with an old one a new tag would keep the old one for ever. */
async function keep(stem: string, bytes: Buffer, tag: string): Promise<void> {
  await mkdir(join(stem, ".."), { recursive: true });
  await writeFile(`${stem}.etag`, "");
  await writeFile(`${stem}.${process.pid}.tmp`, bytes);
  await rename(`${stem}.${process.pid}.tmp`, `${stem}.tgz`);
  await writeFile(`${stem}.etag`, tag);
}

async function readOr(file: string): Promise<Buffer | undefined> {
  try {
    const content = await readFile(file);
    return content.length > 0 ? content : undefined;
  } catch {
    return undefined;
  }
}

/** The socket's own word (`ECONNREFUSED ...`) is behind fetch's `fetch failed`. */
function reasonOf(problem: unknown): string {
  const { message, cause } = problem as Error;
  return cause instanceof Error && cause.message !== "" ? cause.message : message;
}
