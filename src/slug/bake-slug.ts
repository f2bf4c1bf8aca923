import type { Readable } from "node:stream";
import type { BuildBox } from "../engine/build-box.ts";
import type { EngineFailure } from "../engine/failure.ts";
import type { ImageId } from "../heroku/names.ts";
import { ok, type Result } from "../kernel/result.ts";
import { bytes, type Bytes } from "../kernel/units.ts";
import type { Slug } from "../release/slug.ts";
import type { BuildRoom } from "./build-room.ts";
import { measuredTree } from "./measured-tree.ts";
import { asText, readChanged, slugDelta, type SlugDelta } from "./slug-delta.ts";
import type { FormerSlug, SlugInput, SlugTools } from "./slug-input.ts";
import type { SlugTree } from "./slug-tree.ts";
import { NO_IMAGE, readToEnd, weighedInBox } from "./weigh-slug.ts";

export interface Baked extends Pick<Slug, "image" | "size" | "checksum"> {
  /** The slug that this is a layer of changes on. */
  readonly below: FormerSlug | undefined;
}

/** What has changed, where that is little, else the whole. */
export async function bakeSlug(
  box: BuildBox,
  { slugDir, beside }: BuildRoom,
  input: SlugInput,
  tools: SlugTools,
  tree: SlugTree | undefined,
): Promise<Result<Baked, EngineFailure>> {
  const onto = await findBelow(input, tools, tree);
  if (onto === undefined && tree !== undefined) return bakeWhole(box, slugDir, input, tools);
  const content = onto
    ? await readChanged(box, onto.delta, slugDir, `${beside}.changed`)
    : await box.get(slugDir);
  if (!content.ok) return content;
  const { tree: files, measure } = measuredTree(content.value);
  const image = await imageOf(files, input, tools, onto);
  if (!image.ok) {
    content.value.destroy();
    return image;
  }
  const { size, checksum } = await measure;
  // a changed file counts with its old and its new content, so this is the upper bound
  const all = bytes((onto?.below.slug.size ?? 0) + size);
  return ok({ image: image.value, size: all, checksum, below: onto?.below });
}

/** The box weighs while the engine packs: this process has enough to do with passing the bytes on. */
async function bakeWhole(
  box: BuildBox,
  slugDir: string,
  input: SlugInput,
  tools: SlugTools,
): Promise<Result<Baked, EngineFailure>> {
  const weighing = weighedInBox(box, slugDir);
  let image = NO_IMAGE;
  if (input.isKept !== false) {
    const content = await box.get(slugDir);
    if (!content.ok) return content;
    const baked = await imageOf(content.value, input, tools, undefined);
    if (!baked.ok) {
      content.value.destroy();
      return baked;
    }
    image = baked.value;
  }
  const weighed = await weighing;
  if (!weighed.ok) return weighed;
  const size = weighed.value === undefined ? await weighedHere(box, slugDir) : ok(weighed.value);
  // what is in it is known, file by file: nobody asks for the archive's own checksum
  return size.ok ? ok({ image, size: size.value, checksum: "", below: undefined }) : size;
}

/** Where the box has nothing to weigh with. */
async function weighedHere(box: BuildBox, slugDir: string): Promise<Result<Bytes, EngineFailure>> {
  const content = await box.get(slugDir);
  if (!content.ok) return content;
  const { tree, measure } = measuredTree(content.value);
  const read = await readToEnd(tree);
  return read.ok ? ok((await measure).size) : read;
}

async function imageOf(
  files: Readable,
  { label, pythonMinor, images, release, isKept }: SlugInput,
  { engine }: SlugTools,
  onto: Below | undefined,
): Promise<Result<ImageId, EngineFailure>> {
  if (isKept === false) {
    const read = await readToEnd(files);
    return read.ok ? ok(NO_IMAGE) : read;
  }
  const removed = onto?.delta.removed.map((path) => asText(path)) ?? [];
  return engine.bake({
    label,
    pythonMinor,
    images,
    release,
    tree: files,
    ...(onto === undefined ? {} : { onto: { image: onto.below.slug.image, removed } }),
  });
}

interface Below {
  readonly below: FormerSlug;
  /** What differs from it. */
  readonly delta: SlugDelta;
}

/** The slug that a layer of changes may lie on, if there is one. */
async function findBelow(
  { former, formerBase, pythonMinor, images }: SlugInput,
  { engine }: SlugTools,
  tree: SlugTree | undefined,
): Promise<Below | undefined> {
  for (const find of [() => former, formerBase]) {
    const below = tree && find?.();
    const delta = below && slugDelta(below.tree, tree);
    if (delta && (await engine.mayExtend(below.slug.image, pythonMinor, images))) return { below, delta };
  }
  return undefined;
}
