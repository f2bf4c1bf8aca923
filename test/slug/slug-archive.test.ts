import { execFileSync } from "node:child_process";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { FakeEngine } from "../../src/engine/fake/fake-engine.ts";
import type { ImageId } from "../../src/heroku/names.ts";
import { ok } from "../../src/kernel/result.ts";
import { writeSlugArchive } from "../../src/slug/slug-archive.ts";
import { belowDot } from "../../src/slug/tar-below-dot.ts";
import { appFolder } from "../manifest/app-folder.ts";

const LONG = "n".repeat(99);
const DEEP = Array.from({ length: 20 }, (_, at) => `folder-${at}`).join("/");

/** Names of every length around where a header has no more room, deep ones, odd ones, links, and an empty folder. */
function furnish(folder: string): void {
  const app = Buffer.from(`${folder}/app/`);
  const at = (name: string): Buffer => Buffer.concat([app, Buffer.from(name, "latin1")]);
  for (const name of ["", "empty", LONG, DEEP, "d\u00ff"]) mkdirSync(at(name), { recursive: true });
  const names = ["plain", "caf\u00e9", "two  words", "new\nline", "-dash", `${DEEP}/in`, "d\u00ff/in"];
  for (let length = 92; length < 104; length += 1) names.push("x".repeat(length));
  for (let length = 145; length < 160; length += 1) names.push(`${LONG}/${"y".repeat(length - 100)}`);
  for (const name of names) writeFileSync(at(name), name);
  for (const name of names.slice(7)) linkSync(at(name), at(`${name.slice(0, -1)}z`));
  writeFileSync(at("odd-size"), Buffer.alloc(1025, 7));
  chmodSync(at("plain"), 0o4755);
  symlinkSync(Buffer.from("/nowhere/\u00ff", "latin1"), at("link"));
  symlinkSync("t".repeat(200), at("long-link"));
  utimesSync(at("plain"), 1_500_000_000, 1_500_000_000);
}

const KINDS = ["gnu", "posix", "ustar"] as const;
/** `--format=ustar` leaves out what it cannot tell, and what that was a second name of; the rest of it is what counts. */
function packed(folder: string, kind: (typeof KINDS)[number]): Buffer {
  const most = kind === "ustar" ? ["--exclude=long-link", "--exclude=folder-0"] : [];
  const packing = ["--numeric-owner", `--format=${kind}`, "-C", folder, ...most, "-cf", "-", "app"];
  try {
    return execFileSync("tar", packing, { maxBuffer: 1e8, stdio: ["ignore", "pipe", "ignore"] });
  } catch (failed) {
    return (failed as { readonly stdout: Buffer }).stdout;
  }
}

/** Names as bytes, one a line, with all that an archive says of them. */
const listed = (tar: Buffer): string =>
  execFileSync("tar", ["--quoting-style=escape", "--full-time", "--numeric-owner", "-tvf", "-"], {
    input: tar,
    maxBuffer: 1e8,
    env: { ...process.env, LC_ALL: "C", TZ: "UTC" },
  }).toString();

describe("a slug archive", () => {
  it.each(KINDS)("has ./ before each name of a %s archive, and else the same bytes", async (kind) => {
    await using folder = await appFolder({});
    furnish(folder.path);
    const tar = packed(folder.path, kind);
    // cut anywhere
    const pieces = Array.from({ length: Math.ceil(tar.length / 333) }, (_, at) =>
      tar.subarray(at * 333, (at + 1) * 333),
    );
    const dotted = await buffer(belowDot(Readable.from(pieces)));
    const expected = listed(tar)
      .replaceAll(/ app\//g, " ./app/")
      .replaceAll(/ link to app\//g, " link to ./app/");
    expect(expected).toContain("./app/caf\\351\n");
    expect(expected).toContain(" link to ./app/");
    expect(listed(dotted)).toBe(expected);
    if (kind === "ustar") return;
    const unpacked = join(folder.path, "unpacked");
    mkdirSync(unpacked);
    execFileSync("tar", ["-xpf", "-", "-C", unpacked], { input: dotted });
    execFileSync("diff", ["-r", "--no-dereference", "app", "unpacked/app"], { cwd: folder.path });
  });

  it.each<[what: string, tar: Buffer, reason: string]>([
    ["breaks off", Buffer.alloc(700, "x"), "the archive is of a kind that is not known here"],
    ["ends within a header", Buffer.alloc(100), "the archive broke off"],
  ])("that %s is an error, and leaves no file", async (_, tar, reason) => {
    await using folder = await appFolder({});
    const engine = new (class extends FakeEngine {
      override readSlug(): ReturnType<FakeEngine["readSlug"]> {
        return Promise.resolve(ok(Readable.from([tar])));
      }
    })();
    const file = join(folder.path, "slug.tgz");
    expect(await writeSlugArchive(engine, "sha256:0" as ImageId, file)).toEqual({
      ok: false,
      failure: { kind: "slug-file", file, reason },
    });
    expect(execFileSync("ls", ["-A", folder.path]).toString()).toBe("");
  });

  it("is refused where it cannot be written, without the slug being left open", async () => {
    await using folder = await appFolder({});
    furnish(folder.path);
    const slug = Readable.from([packed(folder.path, "posix")]);
    const engine = new (class extends FakeEngine {
      override readSlug(): ReturnType<FakeEngine["readSlug"]> {
        return Promise.resolve(ok(slug));
      }
    })();
    const file = join(folder.path, "no", "slug.tgz");
    expect(await writeSlugArchive(engine, "sha256:0" as ImageId, file)).toMatchObject({
      ok: false,
      failure: { kind: "slug-file", file, reason: expect.stringContaining("ENOENT") as string },
    });
    expect(slug.destroyed).toBe(true);
  });

  it("is compressed as gzip", async () => {
    await using folder = await appFolder({});
    furnish(folder.path);
    const engine = new (class extends FakeEngine {
      override readSlug(): ReturnType<FakeEngine["readSlug"]> {
        return Promise.resolve(ok(Readable.from([packed(folder.path, "posix")])));
      }
    })();
    const file = join(folder.path, "slug.tgz");
    expect(await writeSlugArchive(engine, "sha256:0" as ImageId, file)).toEqual({
      ok: true,
      value: undefined,
    });
    expect(listed(gunzipSync(readFileSync(file)))).toContain(" ./app/plain\n");
  });
});
