import { posix } from "node:path";
import { RUN_PACKAGES } from "../../heroku/stack-packages.ts";
import { LIBRARY_PACKAGES, PROGRAM_PACKAGES } from "./library-packages.ts";
import type { MissingLibrary } from "./missing-libraries.ts";
import type { WantedProgram } from "./missing-programs.ts";

/** More are counted, not named. */
const NAMED = 6;
/** What there is in this build of what the words refer to. */
export interface Surroundings {
  /** Packages of the build image, by the library or program that they bring; "" where none has. */
  readonly owners: ReadonlyMap<string, string>;
  /** An Aptfile is in use. */
  readonly usesApt: boolean;
}

function intoAptfile(packages: readonly string[], { usesApt }: Surroundings): string {
  const what = `Put ${packages.join(" ")} into the Aptfile`;
  return usesApt ? `${what}.` : `${what} and set heroku-community/apt before the other buildpacks.`;
}

export function libraryNotices(missing: readonly MissingLibrary[], around: Surroundings): readonly string[] {
  const groups = Map.groupBy(missing, ({ name, neededBy: [first = ""], place }) =>
    JSON.stringify([first, place && posix.dirname(place), isHerokus(packageOf(name, around))]),
  );
  const lines = [...groups.values()].slice(0, NAMED).map((group) => libraryNotice(group, around));
  const rest = [...groups.values()].slice(NAMED).flat();
  return rest.length === 0 ? lines : [...lines, `Not on a dyno either: ${listed(rest)}.`];
}

function packageOf(library: string, { owners }: Surroundings): string | undefined {
  return owners.get(library) || LIBRARY_PACKAGES.get(library);
}

/** Heroku's run image has it, whatever the one here has. */
function isHerokus(name: string | undefined): boolean {
  return name !== undefined && RUN_PACKAGES.has(name);
}

/** All of `group` are needed by the same file, and are of the same kind. */
function libraryNotice(group: readonly MissingLibrary[], around: Surroundings): string {
  const [{ neededBy, place } = { neededBy: [], place: undefined }] = group;
  const [first = "", ...others] = neededBy;
  const who = `${ownName(first)}${others.length > 0 ? ` (and ${others.length} more)` : ""}`;
  const error = `"${group[0]?.name}: cannot open shared object file"`;
  const folder = place && posix.dirname(place);
  if (folder !== undefined)
    return `${who} needs ${listed(group)}, in ${folder}, where the loader of a dyno does not look: what uses it fails with ${error}. To let it look there: config:set LD_LIBRARY_PATH=/app/${folder}`;
  const packages = group.map(({ name }) => packageOf(name, around));
  const known = [...new Set(packages.filter((name) => name !== undefined))];
  const unknown = group.filter((_, index) => packages[index] === undefined);
  const cures = [
    ...(known.length > 0 ? [intoAptfile(known, around)] : []),
    ...(unknown.length > 0
      ? [
          `Which package has ${listed(unknown)}: apt-file search ${unknown[0]?.name}, or the search of package contents at packages.debian.org; its name goes into the Aptfile.`,
        ]
      : []),
  ];
  const lacking = packages.every(isHerokus)
    ? "which Heroku's image has, but not the one here"
    : "which a dyno does not have";
  return `${who} needs ${listed(group)}, ${lacking}: what uses it fails with ${error}. ${cures.join(" ")}`;
}

function listed(libraries: readonly MissingLibrary[]): string {
  return libraries.map(({ name }) => name).join(", ");
}

/** Of what is in neither image nor in Heroku's nothing is said: the dyno itself does, and would on Heroku. */
export function programNotices(wanted: readonly WantedProgram[], around: Surroundings): readonly string[] {
  const told = wanted.flatMap(({ name, wantedBy }) => {
    const owner = around.owners.get(name) || PROGRAM_PACKAGES.get(name);
    if (owner === undefined && !around.owners.has(name)) return [];
    const error = `"${name}: command not found"`;
    const cure = owner ? ` ${intoAptfile([owner], around)}` : "";
    return isHerokus(owner)
      ? [`${wantedBy} runs ${name}, which Heroku's image has, but not the one here: ${error}.${cure}`]
      : [
          `${wantedBy} runs ${name}, which is there while the app is built, but not on a dyno: ${error}.${cure}`,
        ];
  });
  return told.slice(0, NAMED);
}

/** `cv2/cv2.abi3.so` of what lies in site-packages; else the path. */
function ownName(path: string): string {
  return path.replace(/^\.heroku\/python\/lib\/python[\d.]+\/site-packages\//, "");
}
