import { describe, expect, it } from "vitest";
import { ok } from "../../src/kernel/result.ts";
import { bytes } from "../../src/kernel/units.ts";
import type { CompiledSlug } from "../../src/slug/compile-slug.ts";
import { NO_IMAGE } from "../../src/slug/weigh-slug.ts";
import type { LocalBox, LocalEngine } from "./local-box.ts";
import { build, good, PACK, SH, type Build, type BuildCase } from "./compiling.ts";

/** Some of it compresses, most does not. */
const FILL = `${SH}cd "$1"; mkdir lib; for n in {1..60}; do echo $n > lib/$n; done
openssl enc -aes-128-ctr -K 00 -iv 00 </dev/zero 2>/dev/null | head -c 300000 > lib/random
find . -exec touch -d @1577836800 {} +`;

function slug(source: string, input: BuildCase["input"], onBox?: BuildCase["onBox"]): Promise<Build> {
  return build({
    app: { Procfile: "web: serve", "requirements.txt": "", "app.py": source },
    packs: [{ ...PACK, "bin/compile": FILL }],
    ...(input === undefined ? {} : { input }),
    onBox: (box, engine) => {
      watch(engine);
      onBox?.(box, engine);
    },
  });
}

const asked = new WeakMap<LocalEngine, string[]>();

/** Of what is asked of the engine about images. */
function watch(engine: LocalEngine): void {
  const calls: string[] = [];
  asked.set(engine, calls);
  const [bake, removeImage] = [engine.bake.bind(engine), engine.removeImage.bind(engine)];
  engine.bake = (spec) => (calls.push("bake"), bake(spec));
  engine.removeImage = (image) => (calls.push("removeImage"), removeImage(image));
}

function withoutZstd(box: LocalBox): void {
  const run = box.run.bind(box);
  box.run = async (...[argv, options]) =>
    argv.some((word) => word.includes("zstd")) ? ok(127) : run(argv, options);
}

function expectUntouched(engine: LocalEngine): void {
  expect(asked.get(engine)).toEqual([]);
  expect(engine.images.size).toBe(0);
}

const withoutSize = (line: string): string => line.replace(/Done: .*/, "Done");

describe("a slug that is not kept", () => {
  it("is weighed as one that is, in the box or through this process, and no image is made", async () => {
    const kept = await slug("one", {});
    const { size, checksum, tree } = good(kept.result);
    for (const onBox of [undefined, withoutZstd]) {
      const { result, lines, engine } = await slug("one", { isKept: false }, onBox);
      const weighed = good(result);
      expectUntouched(engine);
      expect(weighed).toMatchObject({ image: NO_IMAGE, checksum, processTypes: { web: "serve" } });
      expect([...(weighed.tree ?? [])].length).toBe(tree?.size);
      expect(Math.abs(weighed.size / size - 1)).toBeLessThan(0.02);
      expect(lines.map(withoutSize)).toEqual(kept.lines.map(withoutSize));
    }
    const weighedHere = await slug("one", {}, withoutZstd);
    expect(asked.get(weighedHere.engine)).toEqual(["bake"]);
    expect(Math.abs(good(weighedHere.result).size / size - 1)).toBeLessThan(0.02);
  });

  it("weighs what differs from the former one, where that is little", async () => {
    const former = good((await slug("one", {})).result);
    const asFormer = (one: CompiledSlug): BuildCase["input"] => ({
      isKept: false,
      former: one.tree && { slug: one, tree: one.tree },
    });
    const { result, engine } = await slug("two", asFormer(former), (_, on) => {
      on.mayExtend = async () => true;
    });
    expectUntouched(engine);
    const { size, base, image } = good(result);
    expect(image).toBe(NO_IMAGE);
    expect(base).toBe(former.image);
    expect(size).toBeGreaterThan(former.size);
    expect(size).toBeLessThan(former.size + 5000);
  });

  it("may be too large", async () => {
    const { result, engine } = await build({
      app: { Procfile: "web: serve", "requirements.txt": "" },
      packs: [{ ...PACK, "bin/compile": FILL }],
      input: { isKept: false },
      tools: { slugLimit: bytes(100_000) },
      onBox: (_, on) => watch(on),
    });
    expect(result).toMatchObject({ ok: false, failure: { kind: "slug-too-large" } });
    expectUntouched(engine);
  });
});
