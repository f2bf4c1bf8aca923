import { escaped, listTrackedWith } from "./read-tracked.ts";
import type { GitPlace } from "./read-git.ts";
import { SYMLINK, type OpenTree, type SourceTree, type TreeFile } from "./source-tree.ts";
import { collisionNotices, outwardLinkNotices, pointerNotices } from "./tree-notices.ts";

/** First line of a pointer, and the most that one holds; from the specification of Git LFS. */
const POINTER = "version https://git-lfs.github.com/spec/v1\n";
const POINTER_LIMIT = 1024;

/** What of the files themselves means trouble on Heroku that a laptop does not show. */
export async function readTreeNotices(
  tree: SourceTree,
  open: OpenTree,
  place: GitPlace | undefined,
): Promise<string[]> {
  return [
    ...collisionNotices(tree.files.map(({ path }) => path)),
    ...outwardLinkNotices(await linksOf(tree, open)),
    ...pointerNotices(await pointersIn(tree, open, place)),
  ];
}

async function linksOf(tree: SourceTree, open: OpenTree): Promise<{ path: string; target: string }[]> {
  const links: { path: string; target: string }[] = [];
  for (const file of tree.files) {
    if (file.mode !== SYMLINK) continue;
    links.push({ path: file.path, target: escaped((await headOf(file, open, Infinity)) ?? Buffer.alloc(0)) });
  }
  return links;
}

/** Only where some .gitattributes speaks of LFS: reading every small file of every app would take too long. */
async function pointersIn(tree: SourceTree, open: OpenTree, place: GitPlace | undefined): Promise<string[]> {
  if (place === undefined || !(await usesLfs(tree, open))) return [];
  const marked = new Set(await listTrackedWith(place, tree.files, "filter", "lfs"));
  const pointers: string[] = [];
  for (const file of tree.files) {
    if (!marked.has(file.path) || file.mode === SYMLINK) continue;
    const head = await headOf(file, open, POINTER_LIMIT);
    if (head?.subarray(0, POINTER.length).toString() === POINTER) pointers.push(file.path);
  }
  return pointers;
}

async function usesLfs(tree: SourceTree, open: OpenTree): Promise<boolean> {
  for (const file of tree.files) {
    if (!/(?:^|\/)\.gitattributes$/.test(file.path)) continue;
    if (/\bfilter=lfs\b/.test((await headOf(file, open, Infinity))?.toString() ?? "")) return true;
  }
  return false;
}

/** The content when it is no longer than `limit`. A body has to be read to its end in any case. */
async function headOf(file: TreeFile, open: OpenTree, limit: number): Promise<Buffer | undefined> {
  const body = await open.read(file);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.chunks) if (body.size <= limit) chunks.push(chunk);
  return body.size <= limit ? Buffer.concat(chunks) : undefined;
}
