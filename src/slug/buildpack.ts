import type { Readable } from "node:stream";
import { fail, ok, type Result } from "../kernel/result.ts";
import { readWorkingTree } from "../manifest/read-working-tree.ts";
import { sourceTar } from "../manifest/source-tar.ts";
import { SYMLINK, treeHash, type SourceTree, type TreeFile } from "../manifest/source-tree.ts";
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
  return asBuildpack(name, tree.value, folder);
}

/** `place`: where it was looked for, for people. */
export function asBuildpack(name: string, tree: SourceTree, place: string): Result<Buildpack, SlugFailure> {
  const has = (path: string): boolean => tree.files.some((file) => file.path === path);
  const missing = ["bin/detect", "bin/compile"].find((path) => !has(path));
  if (missing !== undefined) {
    const below = tree.files.find(({ path }) => path.endsWith("/bin/compile"))?.path;
    const hint = below === undefined ? "" : ` (there is ${below}, but a buildpack has it at its top)`;
    return fail({
      kind: "bad-buildpack",
      buildpack: name,
      reason: `there is no ${missing} in ${place}${hint}`,
    });
  }
  const files = tree.files.map((file) => (isProgram(file) ? { ...file, mode: EXECUTABLE } : file));
  const whole: SourceTree = { files, open: () => tree.open() };
  return ok({ name, hash: treeHash(files), tar: (uid) => sourceTar(whole, uid) });
}

const EXECUTABLE = 0o100755;

/** Heroku makes them executable whatever they were in the repository (its compiler of 2013: chmod of the three). */
function isProgram({ path, mode }: TreeFile): boolean {
  return mode !== SYMLINK && ["bin/detect", "bin/compile", "bin/release"].includes(path);
}
