import { constants } from "node:fs";
import { lstat, open, readdir, readlink, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { ManifestFailure } from "./failure.ts";
import { parseIgnoreRules, verdict, type IgnoreRules } from "./ignore-rules.ts";
import type { GitPlace } from "./read-git.ts";
import { listWorkTree, utf8 } from "./read-tracked.ts";
import { blobId, byPath, startBlobId, SourceChanged, SYMLINK } from "./source-tree.ts";
import type { FileBody, OpenTree, SourceTree, TreeFile } from "./source-tree.ts";

const PIECE = 262_144;

export interface WorkingTree extends SourceTree {
  /** Pipes, sockets, devices, foreign repositories, and names that are no UTF-8. */
  readonly skipped: readonly string[];
}

/** Everything in the folder that no ignore rule covers, as it lies on the disk. */
export async function readWorkingTree(
  folder: string,
  place: GitPlace | undefined,
): Promise<Result<WorkingTree, ManifestFailure>> {
  const named = place === undefined ? undefined : await listWorkTree(place);
  const files: TreeFile[] = [];
  const skipped: string[] = [];
  try {
    for (const name of named ?? (await walk(folder, "", []))) {
      const path = utf8(name);
      const file = path === undefined ? "odd" : await readEntry(folder, path);
      if (file === "odd") skipped.push(name.toString());
      else if (file !== "gone") files.push(file);
    }
  } catch (problem) {
    return fail(unreadable(folder, problem));
  }
  return ok({ files: files.toSorted(byPath), skipped, open: async () => openFolder(folder) });
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

/** Git's own ignore rules, for folders where no git can be asked. */
async function walk(folder: string, relative: string, above: readonly Scope[]): Promise<Buffer[]> {
  const entries = await readdir(join(folder, relative), { withFileTypes: true, encoding: "buffer" });
  const scopes = await withOwnRules(folder, relative, above);
  const found: Buffer[] = [];
  for (const entry of entries) {
    const name = utf8(entry.name);
    const path = relative === "" ? (name ?? "") : `${relative}/${name ?? ""}`;
    if (name === undefined) found.push(entry.name);
    else if (name === ".git" || name === ".dynosim" || isIgnored(scopes, path, entry.isDirectory())) continue;
    else if (entry.isDirectory()) found.push(...(await walk(folder, path, scopes)));
    else found.push(Buffer.from(path));
  }
  return found;
}

async function withOwnRules(
  folder: string,
  relative: string,
  above: readonly Scope[],
): Promise<readonly Scope[]> {
  const path = relative === "" ? ".gitignore" : `${relative}/.gitignore`;
  const file = await readEntry(folder, path);
  if (file === "gone" || file === "odd" || file.mode === SYMLINK) return above;
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

async function readEntry(folder: string, path: string): Promise<TreeFile | "gone" | "odd"> {
  const facts = await lstat(join(folder, path)).catch(unlessMissing);
  if (facts === undefined || !(await standsInside(folder, path))) return "gone";
  if (!facts.isFile() && !facts.isSymbolicLink()) return "odd";
  const mode = facts.isSymbolicLink() ? SYMLINK : facts.mode & 0o100 ? 0o100755 : 0o100644;
  const body = await openFolder(folder).read({ path, mode, blob: "" });
  return { path, mode, blob: await blobId(body) };
}

function openFolder(folder: string): OpenTree {
  return {
    read: (file) => (file.mode === SYMLINK ? readLink(folder, file) : readFile(folder, file)),
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

async function readFile(folder: string, file: TreeFile): Promise<FileBody> {
  if (!(await standsInside(folder, file.path))) throw new SourceChanged(file.path);
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(join(folder, file.path), flags).catch(unlessMissing);
  if (handle === undefined) throw new SourceChanged(file.path);
  const facts = await handle.stat();
  return { size: facts.size, chunks: chunksOf(handle, facts.size, file) };
}

/** A link in the way could lead out of the folder, into files nobody meant to send; git calls such a path gone. */
async function standsInside(folder: string, path: string): Promise<boolean> {
  const wanted = dirname(join(folder, path));
  return (await realpath(wanted).catch(unlessMissing)) === wanted;
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
  for (let left = size; left > 0;) {
    const { bytesRead, buffer } = await held.read(Buffer.allocUnsafe(Math.min(left, PIECE)));
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
