import { describe, expect, it } from "vitest";
import type { BakeSpec } from "../../src/engine/build-box.ts";
import type { ImageId } from "../../src/heroku/names.ts";
import type { CompiledSlug } from "../../src/slug/compile-slug.ts";
import { slugDelta } from "../../src/slug/slug-delta.ts";
import type { FormerSlug } from "../../src/slug/slug-input.ts";
import type { SlugTree } from "../../src/slug/slug-tree.ts";
import { build, good, PACK, SH } from "./compiling.ts";

/** One slug on another: what is told to the engine, which lays layers on `extendable` alone. */
async function next(
  source: string,
  former: CompiledSlug | undefined,
  base: CompiledSlug | undefined,
  extendable: readonly (CompiledSlug | undefined)[],
): Promise<{
  readonly slug: CompiledSlug;
  readonly onto: readonly BakeSpec["onto"][];
  readonly removed: readonly string[];
}> {
  const onto: BakeSpec["onto"][] = [];
  const removed: string[] = [];
  const { result } = await build({
    app: { Procfile: "web: serve", "requirements.txt": "", "app.py": source, [`${source}.py`]: source },
    packs: [
      {
        ...PACK,
        "bin/compile": `${SH}cd "$1"; mkdir lib; for n in {1..60}; do echo $n > lib/$n; done; find . -exec touch -d @1577836800 {} +`,
      },
    ],
    input: {
      former: asFormer(former),
      formerBase: () => asFormer(base),
    },
    onBox: (_, engine) => {
      const bake = engine.bake.bind(engine);
      const removeImage = engine.removeImage.bind(engine);
      engine.mayExtend = async (image) => extendable.some((slug) => slug?.image === image);
      engine.bake = async (spec) => {
        onto.push(spec.onto);
        const made = await bake(spec);
        return made.ok ? { ok: true, value: `sha256:${source}-${onto.length}` as ImageId } : made;
      };
      engine.removeImage = async (image) => {
        removed.push(image);
        return removeImage(image);
      };
    },
  });
  return { slug: good(result), onto, removed };
}

function asFormer(slug: CompiledSlug | undefined): FormerSlug | undefined {
  return slug?.tree && { slug, tree: slug.tree };
}

describe("layers of slugs", () => {
  it("changes lie on the former slug, or where there is no room on what that stands on, or are packed with all else", async () => {
    const one = await next("one", undefined, undefined, []);
    expect(one.onto).toEqual([undefined]);
    expect(one.slug.base).toBeUndefined();

    const two = await next("two", one.slug, undefined, [one.slug]);
    expect(two.onto).toMatchObject([{ image: one.slug.image, removed: ["one.py"] }]);
    expect(two.slug.base).toBe(one.slug.image);
    expect(two.slug.size).toBeGreaterThan(one.slug.size);

    const three = await next("three", two.slug, one.slug, [one.slug, two.slug]);
    expect(three.onto).toMatchObject([{ image: two.slug.image, removed: ["two.py"] }]);
    expect(three.slug.base).toBe(one.slug.image);

    const four = await next("four", three.slug, one.slug, [one.slug]);
    expect(four.onto).toMatchObject([{ image: one.slug.image, removed: ["one.py"] }]);
    expect(four.slug.base).toBe(one.slug.image);
    // what was between is no longer below, and no longer weighs
    expect(four.slug.size).toBeLessThan(three.slug.size);

    const five = await next("five", four.slug, one.slug, []);
    expect(five.onto).toEqual([undefined]);
    expect(five.slug.base).toBeUndefined();
    expect(five.removed).toEqual([]);
  });
});

function tree(
  count: number,
  content: (at: number) => string,
  name = (at: number): string => `f${at}`,
): SlugTree {
  return new Map(
    Array.from({ length: count }, (_, at) => [
      name(at),
      { type: "f", facts: "", content: content(at), size: 10 },
    ]),
  );
}

describe("what is a small change", () => {
  it.each<[what: string, count: number, changed: number, small: boolean]>([
    ["of few files, all", 1000, 1000, true],
    ["of many, more than a few but less than a quarter", 20_000, 4999, true],
    ["of many, more than a quarter", 20_000, 5001, false],
  ])("%s", (_, count, changed, small) => {
    const former = tree(count, () => "old");
    const delta = slugDelta(
      former,
      tree(count, (at) => (at < changed ? "new" : "old")),
    );
    expect(delta?.changed.length).toBe(small ? changed : undefined);
  });

  it("not one whose names would not fit a command", () => {
    const long = (at: number): string => `${"x".repeat(200)}/${"y".repeat(200)}/${"z".repeat(200)}${at}`;
    const delta = slugDelta(
      tree(900, () => "old", long),
      tree(900, () => "new", long),
    );
    expect(delta).toBeUndefined();
  });
});
