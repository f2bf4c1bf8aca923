import { randomBytes } from "node:crypto";
import { lstat, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { userInfo } from "node:os";
import type { AppName, InstanceId } from "../../heroku/names.ts";
import type { AppLabel, Owner } from "../app-label.ts";
import type { Places } from "./places.ts";
import { IN_ROOM, type Room } from "./room.ts";

/** The process that has rooms made: this dynosim. */
export type Maker = Pick<Owner, "pid" | "started">;

/** Not yet a room: its note is being written. The name tells who writes it, so that no moment is without an owner. */
const DRAFT = ".draft,";

function draftName({ pid, started }: Maker, name: string): string {
  return `${DRAFT}${pid},${encodeURIComponent(started)},${name}`;
}

/**
 * Makes the folder that all of it lies in, unless it is there. Undefined when it may be used; else why not: in a temp folder
 * that everybody may write to, somebody else may have made it.
 */
export async function makeRoot({ root, rooms }: Places): Promise<string | undefined> {
  await mkdir(root, { mode: 0o700 }).catch((error: unknown) => {
    if (!isThere(error)) throw error;
  });
  const found = await lstat(root);
  if (!found.isDirectory()) return `${root} is no folder`;
  if (found.uid !== userInfo().uid) return `${root} belongs to another user (uid ${found.uid})`;
  if ((found.mode & 0o022) !== 0) return `others may write in ${root}`;
  await mkdir(rooms, { recursive: true, mode: 0o700 });
  return undefined;
}

/** Where rooms are opened. */
export class Rooms {
  readonly #places: Places;
  readonly #maker: Maker;
  readonly #guard: () => void;

  /** `guard`: called before there is a room, so that somebody ends what lives in it if this process is killed. */
  constructor(places: Places, maker: Maker, guard: () => void) {
    this.#places = places;
    this.#maker = maker;
    this.#guard = guard;
  }

  /** `what`: readable in the folder's name, such as `web.1`. The note is in it from its first moment on. */
  async open(what: string, kind: Room["kind"], label: AppLabel): Promise<Room> {
    this.#guard();
    const { rooms } = this.#places;
    const name = `${label.app}-${what}-${randomBytes(4).toString("hex")}`;
    const draft = join(rooms, draftName(this.#maker, name));
    const owner: Owner = { instance: label.instance, app: label.app, ...this.#maker };
    await mkdir(draft, { recursive: true, mode: 0o700 });
    await writeFile(join(draft, IN_ROOM.note), JSON.stringify({ owner, kind }));
    const folder = join(rooms, name);
    await rename(draft, folder);
    return { folder, owner, kind };
  }
}

/** All there are, of every dynosim of this user. */
export async function listRooms({ rooms }: Places): Promise<readonly Room[]> {
  const names = await readdir(rooms).catch(() => []);
  const found = await Promise.all(names.map((name) => readRoom(join(rooms, name))));
  return found.filter((room) => room !== undefined);
}

/** Undefined for what has no note: it is on its way out. */
async function readRoom(folder: string): Promise<Room | undefined> {
  const note = (await readJson(join(folder, IN_ROOM.note))) as Pick<Room, "owner" | "kind"> | undefined;
  const found = note ?? draftNote(basename(folder));
  return found && { folder, ...found };
}

/** Nobody lives in a draft, and nothing is known of it but who has begun it. */
function draftNote(name: string): Pick<Room, "owner" | "kind"> | undefined {
  const [pid, started] = name.startsWith(DRAFT) ? name.slice(DRAFT.length).split(",") : [];
  if (pid === undefined || started === undefined) return undefined;
  const owner = { pid: Number(pid), started: decodeURIComponent(started) };
  return { kind: "dyno", owner: { ...owner, instance: "" as InstanceId, app: "" as AppName } };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}

function isThere(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}
