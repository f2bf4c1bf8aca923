import { keptTree, type BuildBox } from "../engine/build-box.ts";
import type { EngineFailure } from "../engine/failure.ts";
import { ok, type Result } from "../kernel/result.ts";
import type { BuildRoom } from "./build-room.ts";

/** Where what is new lies until it is put to the rest. */
export function newFilesOf({ beside }: BuildRoom): string {
  return `${beside}.new`;
}

/** Where the list of what has to be there lies. */
export function wantedOf({ beside }: BuildRoom): string {
  return `${beside}.wanted`;
}

const PLACES = "set -eo pipefail; export LC_ALL=C; tree=$1 kept=$2 names=$3 new=$4 wanted=$5 app=$6";

/** What lies in the kept tree has to be all that is wanted; whatever else is there goes, and folders are as an archive makes them. */
const RESTORE = `${PLACES}
[[ -d $kept && ! -L $kept ]]
cd -- "$kept"
find . -mindepth 1 ! -type d -printf '%i %C@ %P\\0' | sort -z >"$wanted.there"
sort -z -o "$wanted" -- "$wanted"
comm -z -23 -- "$wanted" "$wanted.there" >"$wanted.lost"
[[ ! -s $wanted.lost ]]
comm -z -13 -- "$wanted" "$wanted.there" | sed -z 's/^[^ ]* [^ ]* //' | xargs -0 -r rm -f --
find . -depth -mindepth 1 -type d -empty -delete
owner=$(stat -c %u:%g -- "$app")
find . -type d ! '(' -perm 0755 -user "\${owner%:*}" -group "\${owner#*:}" ')' -exec chown -- "$owner" {} + -exec chmod 00755 -- {} +
rmdir -- "$tree"
mv -T -- "$kept" "$tree"
cp -alT -- "$new" "$tree"
rm -rf -- "$new" "$wanted" "$wanted.there" "$wanted.lost"`;

/** The box keeps by these names what it is to keep. */
const LIST = `cd -- "$tree"
find . -mindepth 1 ! -type d -printf '%i %C@ %s %P\\0'
find . -mindepth 1 -maxdepth 1 -printf '%P\\0' | sort -z >"$names"`;

const CLEAR = `${PLACES}
rm -rf -- "$tree" "$kept" "$new" "$wanted" "$wanted.there" "$wanted.lost"
mkdir -- "$tree" && chown --reference="$app" -- "$tree"`;

/**
 * Makes the app's folder of what the last build has left there and what is new, and gives its listing; undefined, with an
 * empty folder, where not all that is wanted was left.
 */
export async function restoreTree(
  box: BuildBox,
  room: BuildRoom,
): Promise<Result<string | undefined, EngineFailure>> {
  const restored = await printed(box, room, `${RESTORE}\n${LIST}`);
  if (!restored.ok || restored.value !== undefined) return restored;
  const cleared = await printed(box, room, CLEAR);
  return cleared.ok ? ok(undefined) : cleared;
}

/** The listing of an app's folder that was sent whole; undefined where the box cannot tell. */
export function listTree(box: BuildBox, room: BuildRoom): Promise<Result<string | undefined, EngineFailure>> {
  return printed(box, room, `${PLACES}\nrm -rf -- "$kept"\n${LIST}`);
}

async function printed(
  box: BuildBox,
  room: BuildRoom,
  script: string,
): Promise<Result<string | undefined, EngineFailure>> {
  const chunks: Uint8Array[] = [];
  const { folder, names } = keptTree(room.places);
  const places = [room.buildDir, folder, names, newFilesOf(room), wantedOf(room), room.places.app];
  const ran = await box.run(["bash", "-p", "-c", script, "keep", ...places], {
    root: true,
    onOutput: ({ bytes }) => chunks.push(bytes),
  });
  if (!ran.ok) return ran;
  return ok(ran.value === 0 ? Buffer.concat(chunks).toString() : undefined);
}
