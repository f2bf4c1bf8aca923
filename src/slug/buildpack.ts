import type { Readable } from "node:stream";
import { fail, ok, type Result } from "../kernel/result.ts";
import { readWorkingTree } from "../manifest/read-working-tree.ts";
import { sourceTar } from "../manifest/source-tar.ts";
import { treeHash } from "../manifest/source-tree.ts";
import type { SlugFailure } from "./failure.ts";

/** A folder with `bin/detect`, `bin/compile` and, mostly, `bin/release`. heroku.md 6.2 */
export interface Buildpack {
  /** `heroku/python`, or the folder or URL as the user gave it. */
  readonly name: string;
  /** Of one that Heroku's registry has: its archive there, which some lines of a build show instead of its name. */
  readonly url?: string;
  /** Equal for equal contents. */
  readonly hash: string;
  tar(uid: number): Readable;
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
