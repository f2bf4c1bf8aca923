import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { ImageId, InstanceId } from "../../heroku/names.ts";
import type { Kept } from "../engine.ts";
import { appFolder, buildTmp, slugsFolder, type Places } from "./places.ts";
import { removeFolder } from "./remove-folder.ts";
import { listRooms } from "./rooms.ts";
import type { SlugStore } from "./slug-store.ts";

/** For whatever is no app's: Pythons. */
const SHARED = "shared";

/** In the order in which they can be removed: rooms before the slugs that are used in them. */
export async function listKept(places: Places, slugs: SlugStore): Promise<readonly Kept[]> {
  const [rooms, stored, apps, stacks] = await Promise.all([
    listRooms(places),
    slugs.list(),
    namesIn(places.apps),
    namesIn(places.stacks),
  ]);
  const caches = await Promise.all(apps.map((instance) => cacheOf(places, instance)));
  return [
    ...rooms.map(({ folder, owner }): Kept => ({
      kind: "room",
      id: folder,
      name: basename(folder),
      size: undefined,
      instance: owner.instance,
      owner,
    })),
    ...stored.map(({ image, name, size, instance }): Kept => ({
      kind: "slug",
      id: image,
      name,
      size,
      instance,
      owner: undefined,
    })),
    ...caches.filter((cache) => cache !== undefined),
    ...stacks.map((minor) => folder(join(places.stacks, minor), `python-${minor}`, SHARED)),
  ];
}

/** Removes these; `endRooms` first ends those who live in them. */
export async function discardKept(
  kept: readonly Kept[],
  places: Places,
  slugs: SlugStore,
  endRooms: (folders: readonly string[]) => Promise<void>,
): Promise<void> {
  await endRooms(kept.flatMap(({ kind, id }) => (kind === "room" ? [id] : [])));
  for (const { kind, id } of kept) {
    if (kind === "slug") await slugs.remove(id as ImageId);
    else if (kind === "folder") await removeFolder(id);
  }
  for (const instance of new Set(kept.map((one) => one.instance))) await removeEmptied(places, instance);
}

/** What says whose it was goes with the last that was somebody's. */
async function removeEmptied(places: Places, instance: string): Promise<void> {
  const app = { instance: instance as InstanceId };
  const left = await Promise.all([slugsFolder(places, app), buildTmp(places, app)].map(namesIn));
  if (left.flat().length === 0) await removeFolder(appFolder(places, app));
}

async function cacheOf(places: Places, instance: string): Promise<Kept | undefined> {
  const tmp = buildTmp(places, { instance: instance as InstanceId });
  if ((await namesIn(tmp)).length === 0) return undefined;
  return folder(tmp, `${await nameOf(places, instance)} (builds)`, instance);
}

async function nameOf(places: Places, instance: string): Promise<string> {
  try {
    const note = JSON.parse(await readFile(join(places.apps, instance, "app.json"), "utf8")) as {
      app: string;
    };
    return note.app;
  } catch {
    return instance;
  }
}

function folder(id: string, name: string, instance: string): Kept {
  return { kind: "folder", id, name, size: undefined, instance, owner: undefined };
}

function namesIn(path: string): Promise<readonly string[]> {
  return readdir(path).catch(() => []);
}
