import type { BuildBox } from "../engine/build-box.ts";
import type { EngineFailure } from "../engine/failure.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { BuildRoom } from "./build-room.ts";
import type { SlugFailure } from "./failure.ts";
import { asText } from "./slug-delta.ts";
import type { SlugTree, TreeEntry } from "./slug-tree.ts";

/**
 * All that `find` and `sha256sum` need to say; NULs between fields, for names may hold anything else. A second argument is
 * the time after which a file has to have changed for its content to be read; a third the cache: what a buildpack has replaced in
 * there goes meanwhile, for it would hold up the end of the build.
 */
const SCAN = `set -eo pipefail
rm -rf -- "$3"/.heroku/*.gone >/dev/null 2>&1 &
cd -- "$1"; sums=$(mktemp -d); trap 'rm -rf -- "$sums"' EXIT
find . -type f \${2:+-newerct "@$2"} -print0 | xargs -0 -r -P2 -n400 bash -p -c 'sha256sum -z -- "$@" >"$0/$$"' "$sums"
find . -mindepth 1 -printf '%y\\0%m\\0%U:%G\\0%T@\\0%s\\0%l\\0%i %C@\\0%P\\0'
printf '\\0'; find "$sums" -type f -exec cat {} +`;
/**
 * As root, for whatever a build has made: the built tree gets the name that an archive of it has to begin with. It stays
 * on its file system, where a move costs nothing; nobody runs it before it lies in the release's image at /app.
 */
const STAGE = `[[ -d $4 && ! -L $4 ]] || exit 20
{ mkdir -- "\${1%/*}" && mv -T -- "$4" "$1" && chown --reference="$5" -- "$1" && chmod --reference="$5" -- "$1"; } || exit 21`;
const NO_FOLDER = 20;
const NOT_STAGED = 21;
const FIELDS = 8;
const SUMS = 'cd -- "$1" && shift && exec sha256sum -z -- "$@"';
/** Arguments of one command; for more, all are read. */
const MOST_NAMES = 1000;

/** Puts what was built into its place, and reads it: in one command, for each takes some fifty milliseconds. */
export async function stageSlug(
  box: BuildBox,
  { buildDir, slugDir, places }: BuildRoom,
  former?: SlugTree,
): Promise<Result<SlugTree | undefined, SlugFailure | EngineFailure>> {
  const since = (former && lastChange(former)) ?? "";
  const where = [slugDir, since, places.cache, buildDir, places.app];
  const scanned = await asked(box, [`${STAGE}\n${SCAN}`, "scan", ...where]);
  if (!scanned.ok) return scanned;
  const { status, output } = scanned.value;
  if (status === NO_FOLDER) return fail({ kind: "no-slug-folder" });
  if (status === NOT_STAGED)
    return fail({ kind: "engine-error", during: "stage the slug", reason: output.toString().trim() });
  return status === 0 ? whole(box, slugDir, output.toString("latin1"), former) : ok(undefined);
}

/**
 * Reads the tree that lies at `path` in a build box; undefined where the box cannot tell. The content of a file that has
 * been the same file since `former` was read, untouched, is known from there.
 */
export async function readSlugTree(
  box: BuildBox,
  path: string,
  former?: SlugTree,
): Promise<Result<SlugTree | undefined, EngineFailure>> {
  const since = former && lastChange(former);
  const scanned = await printed(box, [SCAN, "scan", path, since ?? "", box.places.cache]);
  if (!scanned.ok) return scanned;
  return scanned.value === undefined ? ok(undefined) : whole(box, path, scanned.value, former);
}

/** With the contents that the first look could not know. */
async function whole(
  box: BuildBox,
  path: string,
  printout: string,
  former: SlugTree | undefined,
): Promise<Result<SlugTree | undefined, EngineFailure>> {
  const scan = parseScan(printout, former);
  if (scan === undefined) return ok(undefined);
  const names = scan.unread.map((name) => asText(name));
  if (names.length === 0) return ok(scan.tree);
  // names that are no text cannot be handed over
  const sayable = names.every((name, index) => Buffer.from(name).toString("latin1") === scan.unread[index]);
  if (former === undefined) return ok(undefined);
  if (names.length > MOST_NAMES || !sayable) return readSlugTree(box, path);
  const summed = await printed(box, [SUMS, "sums", path, ...names.map((name) => `./${name}`)]);
  if (!summed.ok) return summed;
  const sums = parseSums(summed.value?.split("\0").slice(0, -1) ?? []);
  const tree = new Map(scan.tree);
  for (const name of scan.unread) {
    const [entry, content] = [tree.get(name), sums.get(name)];
    if (entry === undefined || content === undefined) return ok(undefined);
    tree.set(name, { ...entry, content });
  }
  return ok(tree);
}

/** What a script of root prints, as Latin-1, so that names that are no UTF-8 stay apart; undefined where it fails. */
async function printed(box: BuildBox, argv: Script): Promise<Result<string | undefined, EngineFailure>> {
  const ran = await asked(box, argv);
  if (!ran.ok) return ran;
  const { status, output } = ran.value;
  return ok(status === 0 ? output.toString("latin1") : undefined);
}

type Script = readonly [string, ...string[]];

async function asked(
  box: BuildBox,
  [script, ...args]: Script,
): Promise<Result<{ readonly status: number; readonly output: Buffer }, EngineFailure>> {
  const chunks: Uint8Array[] = [];
  const ran = await box.run(["bash", "-p", "-c", script, ...args], {
    root: true,
    onOutput: ({ bytes }) => chunks.push(bytes),
  });
  return ran.ok ? ok({ status: ran.value, output: Buffer.concat(chunks) }) : ran;
}

interface Scan {
  readonly tree: SlugTree;
  /** Files whose content is not known yet. */
  readonly unread: readonly string[];
}

/** Undefined: not the whole of it arrived. */
export function parseScan(scan: string, former?: SlugTree): Scan | undefined {
  const fields = scan.split("\0");
  const tree = new Map<string, TreeEntry>();
  let at = 0;
  for (; fields[at] !== ""; at += FIELDS) {
    const [type, mode, owner, changed, size, link, seen, path] = fields.slice(at, at + FIELDS);
    if (type === undefined || path === undefined) return undefined;
    tree.set(
      path,
      type === "f"
        ? {
            type,
            facts: `${mode} ${owner} ${wholeSeconds(changed)}`,
            content: "",
            size: Number(size),
            seen: seen ?? "",
          }
        : { type, facts: `${mode} ${owner}`, content: link ?? "", size: 0 },
    );
  }
  const sums = parseSums(fields.slice(at + 1, -1));
  const unread: string[] = [];
  for (const [path, entry] of tree) {
    if (entry.type !== "f") continue;
    const before = former?.get(path);
    const content = sums.get(path) ?? (before?.seen === entry.seen ? before?.content : undefined);
    if (content === undefined) unread.push(path);
    else tree.set(path, { ...entry, content });
    sums.delete(path);
  }
  return sums.size === 0 ? { tree, unread } : undefined;
}

/** `<hex>  ./<path>` */
function parseSums(lines: readonly string[]): Map<string, string> {
  return new Map(lines.map((line) => [line.slice(68), line.slice(0, 64)]));
}

/** All that an archive keeps of it. */
function wholeSeconds(time = "0"): string {
  return time.replace(/\..*$/, "");
}

/** Seconds, as `find` prints them: of any file. Undefined: of some file it is not known. */
function lastChange(tree: SlugTree): string | undefined {
  let last = "";
  for (const { type, seen } of tree.values()) {
    if (type !== "f") continue;
    if (seen === undefined) return undefined;
    const changed = seen.slice(seen.indexOf(" ") + 1);
    // ten digits before the point until the year 2286
    if (changed > last) last = changed;
  }
  return last === "" ? undefined : last;
}
