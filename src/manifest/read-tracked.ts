import { fail, ok, type Result } from "../kernel/result.ts";
import type { ManifestFailure } from "./failure.ts";
import { openBlobs } from "./read-blobs.ts";
import { firstLine, git, openScratchIndex, type GitPlace, type ScratchIndex } from "./read-git.ts";
import { byPath, type OpenTree, type SourceTree, type TreeFile } from "./source-tree.ts";

/** A tree out of git, with what it could not give. */
export interface GitTree extends SourceTree {
  readonly commit: string;
  readonly submodules: readonly string[];
  /** Names that are no UTF-8. */
  readonly unnameable: number;
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
  await using scratch = await openScratchIndex(place);
  const taken = await takeEdits(place, scratch);
  if (!taken.ok) return taken;
  const edited = await scratch.hasOwnObjects();
  return ok({ ...sorted(taken.value), commit, open: () => (edited ? reopen(place) : openPlain(place)) });
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
  const listed = await git(place.folder, ["ls-tree", "-r", "-z", "--full-tree", `${commit}:${place.prefix}`]);
  if (listed?.status !== 0) return fail(unknown);
  return ok({ ...sorted(readEntries(listed.stdout)), commit, open: () => openPlain(place) });
}

/** Untracked files that no ignore rule covers. */
export async function listLeftOut(place: GitPlace): Promise<string[]> {
  const listed = await git(place.folder, ["ls-files", "-z", "--others", "--exclude-standard", "--", "."]);
  return listed?.status === 0 ? splitNul(listed.stdout).map((name) => name.toString()) : [];
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

async function openPlain(place: GitPlace): Promise<OpenTree> {
  return openBlobs(place.folder, {});
}

/** Edited files are in no repository, so each reading takes them anew; what has changed since is not found. */
async function reopen(place: GitPlace): Promise<OpenTree> {
  const scratch = await openScratchIndex(place);
  await takeEdits(place, scratch);
  const blobs = openBlobs(place.folder, scratch.env);
  return {
    read: (file) => blobs.read(file),
    announce: (files) => blobs.announce?.(files),
    [Symbol.asyncDispose]: async () => {
      await blobs[Symbol.asyncDispose]();
      await scratch[Symbol.asyncDispose]();
    },
  };
}

interface Entries {
  readonly files: readonly TreeFile[];
  readonly submodules: readonly string[];
  readonly unnameable: number;
}

/** `mode id stage TAB path` of ls-files, `mode type id TAB path` of ls-tree. */
function readEntries(output: Buffer): Entries {
  const files: TreeFile[] = [];
  const submodules: string[] = [];
  let unnameable = 0;
  for (const entry of splitNul(output)) {
    const tab = entry.indexOf(0x09);
    const [mode = "", second = "", third = ""] = entry.toString("latin1", 0, tab).split(" ");
    const path = utf8(entry.subarray(tab + 1));
    const kind = Number.parseInt(mode, 8);
    if (path === undefined) unnameable++;
    else if (kind === SUBMODULE) submodules.push(path);
    else files.push({ path, mode: kind, blob: second.length > third.length ? second : third });
  }
  return { files, submodules, unnameable };
}

function sorted(entries: Entries): Entries {
  return { ...entries, files: entries.files.toSorted(byPath) };
}

export function utf8(name: Buffer): string | undefined {
  const text = name.toString();
  return Buffer.from(text).equals(name) ? text : undefined;
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
