import { chmod, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { LostFile } from "../launched.ts";
import { filesAmong } from "../lost-files.ts";
import type { Confinement } from "./confinement.ts";
import { copyTree } from "./copy-tree.ts";
import { opaqueFolders } from "./opaque-folders.ts";
import { IN_ROOM, type Room } from "./room.ts";
import { relocateFromApp, type Rewritten } from "./relocate.ts";
import { IN_SLUG, readListing, readNote, readPlan } from "./slug-folder.ts";
import type { Home } from "./slug-store.ts";
import { layerChanges, treeChanges } from "./tree-changes.ts";
import { listTree, type TreeListing } from "./tree-listing.ts";

/** Where dynos see their app. heroku.md 1.1 */
const APP = "/app";
const NO_ENTRIES: TreeListing = new Map();

/** `slug` gives the slug's folder, which moves when the slug is removed. */
export async function moveIn(
  slug: () => string,
  room: Room,
  confinement: Confinement,
): Promise<Home | undefined> {
  return confinement.overlays ? layer(slug, room) : copy(slug, room, confinement);
}

/** Nothing is copied: what the dyno writes goes into a layer of its own. */
async function layer(slug: () => string, room: Room): Promise<Home> {
  const lower = join(slug(), IN_SLUG.app);
  const upper = join(room.folder, IN_ROOM.upper);
  const work = join(room.folder, IN_ROOM.work);
  const { mode } = await stat(lower);
  await Promise.all([upper, work].map((folder) => mkdir(folder, { recursive: true })));
  // of the top folder the layer's own mode is seen
  await chmod(upper, mode & 0o7777);
  return {
    path: APP,
    around: { binds: [], overlay: { lower, upper, work, at: APP } },
    lostFiles: async () => {
      const written = await listTree(upper);
      const before = written.size === 0 ? NO_ENTRIES : await readListing(slug());
      if (before === undefined) return [];
      const hiding = [...written].filter(
        ([path, { type }]) => type === "directory" && before.get(path)?.type === "directory",
      );
      const opaque = await opaqueFolders(
        upper,
        hiding.map(([path]) => path),
      );
      return filesAmong([...layerChanges(before, written, opaque, APP), ...(await inTmp(room))]);
    },
  };
}

/** A file that is linked may be written into by whoever owns it, so a copy has none. */
async function copy(slug: () => string, room: Room, { isShut }: Confinement): Promise<Home | undefined> {
  const app = join(room.folder, IN_ROOM.app);
  await copyTree(join(slug(), IN_SLUG.app), app, await readPlan(slug()));
  if (isShut)
    return {
      path: APP,
      around: { binds: [{ from: app, at: APP, writable: true }] },
      lostFiles: async () =>
        filesAmong([...(await changesIn(app, slug(), NO_ENTRIES)), ...(await inTmp(room))]),
    };
  const note = await readNote(slug());
  if (note === undefined) return undefined;
  const rewritten = await relocateFromApp(app, note.named, {
    app,
    cgroup: join(room.folder, IN_ROOM.cgroup),
  });
  return {
    path: app,
    around: { binds: [] },
    lostFiles: async () => filesAmong(await changesIn(app, slug(), rewritten)),
  };
}

async function changesIn(app: string, slug: string, rewritten: Rewritten): Promise<readonly LostFile[]> {
  const [before, after] = await Promise.all([readListing(slug), listTree(app)]);
  if (before === undefined) return [];
  return treeChanges(new Map([...before, ...rewritten]), after, APP);
}

/** Its /tmp is empty when it starts. */
async function inTmp(room: Room): Promise<readonly LostFile[]> {
  return treeChanges(NO_ENTRIES, await listTree(join(room.folder, IN_ROOM.tmp)), "/tmp");
}
