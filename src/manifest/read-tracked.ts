import { fail, ok, type Result } from "../kernel/result.ts";
import type { ManifestFailure } from "./failure.ts";
import { openBlobs } from "./read-blobs.ts";
import { firstLine, git, openScratchIndex, type GitPlace, type ScratchIndex } from "./read-git.ts";
import { byPath, type OpenTree, type SourceTree, type TreeFile } from "./source-tree.ts";

/** A tree out of git, with what it could not give. To be disposed of after its first opening. */
export interface GitTree extends SourceTree, AsyncDisposable {
  readonly commit: string;
  readonly links: readonly Gitlink[];
  /** Names that are no UTF-8, with `\\xe9` for what is none. */
  readonly unnameable: readonly string[];
}

/** A submodule, as the repository around it records it. */
export interface Gitlink {
  readonly path: string;
  readonly commit: string;
}

const SUBMODULE = 0o160000;

/** True when git knows any file here: a folder inside somebody's home repository need not be tracked by it. */
export async function tracksAnything(place: GitPlace): Promise<boolean> {
  const listed = await git(place.folder, ["ls-files", "-z", "--", "."]);
  return listed !== undefined && listed.status === 0 && listed.stdout.length > 0;
}

/** The tree that `git commit -a` would make here and now, filters and line ends included. */
export async function readTracked(
  place: GitPlace,
  commit: string,
): Promise<Result<GitTree, ManifestFailure>> {
  const scratch = await openScratchIndex(place);
  const taken = await takeEdits(place, scratch);
  const edited = taken.ok && (await scratch.hasOwnObjects());
  if (!edited) await scratch[Symbol.asyncDispose]();
  if (!taken.ok) return taken;
  let held = edited ? scratch : undefined;
  const release = (): ScratchIndex | undefined => {
    const mine = held;
    held = undefined;
    return mine;
  };
  return ok({
    ...sorted(taken.value),
    commit,
    open: async () => (edited ? reopen(place, release()) : openBlobs(place.folder, {})),
    [Symbol.asyncDispose]: async () => release()?.[Symbol.asyncDispose](),
  });
}

/** Exactly what a commit has in this folder. */
export async function readRef(place: GitPlace, ref: string): Promise<Result<GitTree, ManifestFailure>> {
  const unknown: ManifestFailure = { kind: "unknown-ref", ref, folder: place.folder };
  const found = await git(place.folder, [
    "rev-parse",
    "--quiet",
    "--verify",
    "--end-of-options",
    `${ref}^{commit}`,
  ]);
  if (found?.status !== 0) return fail(unknown);
  const commit = firstLine(found);
  const tree = await readCommit(place.folder, commit, place.prefix);
  return tree === undefined ? fail(unknown) : ok(tree);
}

/** `repository`: a work tree or a bare one; undefined when it has no such commit, or no such folder in it. */
export async function readCommit(
  repository: string,
  commit: string,
  prefix = "",
): Promise<GitTree | undefined> {
  const listed = await git(repository, ["ls-tree", "-r", "-z", "--full-tree", `${commit}:${prefix}`]);
  if (listed?.status !== 0) return undefined;
  return {
    ...sorted(readEntries(listed.stdout)),
    commit,
    open: async () => openBlobs(repository, {}),
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Untracked files that no ignore rule covers. */
export async function listLeftOut(place: GitPlace): Promise<string[]> {
  const listed = await git(place.folder, ["ls-files", "-z", "--others", "--exclude-standard", "--", "."]);
  return listed?.status === 0 ? splitNul(listed.stdout).map((name) => name.toString()) : [];
}

/** Folders in which nothing is that git would send, though something ignored may be; without the last slash. */
export async function listEmptyFolders(place: GitPlace, leftOut: readonly string[]): Promise<string[]> {
  const asked = ["ls-files", "-z", "--others", "--directory", "--exclude-standard", "--", "."];
  const listed = await git(place.folder, asked);
  if (listed?.status !== 0) return [];
  return splitNul(listed.stdout)
    .map((name) => name.toString())
    .filter((name) => name.endsWith("/") && !leftOut.some((path) => path.startsWith(name)))
    .map((name) => name.slice(0, -1));
}

/** Those of `files` that `.gitattributes` gives this value of an attribute. */
export async function listTrackedWith(
  place: GitPlace,
  files: readonly TreeFile[],
  attribute: string,
  value: string,
): Promise<string[]> {
  const paths = Buffer.from(files.map(({ path }) => `${path}\0`).join(""));
  const answer = await git(place.folder, ["check-attr", "-z", "--stdin", attribute], {}, paths);
  if (answer?.status !== 0) return [];
  const fields = splitNul(answer.stdout).map((field) => field.toString());
  return fields.filter((_, at) => at % 3 === 0 && fields[at + 2] === value);
}

/** Relative names in the work tree, tracked or not, that no ignore rule covers. */
export async function listWorkTree(place: GitPlace): Promise<Buffer[] | undefined> {
  const listed = await git(place.folder, [
    "ls-files",
    "-z",
    "--cached",
    "--others",
    "--deduplicate",
    "--exclude-standard",
    "--",
    ".",
  ]);
  return listed?.status === 0 ? splitNul(listed.stdout) : undefined;
}

async function takeEdits(place: GitPlace, scratch: ScratchIndex): Promise<Result<Entries, ManifestFailure>> {
  const added = await git(place.folder, ["add", "--update", "--", "."], scratch.env);
  if (added?.status !== 0) return fail(refusal(place, added?.stderr));
  const listed = await git(place.folder, ["ls-files", "--stage", "-z", "--", "."], scratch.env);
  if (listed?.status !== 0) return fail(refusal(place, listed?.stderr));
  return ok(readEntries(listed.stdout));
}

function refusal(place: GitPlace, stderr = "git is gone"): ManifestFailure {
  const unreadable = /open\("(.+)"\): (.+)/.exec(stderr);
  return unreadable
    ? { kind: "unreadable", path: unreadable[1] ?? "", reason: unreadable[2] ?? "" }
    : { kind: "git-refused", folder: place.folder, reason: stderr };
}

/** Edited files are in no repository, so each reading but the first takes them anew; what has changed since is not found. */
async function reopen(place: GitPlace, held: ScratchIndex | undefined): Promise<OpenTree> {
  const scratch = held ?? (await openScratchIndex(place));
  if (held === undefined) await takeEdits(place, scratch);
  const blobs = openBlobs(place.folder, scratch.env);
  return {
    read: (file) => blobs.read(file),
    announce: (files) => blobs.announce?.(files),
    sizes: async (files) => (await blobs.sizes?.(files)) ?? [],
    [Symbol.asyncDispose]: async () => {
      await blobs[Symbol.asyncDispose]();
      await scratch[Symbol.asyncDispose]();
    },
  };
}

interface Entries {
  readonly files: readonly TreeFile[];
  readonly links: readonly Gitlink[];
  readonly unnameable: readonly string[];
}

/** `mode id stage TAB path` of ls-files, `mode type id TAB path` of ls-tree. */
function readEntries(output: Buffer): Entries {
  const files: TreeFile[] = [];
  const links: Gitlink[] = [];
  const unnameable: string[] = [];
  for (const entry of splitNul(output)) {
    const tab = entry.indexOf(0x09);
    const [mode = "", second = "", third = ""] = entry.toString("latin1", 0, tab).split(" ");
    const path = utf8(entry.subarray(tab + 1));
    const kind = Number.parseInt(mode, 8);
    const id = second.length > third.length ? second : third;
    if (path === undefined) unnameable.push(escaped(entry.subarray(tab + 1)));
    else if (kind === SUBMODULE) links.push({ path, commit: id });
    else files.push({ path, mode: kind, blob: id });
  }
  return { files, links, unnameable };
}

function sorted(entries: Entries): Entries {
  return { ...entries, files: entries.files.toSorted(byPath) };
}

export function utf8(name: Buffer): string | undefined {
  const text = name.toString();
  return Buffer.from(text).equals(name) ? text : undefined;
}

/** A name for people: bytes that are no UTF-8 as `\\xe9`. */
export function escaped(name: Buffer): string {
  if (utf8(name) !== undefined) return name.toString();
  return [...name]
    .map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`))
    .join("");
}

function splitNul(output: Buffer): Buffer[] {
  const names: Buffer[] = [];
  let start = 0;
  for (let end = output.indexOf(0); end !== -1; end = output.indexOf(0, start)) {
    names.push(output.subarray(start, end));
    start = end + 1;
  }
  return names;
}
