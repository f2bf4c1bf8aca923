import { pack } from "tar-stream";
import { Readable } from "node:stream";
import type { BuildBox, EngineFailure } from "../engine/engine.ts";
import { hex, type Random } from "../kernel/random.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { AppSource } from "../manifest/app-source.ts";
import { SourceChanged } from "../manifest/source-tree.ts";
import type { Buildpack } from "./buildpack.ts";
import type { SlugFailure } from "./failure.ts";

/** Where things stand in a build box. heroku.md 5.6 */
export interface BuildRoom {
  readonly buildDir: string;
  readonly envDir: string;
  /** Folders of the buildpacks, in the order given. */
  readonly buildpackDirs: readonly string[];
  /** Where a failed buildpack leaves its identifier. */
  readonly failureFile: string;
}

/** The app's cache volume; the engine puts it there. */
export const CACHE_DIR = "/tmp/codon/tmp/cache";
/** The dyno's user in the stack images. engine.md 1 */
const DYNO_UID = 1000;

export function layOutRoom(random: Random, buildpacks: readonly Buildpack[]): BuildRoom {
  const home = "/tmp/buildpacks";
  return {
    buildDir: `/tmp/build_${hex(random, 8)}`,
    envDir: `/tmp/d${hex(random, 8)}`,
    buildpackDirs: buildpacks.map((_, index) => `${home}/${index}`),
    failureFile: `/tmp/d${hex(random, 8)}.failure`,
  };
}

/** Copies in the source, the buildpacks, and one file for each config var. */
export async function furnishRoom(
  box: BuildBox,
  room: BuildRoom,
  source: AppSource,
  buildpacks: readonly Buildpack[],
  configVars: Readonly<Record<string, string>>,
): Promise<Result<void, SlugFailure | EngineFailure>> {
  const folders = [room.buildDir, room.envDir, ...room.buildpackDirs];
  const made = await box.run(["mkdir", "-p", ...folders], { onOutput: () => {} });
  if (!made.ok) return made;
  for (const [index, buildpack] of buildpacks.entries()) {
    const put = await box.put(buildpack.tar(DYNO_UID), room.buildpackDirs[index] ?? "");
    if (!put.ok) return put;
  }
  const put = await box.put(configVarFiles(configVars), room.envDir);
  return put.ok ? putSource(box, room, source) : put;
}

async function putSource(
  box: BuildBox,
  room: BuildRoom,
  source: AppSource,
): Promise<Result<void, SlugFailure | EngineFailure>> {
  const tar = source.tar(DYNO_UID);
  let trouble: unknown;
  tar.once("error", (problem) => (trouble = problem));
  try {
    const put = await box.put(tar, room.buildDir);
    if (put.ok || !(trouble instanceof SourceChanged)) return put;
  } catch (problem) {
    if (!(trouble instanceof SourceChanged)) throw problem;
  }
  return fail({ kind: "source-changed", path: trouble.path });
}

function configVarFiles(configVars: Readonly<Record<string, string>>): Readable {
  const archive = pack();
  for (const [name, value] of Object.entries(configVars))
    archive.entry({ name, mode: 0o600, uid: DYNO_UID, gid: DYNO_UID }, Buffer.from(value));
  archive.finalize();
  return Readable.from(archive as AsyncIterable<Uint8Array>, { objectMode: false });
}

/** As root, for /app itself belongs to the image: the built tree moves to where it will run. heroku.md 6.1 */
export async function moveToApp(box: BuildBox, room: BuildRoom): Promise<Result<void, EngineFailure>> {
  const script =
    'shopt -s dotglob nullglob; rm -rf /app/* && for entry in "$1"/*; do mv -- "$entry" /app/ || exit; done';
  const said: string[] = [];
  const moved = await box.run(["bash", "-p", "-c", script, "move", room.buildDir], {
    root: true,
    onOutput: ({ bytes }) => said.push(Buffer.from(bytes).toString()),
  });
  if (!moved.ok) return moved;
  if (moved.value !== 0)
    return fail({ kind: "engine-error", during: "move the build to /app", reason: said.join("").trim() });
  return ok();
}
