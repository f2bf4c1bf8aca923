import { SystemClock } from "../../kernel/system-clock.ts";
import { seconds, type Millis } from "../../kernel/units.ts";
import { CensusTaker } from "./census.ts";
import { endRooms } from "./end-room.ts";
import { membersLeft } from "./members-of.ts";
import { openProcessTable } from "./open-process-table.ts";
import { placesAt } from "./places.ts";
import { listRooms } from "./rooms.ts";

/**
 * A program: ends all rooms of a dynosim that is gone, and removes them. Started by the watchman.
 * Arguments: the engine's folder, pid and start time of that dynosim, where processes are read from.
 */

/** Heroku gives 30 s; here a next start may come any moment, and wants its ports. Enough to finish a request or a transaction. */
const GRACE: Millis = seconds(5);

const [root = "", pid, started, table] = process.argv.slice(2);
const places = placesAt(root);
const opened = await openProcessTable(table);
if (opened.ok) {
  const clock = new SystemClock();
  const census = new CensusTaker(opened.value);
  const rooms = (await listRooms(places)).filter(
    ({ owner }) => owner.pid === Number(pid) && owner.started === started,
  );
  await endRooms(rooms, GRACE, (room) => membersLeft({ census, clock, places }, room), clock);
}
