import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { placesOnHost } from "./build-site.ts";
import type { Census } from "./census.ts";
import type { Confinement } from "./confinement.ts";
import type { Ground } from "./ground.ts";
import { Kin } from "./kin.ts";
import type { Members } from "./members.ts";
import { NamespaceMembers } from "./namespace-members.ts";
import type { Places } from "./places.ts";
import { IN_ROOM, type Room } from "./room.ts";
import { StrayNote } from "./stray-note.ts";

/** How life in a room began. */
export interface Beginning {
  /** What the confinement's command became. */
  readonly outer: number;
  /** The first process of the room's own, as it knows itself: where nothing is shut, as this machine does. */
  readonly first: number;
  /** It stays until the others have gone, and is none of them. */
  readonly stays: boolean;
}

/** Who lives in a dyno of this engine's. */
export function membersOf(
  ground: Pick<Ground, "census" | "clock" | "places" | "confinement">,
  room: Room,
  { outer, first, stays }: Beginning,
): Members {
  const { census, clock, confinement } = ground;
  if (!confinement.isShut) return kinIn(ground, room, first);
  const waiter = stays ? first : undefined;
  const initOf: Confinement["initOf"] = (opened, table) => confinement.initOf(opened, table);
  return new NamespaceMembers({ outer, initOf, waiter, census, clock });
}

/** Who lives in a room that is not shut; `first`: number of its first process, where that is known. */
export function kinIn(
  { census, clock, places }: Pick<Ground, "census" | "clock" | "places">,
  room: Room,
  first: number | undefined,
): Kin {
  return new Kin({ home: homeIn(places, room), root: first, census, clock, strays: new StrayNote(room) });
}

/** Who still lives in a room that another dynosim left behind, however that shut them in. */
export async function membersLeft(
  ground: Pick<Ground, "census" | "clock" | "places">,
  room: Room,
): Promise<readonly Members[]> {
  const { census, clock } = ground;
  const shut = (await shutIn(room, await census.take())).map(
    ({ outer, init }) =>
      new NamespaceMembers({ outer, initOf: () => init, waiter: undefined, census, clock }),
  );
  return [kinIn(ground, room, undefined), ...shut];
}

/** What opened a room names the room's folder in its command line, and has a child in a process tree of its own. */
async function shutIn(
  { folder }: Room,
  { byPid, byParent, byNamespace }: Census,
): Promise<readonly { readonly outer: number; readonly init: number }[]> {
  const trees = new Map(
    [...byNamespace].flatMap(([tree, all]) => all.map(({ pid }) => [pid, tree] as const)),
  );
  const found = await Promise.all(
    [...byPid.keys()].map(async (outer) => {
      const tree = trees.get(outer);
      const init = byParent.get(outer)?.find(({ pid }) => trees.has(pid) && trees.get(pid) !== tree);
      if (init === undefined || tree === undefined) return [];
      return (await commandOf(outer)).includes(folder) ? [{ outer, init: init.pid }] : [];
    }),
  );
  return found.flat();
}

/** "" when it is gone. Only Linux shuts in. */
function commandOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
}

/** A build's is the same for every build of the app, as its cache names it. */
function homeIn(places: Places, { kind, owner, folder }: Room): string {
  return kind === "build" ? placesOnHost(places, owner).app : join(folder, IN_ROOM.app);
}
