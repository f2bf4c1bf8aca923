import { constants } from "node:fs";
import { lstat, open, readdir, readlink, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { ManifestFailure } from "./failure.ts";
import { parseIgnoreRules, verdict, type IgnoreRules } from "./ignore-rules.ts";
import { CheckoutSize } from "./checkout-size.ts";
import { findGit, type GitPlace } from "./read-git.ts";
import { escaped, listEmptyFolders, listWorkTree, utf8 } from "./read-tracked.ts";
import { blobId, byPath, startBlobId, SourceChanged, SourceTooLarge, SYMLINK } from "./source-tree.ts";
import type { FileBody, OpenTree, SourceTree, TreeFile } from "./source-tree.ts";

const PIECE = 262_144;

export interface WorkingTree extends SourceTree {
  /** Pipes, sockets, devices, foreign repositories. */
  readonly skipped: readonly string[];
  /** Names that are no UTF-8, with `\\xe9` for what is none. */
  readonly unnameable: readonly string[];
}

/** Everything in the folder that no ignore rule covers, as it lies on the disk. */
export async function readWorkingTree(
  folder: string,
  place: GitPlace | undefined,
): Promise<Result<WorkingTree, ManifestFailure>> {
  const named = place === undefined ? undefined : await listWorkTree(place);
  const files: TreeFile[] = [];
  const skipped: string[] = [];
  const unnameable: string[] = [];
  const size = new CheckoutSize();
  const inside = insideOf(folder);
  const take = async (names: readonly Buffer[]): Promise<void> => {
    for (const name of names) {
      const path = utf8(name);
      if (path === undefined) {
        unnameable.push(escaped(name));
        continue;
      }
      const file = await readEntry(folder, path, size, inside);
      if (file === "folder") await take(await inSubmodule(folder, path));
      else if (file === "odd") skipped.push(path);
      else if (file !== "gone") files.push(file);
    }
  };
  try {
    await take(named ?? (await walk(folder, "", [])));
  } catch (problem) {
    if (problem instanceof SourceTooLarge)
      return fail({ kind: "checkout-too-large", largest: problem.largest });
    return fail(unreadable(folder, problem));
  }
  return ok({ files: files.toSorted(byPath), skipped, unnameable, open: async () => openFolder(folder) });
}

/** As its checkout lies there, edits and all; none when it was never checked out. */
async function inSubmodule(folder: string, path: string): Promise<Buffer[]> {
  const answer = await findGit(join(folder, path));
  if (answer.kind !== "repository" || answer.place.prefix !== "") return [];
  const names = (await listWorkTree(answer.place)) ?? [];
  return names.map((name) => Buffer.concat([Buffer.from(`${path}/`), name]));
}

function unreadable(folder: string, problem: unknown): ManifestFailure {
  const { path, code, message } = problem as NodeJS.ErrnoException;
  if (code === undefined) throw problem;
  return { kind: "unreadable", path: path ?? folder, reason: message };
}

interface Scope {
  readonly base: string;
  readonly rules: IgnoreRules;
}

/** Folders whose files would be read, though there may be none yet: those that no ignore rule covers and no link leads to. */
export async function listFreshFolders(folder: string): Promise<readonly string[]> {
  const answer = await findGit(folder);
  const fresh: string[] = [];
  const tops = answer.kind === "repository" ? await listEmptyFolders(answer.place, []) : [""];
  for (const top of tops) {
    if (top !== "") fresh.push(top);
    await walk(folder, top, [], (path) => fresh.push(path)).catch(unlessMissing);
  }
  return fresh;
}

/** Git's own ignore rules, for folders where no git can be asked. */
async function walk(
  folder: string,
  relative: string,
  above: readonly Scope[],
  onFolder: (path: string) => void = () => {},
): Promise<Buffer[]> {
  const entries = await readdir(join(folder, relative), { withFileTypes: true, encoding: "buffer" });
  const scopes = await withOwnRules(folder, relative, above);
  const found: Buffer[] = [];
  for (const entry of entries) {
    const name = utf8(entry.name);
    const path = relative === "" ? (name ?? "") : `${relative}/${name ?? ""}`;
    if (name === undefined) found.push(Buffer.concat([Buffer.from(path), entry.name]));
    else if (name === ".git" || name === ".dynosim" || isIgnored(scopes, path, entry.isDirectory())) continue;
    else if (entry.isDirectory()) {
      onFolder(path);
      found.push(...(await walk(folder, path, scopes, onFolder)));
    } else found.push(Buffer.from(path));
  }
  return found;
}

async function withOwnRules(
  folder: string,
  relative: string,
  above: readonly Scope[],
): Promise<readonly Scope[]> {
  const path = relative === "" ? ".gitignore" : `${relative}/.gitignore`;
  const file = await readEntry(folder, path, new CheckoutSize(Infinity), insideOf(folder));
  if (typeof file === "string" || file.mode === SYMLINK) return above;
  const body = await openFolder(folder).read(file);
  const text = await textOf(body);
  return [...above, { base: relative === "" ? "" : `${relative}/`, rules: parseIgnoreRules(text) }];
}

function isIgnored(scopes: readonly Scope[], path: string, isFolder: boolean): boolean {
  const spoken = scopes
    .map(({ base, rules }) => verdict(rules, path.slice(base.length), isFolder))
    .findLast((word) => word !== undefined);
  return spoken === "ignored";
}

async function readEntry(
  folder: string,
  path: string,
  size: CheckoutSize,
  inside: Inside,
): Promise<TreeFile | "folder" | "gone" | "odd"> {
  const facts = await lstat(join(folder, path)).catch(unlessMissing);
  if (facts === undefined || !(await inside(path))) return "gone";
  // a name of git's list that ends in a slash is a repository that nobody tracks
  if (facts.isDirectory() && !path.endsWith("/")) return "folder";
  if (!facts.isFile() && !facts.isSymbolicLink()) return "odd";
  size.add(path, facts.size);
  const mode = facts.isSymbolicLink() ? SYMLINK : facts.mode & 0o100 ? 0o100755 : 0o100644;
  const body = await openFolder(folder, inside).read({ path, mode, blob: "" });
  return { path, mode, blob: await blobId(body) };
}

function openFolder(folder: string, inside: Inside = insideOf(folder)): OpenTree {
  return {
    read: (file) => (file.mode === SYMLINK ? readLink(folder, file) : readFile(folder, file, inside)),
    [Symbol.asyncDispose]: async () => {},
  };
}

async function readLink(folder: string, file: TreeFile): Promise<FileBody> {
  const target = Buffer.from(await readlink(join(folder, file.path)));
  return { size: target.length, chunks: oneChunk(target) };
}

async function* oneChunk(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}

async function readFile(folder: string, file: TreeFile, inside: Inside): Promise<FileBody> {
  if (!(await inside(file.path))) throw new SourceChanged(file.path);
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(join(folder, file.path), flags).catch(unlessMissing);
  if (handle === undefined) throw new SourceChanged(file.path);
  const facts = await handle.stat();
  return { size: facts.size, chunks: chunksOf(handle, facts.size, file) };
}

type Inside = (path: string) => Promise<boolean>;

/**
 * A link in the way could lead out of the folder, into files nobody meant to send; git calls such a path gone. Each
 * folder is looked at once in a reading: a hundred thousand files stand in few folders.
 */
function insideOf(folder: string): Inside {
  const known = new Map<string, Promise<boolean>>();
  return (path) => {
    const wanted = dirname(join(folder, path));
    const answer = known.get(wanted) ?? realpath(wanted).then((real) => real === wanted, isNever);
    known.set(wanted, answer);
    return answer;
  };
}

function isNever(problem: NodeJS.ErrnoException): false {
  unlessMissing(problem);
  return false;
}

function unlessMissing(problem: NodeJS.ErrnoException): undefined {
  if (!["ENOENT", "ENOTDIR", "ELOOP"].includes(problem.code ?? "")) throw problem;
}

/** What comes out has to be what was hashed, unless this reading is the hashing. */
async function* chunksOf(
  handle: Awaited<ReturnType<typeof open>>,
  size: number,
  { path, blob }: TreeFile,
): AsyncGenerator<Uint8Array> {
  await using held = handle;
  const hash = startBlobId(size);
  // a reading that is the hashing is done with each piece when it asks for the next
  const reused = blob === "" ? Buffer.allocUnsafe(Math.min(size, PIECE)) : undefined;
  for (let left = size; left > 0;) {
    const { bytesRead, buffer } = await held.read(
      reused ?? Buffer.allocUnsafe(Math.min(left, PIECE)),
      0,
      Math.min(left, PIECE),
    );
    if (bytesRead === 0) throw new SourceChanged(path);
    left -= bytesRead;
    const chunk = buffer.subarray(0, bytesRead);
    if (blob !== "") hash.update(chunk);
    yield chunk;
  }
  if (blob !== "" && hash.digest("hex") !== blob) throw new SourceChanged(path);
}

async function textOf(body: FileBody): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.chunks) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
