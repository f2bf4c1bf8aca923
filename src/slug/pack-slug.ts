import type { Readable } from "node:stream";
import type { BuildBox, EngineFailure, Extended } from "../engine/engine.ts";
import { SLUG_LIMIT } from "../heroku/limits.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import { bytes } from "../kernel/units.ts";
import type { Slug } from "../release/slug.ts";
import type { BuildLimit } from "./build-limit.ts";
import { OUTPUT } from "./build-output.ts";
import { stageSlug, type BuildRoom } from "./build-room.ts";
import type { SlugFailure } from "./failure.ts";
import { measuredTree } from "./measured-tree.ts";
import { asText, readChanged, slugDelta } from "./slug-delta.ts";
import type { SlugInput, SlugTools } from "./slug-input.ts";
import { checksumOf, readSlugTree, type SlugTree } from "./slug-tree.ts";

type Failure = SlugFailure | EngineFailure;

interface Packed extends Pick<Slug, "image" | "size" | "checksum"> {
  readonly tree: SlugTree | undefined;
}

/**
 * The tree becomes the release's layer while it is weighed; or, where little differs from the former slug, what differs
 * becomes a layer on that one. The dyno sees the same either way. engine.md 4
 */
export async function packSlug(
  box: BuildBox,
  room: BuildRoom,
  input: SlugInput,
  tools: SlugTools,
  limit: BuildLimit,
): Promise<Result<Packed, Failure>> {
  tools.onLine(OUTPUT.compressing);
  const staged = await stageSlug(box, room);
  if (!staged.ok) return staged;
  const scanned = await readSlugTree(box, room.slugDir);
  if (!scanned.ok) return scanned;
  const tree = scanned.value;
  const most = tools.slugLimit ?? SLUG_LIMIT;
  const content = await slugContent(box, room, input, tools, tree);
  if (!content.ok) return content;
  const { tree: measured, measure } = measuredTree(content.value.files);
  const { label, pythonMinor, release } = input;
  const { onto, base } = content.value;
  const baked = await tools.engine.bake({
    label,
    pythonMinor,
    release,
    tree: measured,
    ...(onto === undefined ? {} : { onto }),
  });
  if (!baked.ok) {
    content.value.files.destroy();
    return baked;
  }
  const weighed = await measure;
  const size = bytes(base + weighed.size);
  if (size <= most && limit.reached === undefined) {
    tools.onLine(OUTPUT.done(size));
    return ok({ image: baked.value, size, checksum: tree ? checksumOf(tree) : weighed.checksum, tree });
  }
  await tools.engine.removeImage(baked.value);
  if (limit.reached !== undefined) return fail(limit.reached);
  for (const line of OUTPUT.tooLarge(size, most)) tools.onLine(line);
  return fail({ kind: "slug-too-large", size, limit: most });
}

interface Content {
  readonly files: Readable;
  readonly onto: Extended | undefined;
  /** Compressed bytes of what is below: a changed file counts with its old and its new content, so this is the upper bound. */
  readonly base: number;
}

async function slugContent(
  box: BuildBox,
  room: BuildRoom,
  { former, pythonMinor }: SlugInput,
  { engine }: SlugTools,
  tree: SlugTree | undefined,
): Promise<Result<Content, EngineFailure>> {
  const delta = former && tree && slugDelta(former.tree, tree);
  if (delta && (await engine.mayExtend(former.slug.image, pythonMinor))) {
    const files = await readChanged(box, delta, room.slugDir, `${room.buildDir}.changed`);
    if (!files.ok) return files;
    const removed = delta.removed.map((path) => asText(path));
    return ok({ files: files.value, onto: { image: former.slug.image, removed }, base: former.slug.size });
  }
  const files = await box.get(room.slugDir);
  return files.ok ? ok({ files: files.value, onto: undefined, base: 0 }) : files;
}
