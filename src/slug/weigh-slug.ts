import { Writable, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { BuildBox } from "../engine/build-box.ts";
import type { EngineFailure } from "../engine/failure.ts";
import type { ImageId } from "../heroku/names.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import { bytes, type Bytes } from "../kernel/units.ts";

/** Of a slug that nobody keeps: it was compiled and weighed, and that is all. */
export const NO_IMAGE: ImageId = "" as ImageId;

/** As `measuredTree` weighs it, without the way of its bytes through this process. */
const WEIGH = `set -o pipefail
tar -C "\${1%/*}" -cf - --numeric-owner -- "\${1##*/}" | zstd -3 -q -c | wc -c`;

/** What the tree at `path` takes compressed; undefined where the box has no zstd, or cannot tell. */
export async function weighedInBox(
  box: BuildBox,
  path: string,
): Promise<Result<Bytes | undefined, EngineFailure>> {
  const said: string[] = [];
  const ran = await box.run(["bash", "-p", "-c", WEIGH, "weigh", path], {
    root: true,
    onOutput: ({ bytes: some }) => said.push(Buffer.from(some).toString()),
  });
  if (!ran.ok) return ran;
  const size = Number(said.join(""));
  return ok(ran.value === 0 && size > 0 ? bytes(size) : undefined);
}

/** Of a tree that is weighed as it flows by, to nowhere. */
export async function readToEnd(tree: Readable): Promise<Result<void, EngineFailure>> {
  try {
    await pipeline(tree, new Writable({ write: (_chunk, _encoding, done) => done() }));
    return ok();
  } catch (problem) {
    return fail({ kind: "engine-error", during: "read the slug", reason: (problem as Error).message });
  }
}
