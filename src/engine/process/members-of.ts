import { join } from "node:path";
import type { Ground } from "./ground.ts";
import { Kin } from "./kin.ts";
import type { Members } from "./members.ts";
import { IN_ROOM, type Room } from "./room.ts";

/** Who lives in a room; `first`: number of its first process, undefined when another dynosim began it. */
export function membersOf(
  { census, clock }: Pick<Ground, "census" | "clock">,
  { folder }: Pick<Room, "folder">,
  first: number | undefined,
): Members {
  return new Kin({ home: join(folder, IN_ROOM.app), root: first, census, clock });
}
