import { pack } from "tar-stream";
import { PassThrough, pipeline, Readable } from "node:stream";
import type { BuildBox } from "../engine/build-box.ts";
import type { EngineFailure } from "../engine/failure.ts";
import { hex, type Random } from "../kernel/random.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { AppSource } from "../manifest/app-source.ts";
import { SourceChanged, SourceTooLarge } from "../manifest/source-tree.ts";
import type { Buildpack } from "./buildpack.ts";
import type { SlugFailure } from "./failure.ts";
import { joinedTar } from "./joined-tar.ts";

/** Where things stand in a build box. heroku.md 5.6 */
export interface BuildRoom {
  readonly buildDir: string;
  readonly envDir: string;
  /** Folders of the buildpacks, in the order given. */
  readonly buildpackDirs: readonly string[];
  /** Where the slug stands when it is built; its last name is `app`. */
  readonly slugDir: string;
  /** Where a failed buildpack leaves its identifier. */
  readonly failureFile: string;
  /** Where each buildpack may say which config vars it reads; a name a line. In the order of `buildpackDirs`. */
  readonly configReadFiles: readonly string[];
}

/** The app's cache volume; the engine puts it there. */
export const CACHE_DIR = "/tmp/codon/tmp/cache";
/** Of the buildpacks. */
const HOME = "/tmp/buildpacks";
/** The dyno's user in the stack images. engine.md 1 */
const DYNO_UID = 1000;

export function layOutRoom(random: Random, buildpacks: readonly Buildpack[]): BuildRoom {
  return {
    buildDir: `/tmp/build_${hex(random, 8)}`,
    envDir: `/tmp/d${hex(random, 8)}`,
    buildpackDirs: buildpacks.map((_, index) => `${HOME}/${index}`),
    slugDir: `/tmp/slug_${hex(random, 8)}/app`,
    failureFile: `/tmp/d${hex(random, 8)}.failure`,
    configReadFiles: buildpacks.map((_, index) => `${HOME}/${index}.config-read`),
  };
}

export interface Sending extends Disposable {
  readonly tar: Readable;
  /** Why the reading broke off. */
  readonly trouble: () => unknown;
}

/** Held in memory until the box is open; beyond that the reading waits. */
const READ_AHEAD = 16_777_216;

/** Begins to read the source, which takes about as long as a box takes to open. */
export function startReading(source: AppSource): Sending {
  const tar = new PassThrough({ highWaterMark: READ_AHEAD });
  let trouble: unknown;
  pipeline(source.tar(DYNO_UID), tar, (problem) => (trouble = problem ?? undefined));
  // perhaps nobody listens yet: whoever takes the archive will meet its end
  tar.on("error", () => {});
  return { tar, trouble: () => trouble, [Symbol.dispose]: () => tar.destroy() };
}

/** Copies in the source, the buildpacks, and one file for each config var. */
export async function furnishRoom(
  box: BuildBox,
  room: BuildRoom,
  source: Sending,
  buildpacks: readonly Buildpack[],
  configVars: Readonly<Record<string, string>>,
): Promise<Result<void, SlugFailure | EngineFailure>> {
  const inTmp = (path: string): string => path.replace(/^\/tmp\//, "");
  const furniture = joinedTar([
    { place: ".", tar: folders([HOME, ...room.buildpackDirs, room.buildDir, room.envDir].map(inTmp)) },
    ...buildpacks.map((buildpack, index) => ({
      place: inTmp(room.buildpackDirs[index] ?? HOME),
      tar: buildpack.tar(DYNO_UID),
    })),
    { place: inTmp(room.envDir), tar: configVarFiles(configVars) },
  ]);
  const put = await box.put(furniture, "/tmp");
  return put.ok ? putSource(box, room, source) : put;
}

async function putSource(
  box: BuildBox,
  room: BuildRoom,
  { tar, trouble }: Sending,
): Promise<Result<void, SlugFailure | EngineFailure>> {
  try {
    const put = await box.put(tar, room.buildDir);
    return put.ok ? put : fail(asFailure(trouble()) ?? put.failure);
  } catch (problem) {
    const failure = asFailure(trouble());
    if (failure === undefined) throw problem;
    return fail(failure);
  }
}

function asFailure(trouble: unknown): SlugFailure | undefined {
  if (trouble instanceof SourceChanged) return { kind: "source-changed", path: trouble.path };
  if (trouble instanceof SourceTooLarge) return { kind: "checkout-too-large", largest: trouble.largest };
  return undefined;
}

/** In an archive, because a command in a container takes some fifty milliseconds. */
function folders(paths: readonly string[]): Readable {
  const archive = pack();
  const facts = { type: "directory", mode: 0o755, uid: DYNO_UID, gid: DYNO_UID } as const;
  for (const path of paths) archive.entry({ ...facts, name: path });
  archive.finalize();
  return Readable.from(archive as AsyncIterable<Uint8Array>, { objectMode: false });
}

function configVarFiles(configVars: Readonly<Record<string, string>>): Readable {
  const archive = pack();
  for (const [name, value] of Object.entries(configVars))
    archive.entry({ name, mode: 0o600, uid: DYNO_UID, gid: DYNO_UID }, Buffer.from(value));
  archive.finalize();
  return Readable.from(archive as AsyncIterable<Uint8Array>, { objectMode: false });
}

const NO_FOLDER = 20;

/**
 * As root, for whatever a build has made: the built tree gets the name that an archive of it has to begin with. It stays
 * on its file system, where a move costs nothing; nobody runs it before it lies in the release's image at /app.
 */
export async function stageSlug(
  box: BuildBox,
  room: BuildRoom,
): Promise<Result<void, SlugFailure | EngineFailure>> {
  const script =
    '[[ -d $1 && ! -L $1 ]] || exit 20; mkdir -- "${2%/*}" && mv -T -- "$1" "$2" && chown --reference=/app "$2" && chmod --reference=/app "$2"';
  const said: string[] = [];
  const staged = await box.run(["bash", "-p", "-c", script, "stage", room.buildDir, room.slugDir], {
    root: true,
    onOutput: ({ bytes }) => said.push(Buffer.from(bytes).toString()),
  });
  if (!staged.ok) return staged;
  if (staged.value === NO_FOLDER) return fail({ kind: "no-slug-folder" });
  if (staged.value !== 0)
    return fail({ kind: "engine-error", during: "stage the slug", reason: said.join("").trim() });
  return ok();
}
