import type { BuildBox } from "../engine/build-box.ts";
import type { EngineFailure } from "../engine/failure.ts";
import { SLUG_LIMIT, SLUG_SOFT_LIMIT } from "../heroku/limits.ts";
import type { ImageId } from "../heroku/names.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { Bytes } from "../kernel/units.ts";
import type { Slug } from "../release/slug.ts";
import { bakeSlug, type Baked } from "./bake-slug.ts";
import type { BuildLimit } from "./build-limit.ts";
import { OUTPUT } from "./build-output.ts";
import type { BuildRoom } from "./build-room.ts";
import type { SlugFailure } from "./failure.ts";
import { largestParts } from "./largest-parts.ts";
import { gzippedSize } from "./measured-tree.ts";
import type { SlugInput, SlugTools } from "./slug-input.ts";
import { NAMED, slugNotices } from "./slug-notices.ts";
import { NO_IMAGE } from "./weigh-slug.ts";
import { stageSlug } from "./read-slug-tree.ts";
import { checksumOf, type SlugTree } from "./slug-tree.ts";

type Failure = SlugFailure | EngineFailure;

interface Packed extends Pick<Slug, "image" | "size" | "checksum" | "base"> {
  readonly tree: SlugTree | undefined;
  /** Of what is in it. */
  readonly notices: readonly string[];
}

/** Looks at the tree while it is packed: what it says comes last among the notices. */
type Look = (tree: SlugTree) => Promise<readonly string[]>;

/**
 * The tree becomes the release's layer while it is weighed; or, where little differs from the former slug, what differs
 * becomes a layer on that one. The dyno sees the same either way. engine.md 4. Of a slug that is not kept no image is made.
 */
export async function packSlug(
  box: BuildBox,
  room: BuildRoom,
  input: SlugInput,
  tools: SlugTools,
  limit: BuildLimit,
  look: Look,
): Promise<Result<Packed, Failure>> {
  tools.onLine(OUTPUT.compressing);
  const scanned = await stageSlug(box, room, input.former?.tree);
  if (!scanned.ok) return scanned;
  const tree = scanned.value;
  const looking = tree === undefined ? [] : look(tree);
  let baked = await bakeSlug(box, room, input, tools, tree);
  // the size of a layer of changes is an upper bound, and nobody is warned or refused on account of that
  if (
    baked.ok &&
    baked.value.below !== undefined &&
    passes(baked.value.size, baked.value.below.slug.size, mostOf(tools))
  ) {
    await drop(baked.value.image, tools);
    baked = await bakeSlug(box, room, { ...input, former: undefined, formerBase: nothing }, tools, tree);
  }
  if (!baked.ok) return limit.reached === undefined ? baked : fail(limit.reached);
  const { image, checksum, below } = baked.value;
  const base = below && (below.slug.base ?? below.slug.image);
  const weighed = await inDoubt(box, room, baked.value, mostOf(tools));
  if (!weighed.ok) return weighed;
  const size = weighed.value;
  if (size <= mostOf(tools) && limit.reached === undefined) {
    tools.onLine(OUTPUT.done(size));
    const notices = [...(tree === undefined ? [] : slugNotices(tree, size)), ...(await looking)];
    return ok({ image, base, size, checksum: tree ? checksumOf(tree) : checksum, tree, notices });
  }
  await drop(image, tools);
  if (limit.reached !== undefined) return fail(limit.reached);
  for (const line of OUTPUT.tooLarge(size, mostOf(tools))) tools.onLine(line);
  const largest = tree === undefined ? [] : largestParts(tree, NAMED);
  return fail({ kind: "slug-too-large", size, limit: mostOf(tools), largest });
}

/** A limit that the former slug was below. */
function passes(size: number, former: number, most: number): boolean {
  return size > most || (size > SLUG_SOFT_LIMIT && former <= SLUG_SOFT_LIMIT);
}

/** A slug of pandas and its like takes 0.91 of gzip's size with zstd; Heroku's limit is about gzip. */
const IN_DOUBT = 0.85;

/** Weighed with zstd, five times as fast; where the two could differ on whether it is too large, gzip decides. */
async function inDoubt(
  box: BuildBox,
  room: BuildRoom,
  { size, below }: Baked,
  most: number,
): Promise<Result<Bytes, EngineFailure>> {
  if (below || size > most || size < most * IN_DOUBT) return ok(size);
  const tree = await box.get(room.slugDir);
  return tree.ok ? ok(await gzippedSize(tree.value)) : tree;
}

function mostOf(tools: SlugTools): number {
  return tools.slugLimit ?? SLUG_LIMIT;
}

const nothing = (): undefined => undefined;

/** One that was only weighed has none. */
async function drop(image: ImageId, { engine }: SlugTools): Promise<void> {
  if (image !== NO_IMAGE) await engine.removeImage(image);
}
