import type { Engine } from "../engine/engine.ts";
import { otherOrigin } from "../engine/slug-origin.ts";
import type { Release } from "../release/release.ts";
import type { PlatformFailure } from "./failure.ts";

/** Why a release that the history holds cannot run here and now; undefined when it can. */
export async function missingSlug(
  { version, slug }: Pick<Release, "version" | "slug">,
  engine: Pick<Engine, "name" | "hasImage">,
): Promise<PlatformFailure | undefined> {
  if (slug === undefined || (await engine.hasImage(slug.image))) return undefined;
  const { image } = slug;
  const origin = otherOrigin(image, engine);
  return origin === undefined
    ? { kind: "image-missing", image }
    : { kind: "slug-elsewhere", version, origin };
}
