import { describe, expect, it } from "vitest";
import type { Kept } from "../../src/engine/engine.ts";
import type { ImageId } from "../../src/heroku/names.ts";
import { ok } from "../../src/kernel/result.ts";
import { bytes, hours, instant } from "../../src/kernel/units.ts";
import { explain } from "../../src/platform/explain.ts";
import { slugsToDrop } from "../../src/platform/kept-slugs.ts";
import type { Release } from "../../src/release/release.ts";
import type { Slug } from "../../src/release/slug.ts";
import { PlatformOnFake } from "./platform-on-fake.ts";

const DAY = hours(24);
const NOW = instant(100 * DAY);

/** Image and age in days of each release, oldest first; undefined: without a slug. */
function dropped(
  history: readonly (readonly [image: string | undefined, days: number])[],
  spare?: string,
): string {
  const releases = history.map(([image, days], index) => release(index + 1, image, days));
  const spareSlugs = spare === undefined ? [] : [{ image: spare } as unknown as Slug];
  return slugsToDrop({ releases, spareSlugs }, releases.at(-1), NOW, {
    atLeast: 2,
    atMost: 4,
    youngerThan: hours(7 * 24),
  }).join(" ");
}

function release(version: number, image: string | undefined, days: number): Release {
  const slug = image === undefined ? undefined : { image: image as ImageId };
  return { version, createdAt: instant(NOW - days * DAY), status: "succeeded", slug } as unknown as Release;
}

describe("slugs that are no longer kept", () => {
  it.each<[what: string, history: Parameters<typeof dropped>[0], gone: string]>([
    ["none", [[undefined, 0]], ""],
    [
      "few",
      [
        ["a", 50],
        ["b", 40],
      ],
      "",
    ],
    [
      "many young ones",
      [
        ["a", 1],
        ["b", 1],
        ["c", 1],
        ["d", 0],
      ],
      "",
    ],
    [
      "more than the most",
      [
        ["a", 1],
        ["b", 1],
        ["c", 1],
        ["d", 1],
        ["e", 0],
      ],
      "a",
    ],
    [
      "newest first",
      [
        ["a", 1],
        ["b", 1],
        ["c", 1],
        ["d", 1],
        ["e", 1],
        ["f", 0],
      ],
      "b a",
    ],
    [
      "old ones beyond the least",
      [
        ["a", 9],
        ["b", 8],
        ["c", 6],
        ["d", 0],
      ],
      "b a",
    ],
    [
      "of exactly the age",
      [
        ["a", 7],
        ["b", 1],
        ["c", 0],
      ],
      "a",
    ],
    [
      "a slug of many releases",
      [
        ["a", 50],
        ["a", 40],
        ["a", 30],
        ["b", 20],
        ["a", 0],
      ],
      "",
    ],
    [
      "one that a rollback made new",
      [
        ["a", 50],
        ["b", 40],
        ["c", 30],
        ["a", 0],
      ],
      "b",
    ],
    [
      "config vars only",
      [
        ["a", 50],
        ["a", 3],
        ["a", 2],
        ["a", 1],
        ["a", 0],
      ],
      "",
    ],
  ])("%s", (_, history, gone) => {
    expect(dropped(history)).toBe(gone);
  });

  it("keeps what tests keep", () => {
    expect(
      dropped(
        [
          ["a", 9],
          ["b", 8],
          ["c", 6],
          ["d", 0],
        ],
        "a",
      ),
    ).toBe("b");
  });
});

it("drops them after a deploy, and a rollback to one says so", async () => {
  await using app = new PlatformOnFake();
  const kept = async (): Promise<readonly Kept[]> =>
    [...app.engine.images.keys()].map((id) => ({
      kind: "image",
      id,
      name: id,
      size: bytes(1),
      instance: app.app.state.instance,
      owner: undefined,
    }));
  Object.assign(app.engine, { kept: async () => ok(await kept()) });
  for (let count = 0; count < 22; count += 1) expect(await app.deploy()).toMatchObject({ ok: true });
  await app.platform.rollback(undefined);
  expect([...app.engine.images.keys()]).toEqual(
    Array.from({ length: 20 }, (_, index) => `sha256:${index + 3}`),
  );
  const first = app.platform.releases().find(({ slug }) => slug !== undefined)?.version ?? 0;
  const refused = await app.platform.rollback(first);
  expect(refused).toEqual({ ok: false, failure: { kind: "slug-not-kept", version: first } });
  if (!refused.ok) {
    const { title, body } = explain(refused.failure);
    expect(`${title} ${body}`).toBe(
      `The slug of v${first} is no longer kept. dynosim keeps the last 20 slugs of an app, and after 14 days only the last 5. The release that runs now still stands.`,
    );
  }
});
