import type { Engine } from "../engine/engine.ts";
import type { ImageId } from "../heroku/names.ts";
import { hours, type Instant, type Millis } from "../kernel/units.ts";
import type { Release } from "../release/release.ts";
import type { App } from "./app.ts";
import type { State } from "./state.ts";

/** How many slugs are kept to go back to. Ours: what Heroku keeps, and how long, it does not say. */
export interface KeptSlugs {
  /** The newest, whatever their age. */
  readonly atLeast: number;
  /** Never more. */
  readonly atMost: number;
  /** Between the two: as long as a release of theirs is younger, on the platform clock. */
  readonly youngerThan: Millis;
}

export const KEPT_SLUGS: KeptSlugs = { atLeast: 5, atMost: 20, youngerThan: hours(14 * 24) };

/**
 * Images of slugs that are no longer kept, newest first: an image that another stands on goes after it. The current
 * release's is kept wherever it stands in the history, and so is what tests of the app keep for the next time.
 */
export function slugsToDrop(
  { releases, spareSlugs }: Pick<State, "releases" | "spareSlugs">,
  current: Release | undefined,
  now: Instant,
  kept: KeptSlugs = KEPT_SLUGS,
): readonly ImageId[] {
  // each slug stands where its newest release does: a rollback makes it new again
  const newest = new Map<ImageId, Release>();
  for (const release of releases.toReversed()) {
    const image = release.slug?.image;
    if (image !== undefined && !newest.has(image)) newest.set(image, release);
  }
  const spared = new Set([current?.slug?.image, ...spareSlugs.map(({ image }) => image)]);
  return [...newest]
    .filter(([, { createdAt }], place) => {
      if (place < kept.atLeast) return false;
      return place >= kept.atMost || now - createdAt >= kept.youngerThan;
    })
    .map(([image]) => image)
    .filter((image) => !spared.has(image));
}

/** Removes from the engine what is no longer kept; the releases stay in the history. Where it refuses, the next time does. */
export async function dropOldSlugs(app: App, engine: Engine, now: Instant): Promise<void> {
  const going = slugsToDrop(app.state, app.history.current, now);
  if (going.length === 0) return;
  const kept = await engine.kept();
  if (!kept.ok) return;
  const images = kept.value.filter(
    ({ kind, id, instance }) =>
      (kind === "image" || kind === "slug") &&
      instance === app.state.instance &&
      going.includes(id as ImageId),
  );
  if (images.length > 0) await engine.discard(images);
}
