import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FrozenClock } from "../../src/kernel/frozen-clock.ts";
import { seededRandom } from "../../src/kernel/random.ts";
import { instant, minutes } from "../../src/kernel/units.ts";
import { readAppSource } from "../../src/manifest/read-app.ts";
import { slugCompiler, type SlugFor } from "../../src/platform/compile.ts";
import { KnownFilesFile } from "../../src/platform/known-files-file.ts";
import type { BuildOptions } from "../../src/platform/platform.ts";
import { SentSourceFile } from "../../src/platform/sent-source-file.ts";
import { TreeFiles } from "../../src/platform/tree-file.ts";
import type { Slug } from "../../src/release/slug.ts";
import { LocalEngine } from "../slug/local-box.ts";
import { PlatformOnFake } from "./platform-on-fake.ts";

const SH = "#!/usr/bin/env bash\n";
const PACK = {
  "mine/bin/detect": `${SH}echo Mine`,
  "mine/bin/compile": `${SH}echo compiled`,
  "other/bin/detect": `${SH}echo Other`,
  "other/bin/compile": `${SH}echo compiled`,
};

let on: PlatformOnFake;
let engine: LocalEngine;
let lines: string[];
let watched: string[];
let notices: string[];
let compile: SlugFor;

beforeEach(() => {
  on = new PlatformOnFake();
  engine = new LocalEngine();
  [lines, watched, notices] = [[], [], []];
  write(PACK);
  const { app, store } = on;
  compile = slugCompiler({
    app,
    engine,
    clock: new FrozenClock(instant(0)),
    timeLimit: minutes(15),
    random: seededRandom(1),
    environment: {},
    onNotice: (line) => notices.push(line),
    cache: join(store.folder, "buildpacks"),
    trees: new TreeFiles(store.folder),
    memory: new KnownFilesFile(store.folder),
    sent: new SentSourceFile(store.folder),
  });
});

afterEach(async () => on[Symbol.asyncDispose]());

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(on.folder, path)), { recursive: true });
    writeFileSync(join(on.folder, path), content);
  }
}

async function build(
  former: Slug | undefined,
  options: Partial<BuildOptions> = {},
): Promise<Awaited<ReturnType<SlugFor>>> {
  const source = await readAppSource(on.folder, { kind: "working-tree" });
  if (!source.ok) throw new Error(source.failure.kind);
  lines.length = 0;
  const watcher = { started: () => watched.push("started"), failed: () => watched.push("failed") };
  const asked: BuildOptions = {
    source: { kind: "working-tree" },
    strict: false,
    extraEnv: {},
    slugFile: undefined,
    onLine: (line) => lines.push(line),
    signal: undefined,
    ...options,
  };
  return compile(source.value, {}, former, asked, watcher);
}

async function slugOf(...wanted: Parameters<typeof build>): Promise<{ slug: Slug; isNew: boolean }> {
  const built = await build(...wanted);
  if (!built.ok) throw new Error(JSON.stringify(built.failure));
  return built.value;
}

it("nothing is set: the shelf is asked in its order; a build that fails pins nothing", async () => {
  write({ "package.json": "{" });
  // the Node.js of the shelf is asked first, and says what is wrong with that file
  expect(await build(undefined)).toMatchObject({ ok: false, failure: { kind: "compile-failed" } });
  expect(lines).toContain("-----> Determining which buildpack to use for this app");
  expect(lines).toContain("-----> Node.js app detected");
  expect(on.app.state.buildpacks).toBeUndefined();
});

it("what is set is what runs; equal inputs make no new slug, another buildpack or another content of it does", async () => {
  on.app.change({ buildpacks: ["./mine"] });
  const first = await slugOf(undefined);
  expect(lines).toContain("-----> Using buildpack: ./mine");
  expect(first).toMatchObject({ isNew: true, slug: { buildpacks: ["./mine"] } });
  expect(await slugOf(first.slug)).toEqual({ ...first, isNew: false, notices: [] });
  on.app.change({ buildpacks: ["./other"] });
  expect(await slugOf(first.slug)).toMatchObject({ isNew: true });
  on.app.change({ buildpacks: ["./mine"] });
  write({ "mine/bin/compile": `${SH}echo otherwise` });
  expect(await slugOf(first.slug)).toMatchObject({ isNew: true });
});

it("buildpacks and images of one build are its own: nothing of them is kept", async () => {
  on.app.change({ buildpacks: ["./mine"] });
  const images = { build: "b:1", run: "r:1" };
  const once = await slugOf(undefined, { buildpacks: ["./other"], images });
  expect(once.slug.buildpacks).toEqual(["./other"]);
  expect(engine.boxes.at(-1)?.spec.images).toEqual({ build: "sha256:b:1", run: "sha256:r:1" });
  expect(on.app.state).toMatchObject({ buildpacks: ["./mine"], stackImages: undefined });
});

it("images that are kept are built on until `own` is asked for", async () => {
  on.app.change({ buildpacks: ["./mine"], stackImages: { build: "b:1", run: "r:1" } });
  const first = await slugOf(undefined);
  expect(notices).toEqual(["Pulling b:1", "Pulling r:1"]);
  expect(await slugOf(first.slug)).toMatchObject({ isNew: false });
  expect(await slugOf(first.slug, { images: "own" })).toMatchObject({ isNew: true });
  expect(engine.boxes.at(-1)?.spec.images).toBeUndefined();
});

it("an image that nobody has fails before anything is built", async () => {
  on.app.change({ buildpacks: ["./mine"], stackImages: { build: "b:1", run: "r:1" } });
  (engine.stack as unknown as { absent: Set<string> }).absent.add("r:1");
  expect(await build(undefined)).toEqual({
    ok: false,
    failure: { kind: "image-missing", image: "r:1", reason: "not found" },
  });
  expect(engine.boxes).toEqual([]);
});

it("a buildpack that cannot be had ends the build in Heroku's words", async () => {
  on.app.change({ buildpacks: ["./mine", "./nope"] });
  expect(await build(undefined)).toMatchObject({ failure: { kind: "bad-buildpack", buildpack: "./nope" } });
  expect(lines).toEqual([
    "-----> Building on the Heroku-24 stack",
    " !     error fetching custom buildpack ./nope",
    "",
    " !     Push failed",
  ]);
  expect(watched).toEqual(["started", "failed"]);
  expect(engine.boxes).toEqual([]);
});
