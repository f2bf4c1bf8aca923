import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { BUILD_LIMIT } from "../../src/heroku/limits.ts";
import type { EngineFailure } from "../../src/engine/failure.ts";
import { FrozenClock } from "../../src/kernel/frozen-clock.ts";
import { MovableClock } from "../../src/kernel/movable-clock.ts";
import { bytes, instant } from "../../src/kernel/units.ts";
import { readAppSource } from "../../src/manifest/read-app.ts";
import { readBuildpack, type Buildpack } from "../../src/slug/buildpack.ts";
import { writeSlugArchive } from "../../src/slug/slug-archive.ts";
import { appFolder, unpacked, type AppFolder } from "../manifest/app-folder.ts";
import { build, good, PACK, SH } from "./compiling.ts";
import { LocalEngine } from "./local-box.ts";

const FLASK = { "requirements.txt": "flask", Procfile: "web: gunicorn app:app\nrelease: ./migrate\n" };

describe("a build that succeeds", () => {
  it("tells it in Heroku's lines and gives a slug", async () => {
    const { result, lines, engine } = await build({ app: FLASK });
    expect(lines).toEqual([
      "-----> Building on the Heroku-24 stack",
      "-----> Determining which buildpack to use for this app",
      "-----> Python app detected",
      "-----> Compiling",
      "-----> Discovering process types",
      "       Procfile declares types -> release, web",
      "",
      "-----> Compressing...",
      expect.stringMatching(/^ {7}Done: \d+(?:\.\d)?[KM]$/),
    ]);
    const slug = good(result);
    expect(slug).toEqual({
      image: expect.any(String),
      inputs: "inputs",
      config: { read: "all", sums: {} },
      commit: undefined,
      pythonMinor: "3.13",
      buildpacks: ["pack-0"],
      processTypes: { web: "gunicorn app:app", release: "./migrate" },
      size: expect.any(Number),
      checksum: expect.stringMatching(/^SHA256:[0-9a-f]{64}$/),
      notices: ["PIP_FIND_LINKS names a place on this machine and is not passed to the build."],
      reports: {},
      tree: expect.any(Map),
    });
    expect(engine.images.size).toBe(1);
  });

  it("notes which config vars the buildpack says that it reads", async () => {
    const { result } = await build({
      app: FLASK,
      packs: [{ ...PACK, "bin/compile": `${SH}printf 'A\\nNPM_*\\n' >"$DYNOSIM_CONFIG_READ_FILE"` }],
    });
    expect(good(result).config).toEqual({ read: ["A", "NPM_*"], sums: {} });
  });

  it("holds the buildpack back while nobody takes its output, unless the build is to end", async () => {
    const flood = { ...PACK, "bin/compile": `${SH}head -c 50000000 /dev/zero | tr '\\0' '\\n'` };
    const asked = new AbortController();
    let [lines, waits] = [0, 0];
    const building = build({
      app: FLASK,
      packs: [flood],
      tools: {
        signal: asked.signal,
        onLine: () => (lines += 1),
        drained: () => {
          waits += 1;
          return waits < 3 ? Promise.resolve() : new Promise(() => {});
        },
      },
    });
    await expect.poll(() => waits).toBe(3);
    const taken = lines;
    await setTimeout(50);
    expect([waits, lines]).toEqual([3, taken]);
    expect(lines).toBeLessThan(1_000_000);
    asked.abort();
    expect((await building).result).toEqual({ ok: false, failure: { kind: "build-aborted" } });
  });

  it("names a buildpack that was set", async () => {
    const { lines } = await build({ app: FLASK, set: true });
    expect(lines[1]).toBe("-----> Using buildpack: pack-0");
  });

  it("deletes what .slugignore names before any buildpack looks, and says how much", async () => {
    const { lines } = await build({
      app: { ...FLASK, ".slugignore": "docs/\n*.psd\n", "docs/a.md": "", "art/b.psd": "" },
      packs: [{ ...PACK, "bin/compile": `${SH}cd "$1"; find . -type f | sort` }],
    });
    expect(lines.slice(0, 3)).toEqual([
      "-----> Building on the Heroku-24 stack",
      "-----> Deleting 2 files matching .slugignore patterns.",
      "-----> Determining which buildpack to use for this app",
    ]);
    expect(lines.slice(4, 7)).toEqual(["./.slugignore", "./Procfile", "./requirements.txt"]);
  });

  it("bakes the built tree as app/, without what else was in the box", async () => {
    await using target = await appFolder({});
    const { result, engine } = await build({
      app: FLASK,
      packs: [
        {
          ...PACK,
          "bin/compile": `${SH}echo x > /app/left; ln -s "$1" /app/.heroku; echo .hidden > "$1/.hidden"`,
        },
      ],
      input: { configVars: { SECRET: "s" } },
    });
    const file = join(target.path, "slug.tgz");
    expect(await writeSlugArchive(engine, good(result).image, file)).toEqual({ ok: true, value: undefined });
    const tar = gunzipSync(await readFile(file));
    expect(Object.keys(await unpacked({ tar: () => Readable.from([tar]) }, process.getuid?.() ?? 0))).toEqual(
      expect.arrayContaining(["./app/", "./app/.hidden", "./app/Procfile", "./app/requirements.txt"]),
    );
    expect(tar.includes("./app/left")).toBe(false);
    expect(tar.includes("SECRET")).toBe(false);
  });

  it("looks while it bakes at what a dyno will lack", async () => {
    const compile = `${SH}echo '#!/usr/bin/perl' > "$1/serve"`;
    const { result } = await build({
      app: { ...FLASK, Procfile: "web: ./serve\n" },
      packs: [{ ...PACK, "bin/compile": compile }],
      onBox: (box, engine) => {
        const bake = engine.bake.bind(engine);
        engine.bake = async (spec) => {
          await expect.poll(() => box.commands.some((words) => words.includes("./serve"))).toBe(true);
          return bake(spec);
        };
      },
    });
    expect(good(result).notices.at(-1)).toContain("perl");
  });

  it("gives the programs what the buildpack API promises", async () => {
    const spy = `${SH}echo "args $# $(basename "$1") $(basename "$2") $(cat "$3/NAME") $STACK $HOME $SOURCE_VERSION.$DYNOSIM_STRICT.$NAME"; pwd; echo "$DYNO $REQUEST_ID $PORT"`;
    const { lines } = await build({
      app: FLASK,
      packs: [{ ...PACK, "bin/compile": spy }],
      input: { configVars: { NAME: "two\nlines" }, strict: true },
    });
    expect(lines.slice(3, 7)).toEqual([
      expect.stringMatching(/^args 3 build_[0-9a-f]{8} cache two$/),
      expect.stringMatching(/^lines heroku-24 \/.*\/app \.1\.$/),
      expect.stringMatching(/\/tmp\/build_[0-9a-f]{8}$/),
      expect.stringMatching(
        /^run\.\d{4} [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12} $/,
      ),
    ]);
  });

  it("sources the export file of the earlier buildpack", async () => {
    const one = { ...PACK, "bin/compile": `${SH}echo 'export FROM_ONE=yes' > "$(dirname "$0")/../export"` };
    const two = { ...PACK, "bin/compile": `${SH}echo "from one: $FROM_ONE"` };
    const { lines, result } = await build({ app: FLASK, packs: [one, two], set: true });
    expect(lines).toContain("from one: yes");
    expect(good(result).buildpacks).toEqual(["pack-0", "pack-1"]);
  });

  it.each<
    [
      name: string,
      procfile: string | undefined,
      release: string,
      types: Record<string, string>,
      lines: string[],
    ]
  >([
    [
      "defaults where the Procfile is missing",
      undefined,
      "default_process_types:\n  web: npm start",
      { web: "npm start" },
      ["       Procfile declares types     -> (none)", "       Default types for buildpack -> web"],
    ],
    [
      "the Procfile over the defaults",
      "web: mine",
      "default_process_types: {web: theirs, console: irb}",
      { web: "mine", console: "irb" },
      ["       Procfile declares types     -> web", "       Default types for buildpack -> console"],
    ],
    ["neither", undefined, "---", {}, ["       Procfile declares types -> (none)"]],
    ["no YAML", "web: x", "{{{ [", { web: "x" }, ["       Procfile declares types -> web"]],
  ])("process types: %s", async (_, procfile, release, types, expected) => {
    const { result, lines } = await build({
      app: { "requirements.txt": "", ...(procfile === undefined ? {} : { Procfile: procfile }) },
      packs: [{ ...PACK, "bin/release": `${SH}cat <<'EOF'\n${release}\nEOF` }],
    });
    expect(good(result).processTypes).toEqual(types);
    const from = lines.indexOf("-----> Discovering process types") + 1;
    expect(lines.slice(from, from + expected.length)).toEqual(expected);
  });

  it("takes the Procfile that the build itself wrote", async () => {
    const { result } = await build({
      app: { "requirements.txt": "" },
      packs: [{ ...PACK, "bin/compile": `${SH}echo 'web: made' > "$1/Procfile"` }],
    });
    expect(good(result).processTypes).toEqual({ web: "made" });
  });
});

describe("a build that fails", () => {
  it("no buildpack matches", async () => {
    const { result, lines, engine } = await build({ app: { "README.md": "", "back/requirements.txt": "" } });
    expect(result).toEqual({
      ok: false,
      failure: { kind: "no-buildpack", files: ["README.md", "back/"], below: "back/requirements.txt" },
    });
    expect(lines).toContain(" !     No default language could be detected for this app.");
    expect(lines.at(-1)).toBe(" !     Push failed");
    expect(engine.images.size).toBe(0);
  });

  it("the buildpack that was set does not match", async () => {
    const { result, lines } = await build({
      app: { "README.md": "" },
      packs: [{ ...PACK, "bin/detect": `${SH}echo "no app here"; exit 1` }],
      set: true,
    });
    expect(result).toEqual({
      ok: false,
      failure: { kind: "buildpack-refused", buildpack: "pack-0", output: ["no app here"] },
    });
    expect(lines.slice(2, 4)).toEqual([
      "-----> App not compatible with buildpack: pack-0",
      "       no app here",
    ]);
  });

  it("compile ends with a status and an identifier", async () => {
    const { result, lines } = await build({
      app: FLASK,
      packs: [
        {
          ...PACK,
          "bin/compile": `${SH}echo some::thing > "$DYNOSIM_FAILURE_FILE"; printf ' !     why' >&2; exit 3`,
        },
      ],
    });
    expect(result).toEqual({
      ok: false,
      failure: {
        kind: "compile-failed",
        language: "Python",
        status: 3,
        identifier: "some::thing",
        report: {},
      },
    });
    expect(lines.slice(-4)).toEqual([
      " !     why",
      " !     Push rejected, failed to compile Python app.",
      "",
      " !     Push failed",
    ]);
  });

  it("takes longer than Heroku allows", async () => {
    const clock = new MovableClock(new FrozenClock(instant(0)));
    const said: string[] = [];
    const { result, engine } = await build({
      app: FLASK,
      packs: [{ ...PACK, "bin/compile": `${SH}echo begun; sleep 600` }],
      tools: {
        clock,
        onLine: (line) => {
          said.push(line);
          if (line === "begun") void clock.advance(BUILD_LIMIT, async () => {});
        },
      },
    });
    expect(said.slice(-3)).toEqual([
      "begun",
      "-----> Timed out running buildpack Python",
      " !     Push failed",
    ]);
    expect(result).toEqual({ ok: false, failure: { kind: "build-timeout", minutes: 15 } });
    expect(engine.images.size).toBe(0);
  });

  it("is stopped by who asked for it", async () => {
    const asked = new AbortController();
    const { result } = await build({
      app: FLASK,
      packs: [{ ...PACK, "bin/compile": `${SH}echo begun; sleep 600` }],
      tools: { signal: asked.signal, onLine: (line) => line === "begun" && asked.abort() },
    });
    expect(result).toEqual({ ok: false, failure: { kind: "build-aborted" } });
  });

  it("was stopped before it began", async () => {
    const { result } = await build({ app: FLASK, tools: { signal: AbortSignal.abort() } });
    expect(result).toEqual({ ok: false, failure: { kind: "build-aborted" } });
  });

  it.each<[what: string, change: (app: AppFolder) => Promise<void>]>([
    ["edited", (app) => app.write({ Procfile: "web: other" })],
    ["removed", (app) => rm(join(app.path, "Procfile"))],
  ])("meets a file that was %s since it was looked at", async (_, change) => {
    await using app = await appFolder(FLASK);
    const source = good(await readAppSource(app.path, { kind: "tracked" }));
    await change(app);
    const { result } = await build({ app: FLASK, input: { source } });
    expect(result).toEqual({ ok: false, failure: { kind: "source-changed", path: "Procfile" } });
  });

  it("makes a slug that is too large, and does not keep it", async () => {
    const { result, lines, engine } = await build({ app: FLASK, tools: { slugLimit: bytes(1) } });
    expect(result).toMatchObject({ ok: false, failure: { kind: "slug-too-large", limit: 1 } });
    expect(lines.slice(-4)).toEqual([
      expect.stringMatching(/^ !     Compiled slug size: [\d.]+K is too large \(max is 0K\)\.$/) as string,
      " !     See: http://devcenter.heroku.com/articles/slug-size",
      "",
      " !     Push failed",
    ]);
    expect(engine.images.size).toBe(0);
  });

  it("is refused by what gzip makes of it where zstd alone would let it through", async () => {
    const compile = `${SH}seq 1 60000 > "$1/numbers"`;
    const app = { app: FLASK, packs: [{ ...PACK, "bin/compile": compile }] };
    const zstd = good((await build(app)).result).size;
    const exact = await build({ ...app, tools: { slugLimit: bytes(zstd + 1) } });
    expect(exact.result).toMatchObject({ ok: false, failure: { kind: "slug-too-large", limit: zstd + 1 } });
    expect(!exact.result.ok && "size" in exact.result.failure && exact.result.failure.size > zstd + 1).toBe(
      true,
    );
    // too far below to be in doubt
    expect((await build({ ...app, tools: { slugLimit: bytes(zstd * 2) } })).result.ok).toBe(true);
  });

  it("names what makes it too large", async () => {
    const compile = `${SH}mkdir "$1/models"; head -c 40000 /dev/urandom > "$1/models/weights"`;
    const packs = [{ ...PACK, "bin/compile": compile }];
    const { result } = await build({ app: FLASK, packs, tools: { slugLimit: bytes(20_000) } });
    expect(result).toMatchObject({
      failure: { kind: "slug-too-large", largest: [{ name: "models", size: 40_000, files: 1 }, {}, {}] },
    });
  });

  it.each<[what: string, compile: string]>([
    ["no folder", 'cd /; rm -rf "$1"'],
    ["a link to a folder elsewhere", 'cd /; rm -rf "$1"; ln -s /etc "$1"'],
  ])("leaves %s where the app was built", async (_, compile) => {
    const { result, engine } = await build({
      app: FLASK,
      packs: [{ ...PACK, "bin/compile": `${SH}${compile}` }],
    });
    expect(result).toEqual({ ok: false, failure: { kind: "no-slug-folder" } });
    expect(engine.images.size).toBe(0);
  });

  it.each<EngineFailure>([
    { kind: "disk-full", reason: "no space" },
    { kind: "engine-unreachable", tried: ["socket"] },
  ])("hands on what the engine met: $kind", async (failure) => {
    const engine = new LocalEngine();
    engine.failNext(failure);
    const { result } = await build({ app: FLASK, tools: { engine } });
    expect(result).toEqual({ ok: false, failure });
    expect(engine.boxes.every(({ disposed }) => disposed)).toBe(true);
  });
});

describe("a buildpack folder", () => {
  it.each<[files: Record<string, string>, reason: string]>([
    [{ "bin/compile": SH }, "there is no bin/detect"],
    [{ "bin/detect": SH }, "there is no bin/compile"],
  ])("has its programs: %j", async (files, reason) => {
    await using folder = await appFolder(files);
    expect(await readBuildpack("x", folder.path)).toMatchObject({
      ok: false,
      failure: { kind: "bad-buildpack", reason: expect.stringContaining(reason) as string },
    });
  });

  it("has a hash of its contents", async () => {
    await using folder = await appFolder(PACK);
    const hash = async (): Promise<string> => good<Buildpack>(await readBuildpack("x", folder.path)).hash;
    const before = await hash();
    expect(await hash()).toBe(before);
    await folder.write({ "bin/compile": SH });
    expect(await hash()).not.toBe(before);
  });
});
