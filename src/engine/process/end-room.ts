import { existsSync } from "node:fs";
import { sleep, type Clock } from "../../kernel/clock.ts";
import { after, millis, type Millis } from "../../kernel/units.ts";
import type { Members } from "./members.ts";
import { removeRoom } from "./remove-room.ts";
import type { Room } from "./room.ts";

const LOOK_AGAIN_AFTER: Millis = millis(100);

/**
 * Ends all that lives in these rooms, and removes them; what cannot be removed is left to the next time. `grace`: from SIGTERM
 * to SIGKILL; 0 for none.
 */
export async function endRooms(
  rooms: readonly Room[],
  grace: Millis,
  membersOf: (room: Room) => Promise<readonly Members[]>,
  clock: Clock,
): Promise<void> {
  await Promise.all(
    rooms.map(async (room) => {
      if (grace > 0) await stop(room, await membersOf(room), grace, clock);
      // another dynosim may have done it meanwhile, and builds the same app again by now
      if (!existsSync(room.folder)) return;
      for (const members of await membersOf(room)) await members.signal("SIGKILL");
      await removeRoom(room).catch(() => {});
    }),
  );
}

async function stop(
  { folder }: Room,
  living: readonly Members[],
  grace: Millis,
  clock: Clock,
): Promise<void> {
  const until = after(clock.now(), grace);
  for (const members of living) await members.signal("SIGTERM");
  while (clock.now() < until && existsSync(folder) && (await isAnybodyIn(living)))
    await sleep(clock, LOOK_AGAIN_AFTER);
}

async function isAnybodyIn(living: readonly Members[]): Promise<boolean> {
  const found = await Promise.all(living.map((members) => members.list()));
  return found.flat().length > 0;
}
