import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Readable } from "node:stream";
import type { AppName, ImageId, InstanceId } from "../../heroku/names.ts";
import { bytes } from "../../kernel/units.ts";
import type { AppLabel, Owner } from "../app-label.ts";
import type { BakeSpec, Extended } from "../build-box.ts";
import type { Confinement } from "./confinement.ts";
import { planCopy } from "./copy-plan.ts";
import { linkTree } from "./copy-tree.ts";
import { moveIn } from "./move-in.ts";
import { buildTmp, slugsFolder, type Places } from "./places.ts";
import { relocateToApp } from "./relocate.ts";
import { removeFolder } from "./remove-folder.ts";
import type { Room } from "./room.ts";
import { IN_SLUG, readNote, writeListing, writeNote, writePlan } from "./slug-folder.ts";
import { imageOf, slugIdOf, type SlugId } from "./slug-id.ts";
import type { Home, SlugStore, StoredSlug } from "./slug-store.ts";
import { spreadFolders } from "./spread-folders.ts";
import { packTree, unpackTree } from "./tar.ts";
import type { TreeListing } from "./tree-listing.ts";

export function openSlugStore(places: Places, writer: SlugWriter): SlugStore {
  return new DiskSlugs(places, { pid: writer.pid, started: writer.started });
}

const GONE = ".gone";
const PART = ".part";
/** The process that writes; what it leaves behind when it is killed is known by it. */
type SlugWriter = Pick<Owner, "pid" | "started">;

/**
 * A slug is the folder `apps/INSTANCE/slugs/ID`, put there by a rename once it is whole. Beside it may be
 *   ID.part,PID,STARTED,APP   one that is being written, and by whom
 *   ID.gone                   one that was removed while dynos ran from it
 */
class DiskSlugs implements SlugStore {
  readonly #places: Places;
  readonly #writer: SlugWriter;

  constructor(places: Places, writer: SlugWriter) {
    this.#places = places;
    this.#writer = writer;
  }

  async bake({ label, release, tree, onto }: BakeSpec): Promise<ImageId> {
    const slug: SlugId = { instance: label.instance, id: `v${release}-${randomBytes(4).toString("hex")}` };
    const folder = this.#folder(slug);
    const part = partOf(folder, this.#writer, label);
    const app = join(part, IN_SLUG.app);
    try {
      await this.#makeFolders(label);
      await mkdir(join(part, IN_SLUG.rooms), { recursive: true });
      if (onto !== undefined) await this.#copyWithout(onto, app);
      await unpackTree(tree, part);
      await mkdir(app, { recursive: true });
      const { listing, named } = await relocateToApp(app, join(buildTmp(this.#places, label), "app"));
      await Promise.all([writeListing(part, listing), writePlan(part, planCopy(listing))]);
      await writeNote(part, { app: label.app, release, size: sizeOf(listing), named });
      await rename(part, folder);
    } catch (error) {
      tree.destroy();
      await removeFolder(part);
      throw error;
    }
    return imageOf(slug);
  }

  /** In each of them whole trees come and go. */
  async #makeFolders(app: AppLabel): Promise<void> {
    const folders = [slugsFolder(this.#places, app), buildTmp(this.#places, app), this.#places.rooms];
    for (const folder of folders) await mkdir(folder, { recursive: true });
    await spreadFolders(...folders);
  }

  /** A tar stream cannot delete: what is to go goes first. */
  async #copyWithout({ image, removed }: Extended, app: string): Promise<void> {
    const former = this.#found(image);
    if (former === undefined) throw new Error(`no such slug: ${image}`);
    await linkTree(join(former, IN_SLUG.app), app);
    for (const path of removed) await rm(join(app, path), { recursive: true, force: true });
  }

  async has(image: ImageId): Promise<boolean> {
    return this.#found(image) !== undefined;
  }

  async remove(image: ImageId): Promise<void> {
    const folder = this.#found(image);
    if (folder === undefined) return;
    // out of sight at once, so that a removal that is broken off leaves no slug with holes
    const gone = `${folder}${GONE}`;
    await rename(folder, gone);
    await this.#removeUnused(gone);
  }

  async read(image: ImageId): Promise<Readable | undefined> {
    const folder = this.#found(image);
    return folder === undefined ? undefined : packTree(folder, IN_SLUG.app);
  }

  async moveIn(image: ImageId, room: Room, confinement: Confinement): Promise<Home | undefined> {
    const folder = this.#found(image);
    if (folder === undefined) return undefined;
    const rooms = join(folder, IN_SLUG.rooms);
    for (const former of await namesIn(rooms))
      if (!existsSync(join(this.#places.rooms, former))) await rm(join(rooms, former), { force: true });
    // before anything is taken from it: a removal meanwhile leaves it where it is
    if (!(await noteIn(rooms, basename(room.folder)))) return undefined;
    return moveIn(() => (existsSync(folder) ? folder : `${folder}${GONE}`), room, confinement);
  }

  async list(): Promise<readonly StoredSlug[]> {
    const stored: StoredSlug[] = [];
    for (const { instance, folder } of await this.#all()) {
      const id = basename(folder);
      const image = imageOf({ instance, id });
      const note = slugIdOf(image) && (await readNote(folder));
      if (note) stored.push({ image, name: `${note.app}:${id}`, instance, size: bytes(note.size) });
    }
    return stored;
  }

  async sweep(isAlive: (owner: Owner) => boolean): Promise<void> {
    for (const { instance, folder } of await this.#all()) {
      if (folder.endsWith(GONE)) await this.#removeUnused(folder);
      const owner = ownerOf(basename(folder), instance);
      if (owner !== undefined && !isAlive(owner)) await removeFolder(folder);
    }
  }

  #folder({ instance, id }: SlugId): string {
    return join(slugsFolder(this.#places, { instance: instance as InstanceId }), id);
  }

  /** Its folder, if it is there and whole. */
  #found(image: ImageId): string | undefined {
    const slug = slugIdOf(image);
    const folder = slug && this.#folder(slug);
    return folder !== undefined && existsSync(join(folder, IN_SLUG.note)) ? folder : undefined;
  }

  /** Also those that are not whole, and what is left of the removed. */
  async #all(): Promise<readonly { readonly instance: string; readonly folder: string }[]> {
    const found = [];
    for (const instance of await namesIn(this.#places.apps)) {
      const slugs = slugsFolder(this.#places, { instance: instance as InstanceId });
      for (const name of await namesIn(slugs)) found.push({ instance, folder: join(slugs, name) });
    }
    return found;
  }

  async #removeUnused(folder: string): Promise<void> {
    const rooms = await namesIn(join(folder, IN_SLUG.rooms));
    if (rooms.some((room) => existsSync(join(this.#places.rooms, room)))) return;
    await removeFolder(folder);
  }
}

function sizeOf(listing: TreeListing): number {
  return [...listing.values()].reduce((sum, { type, size }) => sum + (type === "file" ? size : 0), 0);
}

/** Its name tells who writes it, so that no moment is without an owner. */
function partOf(folder: string, { pid, started }: SlugWriter, { app }: AppLabel): string {
  return `${folder}${PART},${pid},${encodeURIComponent(started)},${app}`;
}

function ownerOf(name: string, instance: string): Owner | undefined {
  const [id, pid, started, app] = name.split(",");
  if (!id?.endsWith(PART) || started === undefined) return undefined;
  return {
    instance: instance as InstanceId,
    app: app as AppName,
    pid: Number(pid),
    started: decodeURIComponent(started),
  };
}

/** False when the folder has gone meanwhile. */
async function noteIn(folder: string, name: string): Promise<boolean> {
  try {
    await writeFile(join(folder, name), "");
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** None where there is no such folder. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
