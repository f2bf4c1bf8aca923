import { realpathSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { AppLabel } from "../app-label.ts";

/**
 * Where the process engine keeps things: one folder of the user's in the temp folder, mode 0700, so that all of it lies on one
 * file system, where files can be linked and moved.
 *
 *   stacks/MINOR/            this machine's Python as the buildpack finds it: python/, python-version, wheels/
 *   apps/INSTANCE/app.json   whose it is: { instance, app }
 *   apps/INSTANCE/home       the app's home in its builds, which their cache names
 *   apps/INSTANCE/tmp/       /tmp of its builds, with their cache
 *   apps/INSTANCE/slugs/ID/  slug.json and app/
 *   rooms/NAME-HEX/          one dyno, spare, one-off or build: room.json (see `room.ts`) and what it works in
 */
export interface Places {
  readonly root: string;
  readonly stacks: string;
  readonly apps: string;
  readonly rooms: string;
}

export function placesIn(temp: string = realpathSync(tmpdir())): Places {
  return placesAt(join(temp, `dynosim-${userInfo().uid}`));
}

export function placesAt(root: string): Places {
  return { root, stacks: join(root, "stacks"), apps: join(root, "apps"), rooms: join(root, "rooms") };
}

export function appFolder({ apps }: Places, { instance }: Pick<AppLabel, "instance">): string {
  return join(apps, instance);
}

export function slugsFolder(places: Places, app: Pick<AppLabel, "instance">): string {
  return join(appFolder(places, app), "slugs");
}

/** The /tmp of its builds, which stays from one to the next. */
export function buildTmp(places: Places, app: Pick<AppLabel, "instance">): string {
  return join(appFolder(places, app), "tmp");
}
