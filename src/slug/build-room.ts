import { pack } from "tar-stream";
import { Readable } from "node:stream";
import { HEROKU_PLACES, type BoxPlaces } from "../engine/build-box.ts";
import { hex, type Random } from "../kernel/random.ts";
import type { Buildpack } from "./buildpack.ts";

/** Where things stand in a build box. heroku.md 5.6 */
export interface BuildRoom {
  readonly places: BoxPlaces;
  readonly buildDir: string;
  /** Names of what lies beside the build begin so; in `places.tmp`, as all else but the build is. */
  readonly beside: string;
  /** Of the buildpacks. */
  readonly home: string;
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

/** The dyno's user in the stack images. engine.md 1 */
export const DYNO_UID = 1000;

export function layOutRoom(
  random: Random,
  buildpacks: readonly Buildpack[],
  places: BoxPlaces = HEROKU_PLACES,
): BuildRoom {
  const { tmp } = places;
  const home = `${tmp}/buildpacks`;
  const beside = `${tmp}/build_${hex(random, 8)}`;
  return {
    places,
    buildDir: places.build ?? beside,
    beside,
    home,
    envDir: `${tmp}/d${hex(random, 8)}`,
    buildpackDirs: buildpacks.map((_, index) => `${home}/${index}`),
    slugDir: `${tmp}/slug_${hex(random, 8)}/app`,
    failureFile: `${tmp}/d${hex(random, 8)}.failure`,
    configReadFiles: buildpacks.map((_, index) => `${home}/${index}.config-read`),
  };
}

/** In an archive, because a command in a container takes some fifty milliseconds. */
export function folders(paths: readonly string[]): Readable {
  const archive = pack();
  const facts = { type: "directory", mode: 0o755, uid: DYNO_UID, gid: DYNO_UID } as const;
  for (const path of paths) archive.entry({ ...facts, name: path });
  archive.finalize();
  return Readable.from(archive as AsyncIterable<Uint8Array>, { objectMode: false });
}

/** For the build's user alone; by their names. */
export function files(contents: Readonly<Record<string, string | Buffer>>): Readable {
  const archive = pack();
  for (const [name, content] of Object.entries(contents))
    archive.entry({ name, mode: 0o600, uid: DYNO_UID, gid: DYNO_UID }, Buffer.from(content));
  archive.finalize();
  return Readable.from(archive as AsyncIterable<Uint8Array>, { objectMode: false });
}
