import type { Readable } from "node:stream";
import type { BuildBox } from "../engine/build-box.ts";
import type { EngineFailure } from "../engine/failure.ts";
import { fail, type Result } from "../kernel/result.ts";
import { diskFullIn } from "./disk-full.ts";
import type { SlugTree } from "./slug-tree.ts";

/** From one slug to the next. */
export interface SlugDelta {
  /** New or changed, with every directory that leads there, parents first. */
  readonly changed: readonly string[];
  /** Gone, or now of another type; what lay below goes with them. */
  readonly removed: readonly string[];
}

/** More than this is no small change: a full layer is as fast, and later layers have less below them. */
const MOST_OF_TREE = 1 / 4;
/** Of a tree so small that its quarter is nothing. */
const ALWAYS_FEW = 1000;
const ALWAYS_SMALL = 1_048_576;
/** Bytes of names, which are words of a command: the kernel takes some two million. */
const MOST_NAMES = 500_000;

/** Undefined: so much is different that a full layer is better. */
export function slugDelta(former: SlugTree, tree: SlugTree): SlugDelta | undefined {
  const different: string[] = [];
  let bytes = 0;
  let all = 0;
  for (const [path, entry] of tree) {
    all += entry.size;
    const before = former.get(path);
    if (
      before &&
      before.type === entry.type &&
      before.facts === entry.facts &&
      before.content === entry.content
    )
      continue;
    different.push(path);
    bytes += entry.size;
  }
  const gone: string[] = [];
  for (const [path, { type, size }] of former) {
    if (tree.get(path)?.type === type) continue;
    gone.push(path);
    // it stays in the layers below, and would be weighed with them
    bytes += size;
  }
  const lost = new Set(gone);
  const removed = gone.filter((path) => !ancestors(path).some((folder) => lost.has(folder)));
  if (
    different.length + removed.length > Math.max(tree.size * MOST_OF_TREE, ALWAYS_FEW) ||
    bytes > Math.max(all * MOST_OF_TREE, ALWAYS_SMALL)
  )
    return undefined;
  const changed = new Set(different.flatMap((path) => [...ancestors(path), path]));
  // what a former link or file gave way to is made anew with all that is below
  for (const path of removed)
    if (tree.has(path)) for (const below of tree.keys()) if (below.startsWith(`${path}/`)) changed.add(below);
  const names = [...changed, ...removed];
  if (names.reduce((sum, name) => sum + name.length, 0) > MOST_NAMES || !names.every(isSayable))
    return undefined;
  return { changed: [...changed].toSorted(), removed };
}

/** `a`, `a/b` of `a/b/c`. */
function ancestors(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** Hard links become files of their own, and a directory comes without what is in it. */
const COLLECT = `set -eo pipefail
mkdir -p -- "$2"
printf '%s\\0' "\${@:3}" |
  tar -C "$1" -cf - --numeric-owner --no-recursion --hard-dereference --null --verbatim-files-from -T - |
  tar -C "$2" -xpf - --numeric-owner`;

/** A tar stream of what has changed in `tree`, of paths under `app/`. `place` is an unused folder of the box. */
export async function readChanged(
  box: BuildBox,
  { changed }: SlugDelta,
  tree: string,
  place: string,
): Promise<Result<Readable, EngineFailure>> {
  const names = [".", ...changed].map((path) => asText(path));
  const said: string[] = [];
  const collected = await box.run(["bash", "-p", "-c", COLLECT, "collect", tree, `${place}/app`, ...names], {
    root: true,
    onOutput: ({ bytes }) => said.push(Buffer.from(bytes).toString()),
  });
  if (!collected.ok) return collected;
  if (collected.value === 0) return box.get(`${place}/app`);
  const reason = said.join("").trim();
  return fail(diskFullIn(reason) ?? { kind: "engine-error", during: "collect what has changed", reason });
}

/** Paths of a tree are kept as Latin-1, byte for byte. */
export function asText(path: string): string {
  return Buffer.from(path, "latin1").toString();
}

/** A name that is no UTF-8 cannot be told to the engine. */
function isSayable(path: string): boolean {
  return Buffer.from(asText(path)).toString("latin1") === path;
}
