import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { openSlugStore } from "../../../src/engine/process/disk-slugs.ts";
import { slugsFolder } from "../../../src/engine/process/places.ts";
import { slugIdOf } from "../../../src/engine/process/slug-id.ts";
import { listTree } from "../../../src/engine/process/tree-listing.ts";
import type { ImageId } from "../../../src/heroku/names.ts";
import { appTar, bakeSpec, type Content, INSTANCE, NONE, slugRig, WITH_OVERLAY, WRITER } from "./slug-rig.ts";

const PROCFILE = { Procfile: "web: ./serve\n" };

describe("slug store", () => {
  it("keeps a tree as it was sent, whoever owned it", async () => {
    await using rig = await slugRig();
    const image = await rig.store.bake(
      bakeSpec(
        appTar({
          ...PROCFILE,
          "bin/run": { mode: 0o755 },
          secret: { mode: 0o600 },
          "shut/": { type: "directory", mode: 0o700 },
          current: { type: "symlink", linkname: "bin/run" },
          "also-run": { type: "link", linkname: "app/bin/run" },
          "stra\u00dfe\n ": "x",
        }),
      ),
    );
    expect(image).toMatch(new RegExp(`^process:${INSTANCE}/v3-[0-9a-f]{8}$`));
    expect(await rig.store.has(image)).toBe(true);
    const home = await rig.store.moveIn(image, rig.room("web.1-aa"), NONE);
    const app = home?.path ?? "";
    const modes = ["Procfile", "bin/run", "secret", "shut"].map(
      (path) => statSync(join(app, path)).mode & 0o7777,
    );
    expect(modes).toEqual([0o644, 0o755, 0o600, 0o700]);
    expect(lstatSync(join(app, "Procfile"))).toMatchObject({
      uid: process.getuid?.(),
      mtime: new Date("2026-11-21T12:00:00Z"),
    });
    expect(readlinkSync(join(app, "current"))).toBe("bin/run");
    expect(statSync(join(app, "also-run")).ino).toBe(statSync(join(app, "bin/run")).ino);
    expect(readFileSync(join(app, "straße\n "), "utf8")).toBe("x");
  });

  it("tells what it has, and gives it back", async () => {
    await using rig = await slugRig();
    const image = await rig.store.bake(bakeSpec(appTar({ ...PROCFILE, "a/b": "12345" })));
    const id = slugIdOf(image)?.id ?? "";
    expect(await rig.store.list()).toEqual([{ image, name: `web-shop:${id}`, instance: INSTANCE, size: 18 }]);
    const tar = await buffer((await rig.store.read(image)) ?? Readable.from([]));
    const listed = execFileSync("tar", ["-tf", "-"], { input: tar }).toString().split("\n").toSorted();
    expect(listed).toEqual(["", "app/", "app/Procfile", "app/a/", "app/a/b"]);
  });

  it.each([
    "sha256:0d9f7b9e",
    "process:",
    `process:${INSTANCE}/../../x`,
    `process:../${INSTANCE}/x`,
    `process:${INSTANCE}/v3-00000000`,
    `process:${INSTANCE}/v3-00000000.gone`,
  ])("has no %s", async (name) => {
    await using rig = await slugRig();
    const image = name as ImageId;
    expect(await rig.store.has(image)).toBe(false);
    expect(await rig.store.read(image)).toBeUndefined();
    expect(await rig.store.moveIn(image, rig.room("web.1-aa"), NONE)).toBeUndefined();
    await rig.store.remove(image);
  });

  it("removes a slug at once, and its tree when nobody lives on it any more", async () => {
    await using rig = await slugRig();
    const image = await rig.store.bake(bakeSpec(appTar(PROCFILE)));
    const slugs = slugsFolder(rig.places, { instance: INSTANCE });
    const room = rig.room("web.1-aa");
    const home = await rig.store.moveIn(image, room, WITH_OVERLAY);
    await rig.store.remove(image);
    expect(await rig.store.has(image)).toBe(false);
    expect(await rig.store.list()).toEqual([]);
    // the layer lies on it still, and what was written can be told
    mkdirSync(join(room.folder, "upper", "made"));
    expect(await home?.lostFiles()).toEqual([{ path: "/app/made", change: "added" }]);
    await rig.store.sweep(() => true);
    expect(readdirSync(slugs)).toHaveLength(1);
    rmSync(room.folder, { recursive: true });
    await rig.store.sweep(() => true);
    expect(readdirSync(slugs)).toEqual([]);
  });

  it("leaves nothing of a slug that did not come whole", async () => {
    await using rig = await slugRig();
    const whole = await buffer(appTar({ big: "x".repeat(100_000) }));
    const breaksOff = Readable.from(
      (async function* () {
        yield whole.subarray(0, 50_000);
        throw new Error("the box is gone");
      })(),
    );
    await expect(rig.store.bake(bakeSpec(breaksOff))).rejects.toThrow("the box is gone");
    const short = Readable.from([whole.subarray(0, 50_000)]);
    await expect(rig.store.bake(bakeSpec(short))).rejects.toThrow("Unexpected EOF in archive");
    expect(readdirSync(slugsFolder(rig.places, { instance: INSTANCE }))).toEqual([]);
  });

  it("removes what a killed bake left, with the next start", async () => {
    await using rig = await slugRig();
    const never = new Readable({ read() {} });
    const baking = rig.store.bake(bakeSpec(never)).catch((error: Error) => error.message);
    never.push((await buffer(appTar(PROCFILE))).subarray(0, 1536));
    const slugs = slugsFolder(rig.places, { instance: INSTANCE });
    await expect.poll(() => existsSync(slugs) && readdirSync(slugs)).toHaveLength(1);
    expect(await rig.store.list()).toEqual([]);
    const next = openSlugStore(rig.places, { pid: 1, started: "later" });
    const asked: unknown[] = [];
    await next.sweep((owner) => asked.push(owner) > 0);
    expect(asked).toEqual([{ instance: INSTANCE, app: "web-shop", ...WRITER }]);
    expect(readdirSync(slugs)).toHaveLength(1);
    await next.sweep(() => false);
    expect(readdirSync(slugs)).toEqual([]);
    never.destroy(new Error("killed"));
    expect(await baking).toContain("killed");
  });

  it("lays changes on a former slug, which stays as it was", async () => {
    await using rig = await slugRig();
    const former = await rig.store.bake(
      bakeSpec(appTar({ ...PROCFILE, "a/b": "old", "a/c": "gone", "lib/x": "lib" })),
    );
    const onto = { image: former, removed: ["a/c"] };
    const image = await rig.store.bake(bakeSpec(appTar({ "a/b": "new" }), { release: 4, onto }));
    const read = async (slug: ImageId, path: string): Promise<string> => {
      const home = await rig.store.moveIn(
        slug,
        rig.room(`${slugIdOf(slug)?.id}-${path.length}`),
        WITH_OVERLAY,
      );
      return readFileSync(join(home?.around.overlay?.lower ?? "", path), "utf8");
    };
    expect([await read(image, "a/b"), await read(image, "lib/x"), await read(image, "Procfile")]).toEqual([
      "new",
      "lib",
      PROCFILE.Procfile,
    ]);
    await expect(read(image, "a/c")).rejects.toThrow("ENOENT");
    expect([await read(former, "a/b"), await read(former, "a/c")]).toEqual(["old", "gone"]);
  });

  it("copies what it takes apart as it is, empty folders and modes and times and links", async () => {
    await using rig = await slugRig();
    const heavy = Array.from({ length: 40 }, (_, n) => [`lib/deep/${n}`, "x".repeat(50_000)] as const);
    const folder = (mode: number): Content => ({ type: "directory", mode });
    const image = await rig.store.bake(
      bakeSpec(
        appTar({
          "lib/": folder(0o750),
          "lib/deep/": folder(0o700),
          "lib/empty/": folder(0o711),
          "lib/latest": { type: "symlink", linkname: "deep/1" },
          "lib/run": { mode: 0o755 },
          ...Object.fromEntries(heavy),
          ...PROCFILE,
        }),
      ),
    );
    const layer = await rig.store.moveIn(image, rig.room("web.1-aa"), WITH_OVERLAY);
    const copy = await rig.store.moveIn(image, rig.room("web.1-bb"), NONE);
    const facts = async (root = ""): Promise<object> =>
      Object.fromEntries(
        [...(await listTree(root))].map(([path, { type, mode, size, modified, target }]) => [
          path,
          [type, mode, target, ...(type === "directory" ? [] : [size, modified])],
        ]),
      );
    expect(await facts(copy?.path)).toEqual(await facts(layer?.around.overlay?.lower));
    expect(await copy?.lostFiles()).toEqual([]);
  });

  it("forgets the rooms that are gone", async () => {
    await using rig = await slugRig();
    const image = await rig.store.bake(bakeSpec(appTar(PROCFILE)));
    const former = rig.room("web.1-aa");
    await rig.store.moveIn(image, former, WITH_OVERLAY);
    rmSync(former.folder, { recursive: true });
    await rig.store.moveIn(image, rig.room("web.1-bb"), WITH_OVERLAY);
    const slug = join(slugsFolder(rig.places, { instance: INSTANCE }), slugIdOf(image)?.id ?? "");
    expect(readdirSync(join(slug, "rooms"))).toEqual(["web.1-bb"]);
  });

  it.each([
    ["a layer", WITH_OVERLAY],
    ["a copy", NONE],
  ])("knows of nothing lost from %s once all of the app is gone", async (_way, confinement) => {
    await using rig = await slugRig();
    const image = await rig.store.bake(bakeSpec(appTar(PROCFILE)));
    const room = rig.room("web.1-aa");
    const home = await rig.store.moveIn(image, room, confinement);
    mkdirSync(join(room.folder, confinement.overlays ? "upper" : "app", "made"));
    rmSync(rig.places.apps, { recursive: true });
    expect(await home?.lostFiles()).toEqual([]);
  });
});
