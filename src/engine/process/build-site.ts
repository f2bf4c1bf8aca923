import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { AppLabel } from "../app-label.ts";
import { HEROKU_PLACES, type BoxPlaces } from "../build-box.ts";
import type { Confinement, Surroundings } from "./confinement.ts";
import { appFolder, buildTmp, type Places } from "./places.ts";
import { removeFolder } from "./remove-folder.ts";
import { IN_ROOM, type Room } from "./room.ts";

/** Where a build works: its places, and where they are on this machine. */
export interface BuildSite {
  readonly places: BoxPlaces;
  /** Of the files that lend it this machine's settings, as its commands know it. */
  readonly lent: string;
  readonly around: Surroundings;
  /** What our buildpacks are told of places that are not Heroku's. */
  readonly variables: Readonly<Record<string, string>>;
  /** Throws for a place that it does not have. */
  readonly hostPath: (place: string) => string;
}

/** The part of a room's folder that holds what is lent. */
const LENT = "lent";

/** The app's build folder on this machine, as a box that is not shut finds it; that of one that is shut, as it is kept. */
export function placesOnHost(places: Places, owner: Pick<AppLabel, "instance">): BoxPlaces {
  const tmp = buildTmp(places, owner);
  return { tmp, app: join(tmp, "app"), cache: join(tmp, relative(HEROKU_PLACES.tmp, HEROKU_PLACES.cache)) };
}

/**
 * Makes the folders that stay from build to build. What is in the cache names the app's home: where that is another one than it
 * was, as this machine shuts builds in no longer, say, nothing of it can be used.
 */
export async function makeBuildTmp(
  places: Places,
  { instance, app }: AppLabel,
  isShut: boolean,
): Promise<void> {
  const own = placesOnHost(places, { instance });
  const folder = appFolder(places, { instance });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const home = join(folder, "home");
  const wanted = isShut ? HEROKU_PLACES.app : own.app;
  const former = await readFile(home, "utf8").catch(() => undefined);
  if (former !== wanted) {
    await removeFolder(own.tmp);
    await writeFile(home, wanted);
  }
  await mkdir(own.cache, { recursive: true });
  const note = join(folder, "app.json");
  await access(note, constants.F_OK).catch(() => writeFile(note, JSON.stringify({ instance, app })));
}

/** Makes what goes with the room. `stack`: the tree of this machine's Python, if the build has one. */
export async function makeSite(
  places: Places,
  room: Room,
  confinement: Pick<Confinement, "isShut">,
  stack: string | undefined,
): Promise<BuildSite> {
  const lent = join(room.folder, LENT);
  await mkdir(lent, { mode: 0o700 });
  return confinement.isShut ? shutSite(places, room, stack) : openSite(places, room, stack);
}

async function shutSite(places: Places, room: Room, stack: string | undefined): Promise<BuildSite> {
  const app = join(room.folder, IN_ROOM.app);
  await mkdir(app, { mode: 0o755 });
  const binds = [
    { from: buildTmp(places, room.owner), at: HEROKU_PLACES.tmp, writable: true },
    { from: app, at: HEROKU_PLACES.app, writable: true },
    { from: join(room.folder, LENT), at: "/etc/dynosim", writable: false },
    ...(stack === undefined ? [] : [{ from: stack, at: "/opt/dynosim", writable: false }]),
  ];
  return {
    places: HEROKU_PLACES,
    lent: "/etc/dynosim",
    around: { binds },
    variables: {},
    hostPath: pathBy(binds),
  };
}

function pathBy(binds: readonly { readonly from: string; readonly at: string }[]): BuildSite["hostPath"] {
  return (place) => {
    const bind = binds.find(({ at }) => place === at || place.startsWith(`${at}/`));
    if (bind === undefined) throw new Error(`${place} is no place of a build`);
    return bind.from + place.slice(bind.at.length);
  };
}

/** The user's temp folder is as much /tmp as there is: the build itself is there, under Heroku's name for it. */
async function openSite(places: Places, room: Room, stack: string | undefined): Promise<BuildSite> {
  const build = join(dirname(places.root), `build_${randomBytes(4).toString("hex")}`);
  const own = placesOnHost(places, room.owner);
  // whoever clears away finds it by these, also when this process is gone
  for (const note of [join(room.folder, IN_ROOM.build), join(own.tmp, basename(build))])
    await symlink(build, note);
  // not one that somebody else has made
  await mkdir(build, { mode: 0o755 });
  await mkdir(own.app, { recursive: true, mode: 0o755 });
  return {
    places: { ...own, build },
    lent: join(room.folder, LENT),
    around: { binds: [] },
    variables: {
      DYNOSIM_APP_DIR: own.app,
      DYNOSIM_TMP_DIR: own.tmp,
      TMPDIR: own.tmp,
      ...(stack === undefined ? {} : { DYNOSIM_PYTHON_ROOT: stack }),
    },
    hostPath: pathBy([own.tmp, build, room.folder].map((folder) => ({ from: folder, at: folder }))),
  };
}

/**
 * Bash that puts a build that worked outside of its app's folder (`openSite`) in there, where it is cleared away with all else;
 * only what it has made itself.
 */
export function bringHome({ tmp }: Pick<BoxPlaces, "tmp">): string {
  return `for note in '${tmp.replaceAll("'", String.raw`'\''`)}'/build_*; do
  [[ -L $note ]] && tree=$(readlink -- "$note") || continue
  if [[ \${tree##*/} == "\${note##*/}" && -d $tree && ! -L $tree && -O $tree ]]; then
    mv -T -- "$tree" "$note.home" && rm -- "$note" && mv -T -- "$note.home" "$note"
  else
    rm -- "$note"
  fi
done`;
}
