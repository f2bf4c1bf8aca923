import type { Readable } from "node:stream";
import { join } from "node:path";
import { fail, ok, type Result } from "../kernel/result.ts";
import { readWorkingTree } from "../manifest/read-working-tree.ts";
import { sourceTar } from "../manifest/source-tar.ts";
import { treeHash } from "../manifest/source-tree.ts";
import type { SlugFailure } from "./failure.ts";

/** A folder with `bin/detect`, `bin/compile` and, mostly, `bin/release`. heroku.md 6.2 */
export interface Buildpack {
  /** `heroku/python`, or the folder as the user gave it. */
  readonly name: string;
  /** Equal for equal contents. */
  readonly hash: string;
  tar(uid: number): Readable;
}

/** Heroku's order of asking, as far as there are buildpacks here. heroku.md 6.2 */
const SHELF: readonly (readonly [name: string, folder: string])[] = [["heroku/python", "python"]];

/** The buildpacks that come with dynosim, in the order in which they are asked. `home`: the folder they are in. */
export async function readShelf(home: string): Promise<Result<readonly Buildpack[], SlugFailure>> {
  const shelf: Buildpack[] = [];
  for (const [name, folder] of SHELF) {
    const buildpack = await readBuildpack(name, join(home, folder));
    if (!buildpack.ok) return buildpack;
    shelf.push(buildpack.value);
  }
  return ok(shelf);
}

export async function readBuildpack(name: string, folder: string): Promise<Result<Buildpack, SlugFailure>> {
  const tree = await readWorkingTree(folder, undefined);
  if (!tree.ok) return fail({ kind: "bad-buildpack", buildpack: name, reason: `${folder} cannot be read` });
  const { files } = tree.value;
  const missing = ["bin/detect", "bin/compile"].find((path) => !files.some((file) => file.path === path));
  if (missing !== undefined)
    return fail({ kind: "bad-buildpack", buildpack: name, reason: `there is no ${missing} in ${folder}` });
  return ok({ name, hash: treeHash(files), tar: (uid) => sourceTar(tree.value, uid) });
}
