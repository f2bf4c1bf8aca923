import type { Clock } from "../../kernel/clock.ts";
import { sleep } from "../../kernel/clock.ts";
import { after, millis, type Millis } from "../../kernel/units.ts";
import type { Members } from "./members.ts";
import { removeRoom } from "./remove-room.ts";
import type { FoundRoom } from "./rooms.ts";

const LOOK_AGAIN_AFTER: Millis = millis(100);

/** Ends all that lives in these rooms, and removes them. `grace`: from SIGTERM to SIGKILL; 0 for none. */
export async function endRooms(
  rooms: readonly FoundRoom[],
  grace: Millis,
  membersOf: (room: FoundRoom) => Members,
  clock: Clock,
): Promise<void> {
  await Promise.all(
    rooms.map(async (room) => {
      const members = membersOf(room);
      if (grace > 0) await stop(members, grace, clock);
      await members.signal("SIGKILL");
      await removeRoom(room);
    }),
  );
}

async function stop(members: Members, grace: Millis, clock: Clock): Promise<void> {
  const until = after(clock.now(), grace);
  await members.signal("SIGTERM");
  while (clock.now() < until && (await members.list()).length > 0) await sleep(clock, LOOK_AGAIN_AFTER);
}
