import { join } from "node:path";
import type { Ground } from "./ground.ts";
import { Kin } from "./kin.ts";
import type { Members } from "./members.ts";
import { placesOnHost } from "./build-site.ts";
import { IN_ROOM, type Room } from "./room.ts";
import { StrayNote } from "./stray-note.ts";

/** Who lives in a room; `first`: number of its first process, undefined when another dynosim began it. */
export function membersOf(
  { census, clock, places }: Pick<Ground, "census" | "clock" | "places">,
  room: Room,
  first: number | undefined,
): Members {
  // a build's is the same for every build of the app, as its cache names it
  const home = room.kind === "build" ? placesOnHost(places, room.owner).app : join(room.folder, IN_ROOM.app);
  return new Kin({ home, root: first, census, clock, strays: new StrayNote(room) });
}
