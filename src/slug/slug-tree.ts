import { createHash } from "node:crypto";
import type { BuildBox, EngineFailure } from "../engine/engine.ts";
import { ok, type Result } from "../kernel/result.ts";

/** One file, link or directory of a slug. Equal entries are equal on a dyno, whatever layer they lie in. */
export interface TreeEntry {
  /** `f`, `l`, `d`, as find calls them; anything else is named too. */
  readonly type: string;
  /** Mode, owner, and, for files, the time of change: compiled Python modules name it. */
  readonly facts: string;
  /** Of a file: sha256, hex; of a link: where it leads. */
  readonly content: string;
  readonly size: number;
}

/** What a slug holds, by path without a leading slash. */
export type SlugTree = ReadonlyMap<string, TreeEntry>;

/** All that `find` and `sha256sum` need to say; NULs between fields, for names may hold anything else. */
const SCAN = `set -eo pipefail
cd -- "$1"; sums=$(mktemp -d); trap 'rm -rf -- "$sums"' EXIT
find . -type f -print0 | xargs -0 -r -P2 -n400 bash -p -c 'sha256sum -z -- "$@" >"$0/$$"' "$sums"
find . -mindepth 1 -printf '%y\\0%m\\0%U:%G\\0%T@\\0%s\\0%l\\0%P\\0'
printf '\\0'; find "$sums" -type f -exec cat {} +`;
const FIELDS = 7;

/** Reads the tree that lies at `path` in a build box; undefined where the box cannot tell. */
export async function readSlugTree(
  box: BuildBox,
  path: string,
): Promise<Result<SlugTree | undefined, EngineFailure>> {
  const chunks: Uint8Array[] = [];
  const read = await box.run(["bash", "-p", "-c", SCAN, "scan", path], {
    root: true,
    onOutput: ({ bytes }) => chunks.push(bytes),
  });
  if (!read.ok) return read;
  return ok(read.value === 0 ? parseScan(Buffer.concat(chunks).toString("latin1")) : undefined);
}

/** Latin-1, so that names that are no UTF-8 stay apart. Undefined: not the whole of it arrived. */
export function parseScan(scan: string): SlugTree | undefined {
  const fields = scan.split("\0");
  const tree = new Map<string, TreeEntry>();
  let at = 0;
  for (; fields[at] !== ""; at += FIELDS) {
    const [type, mode, owner, changed, size, link, path] = fields.slice(at, at + FIELDS);
    if (type === undefined || path === undefined) return undefined;
    const facts = type === "f" ? `${mode} ${owner} ${wholeSeconds(changed)}` : `${mode} ${owner}`;
    tree.set(path, { type, facts, content: link ?? "", size: type === "f" ? Number(size) : 0 });
  }
  for (const line of fields.slice(at + 1, -1)) {
    // `<hex>  ./<path>`
    const path = line.slice(68);
    const entry = tree.get(path);
    if (entry === undefined) return undefined;
    tree.set(path, { ...entry, content: line.slice(0, 64) });
  }
  const isWhole = [...tree.values()].every(({ type, content }) => type !== "f" || content.length === 64);
  return isWhole ? tree : undefined;
}

/** All that an archive keeps of it. */
function wholeSeconds(time = "0"): string {
  return time.replace(/\..*$/, "");
}

/** A path of a tree for people: what is no text, or would move the cursor, as a code. */
export function shownPath(path: string): string {
  return Buffer.from(path, "latin1")
    .toString()
    .replaceAll(/\p{Cc}|\uFFFD/gu, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** `SHA256:` and hex; equal for equal trees. */
export function checksumOf(tree: SlugTree): string {
  const lines = [...tree].map(([path, { type, facts, content }]) => [path, type, facts, content]);
  const sorted = lines.toSorted(([one = ""], [other = ""]) => (one < other ? -1 : 1));
  return `SHA256:${createHash("sha256").update(JSON.stringify(sorted)).digest("hex")}`;
}

/** For a file beside the app's state. */
export function writtenTree(tree: SlugTree): string {
  return [...tree]
    .map(([path, { type, facts, content, size }]) => JSON.stringify([path, type, facts, content, size]))
    .join("\n");
}

/** Undefined for anything but what `writtenTree` gave. */
export function readWrittenTree(text: string): SlugTree | undefined {
  try {
    return new Map(
      text.split("\n").map((line) => {
        const [path, type, facts, content, size] = JSON.parse(line) as [
          string,
          string,
          string,
          string,
          number,
        ];
        return [path, { type, facts, content, size }];
      }),
    );
  } catch {
    return undefined;
  }
}
