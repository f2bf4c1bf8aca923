import { existsSync, readdirSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Surroundings } from "./confinement.ts";

/**
 * What those who are shut in see, as steps to be taken in order on an empty file system in memory; /proc and /dev, which
 * every tool makes in its own way, come after `machine`.
 */
export interface Seen {
  /** This machine, as it is, read-only. */
  readonly machine: readonly Step[];
  /** What the room has of its own; what is hidden, and what is seen all the same. */
  readonly own: readonly Step[];
}

export type Step =
  | { readonly kind: "folder"; readonly at: string }
  | { readonly kind: "link"; readonly at: string; readonly to: string }
  | {
      readonly kind: "bind";
      readonly from: string;
      readonly at: string;
      readonly writable: boolean;
      readonly isFolder: boolean;
      readonly point: MountPoint;
    }
  | { readonly kind: "memory"; readonly at: string; readonly writable: boolean; readonly point: MountPoint }
  | {
      readonly kind: "overlay";
      readonly lower: string;
      readonly upper: string;
      readonly work: string;
      readonly at: string;
      readonly point: MountPoint;
    };

/** What it is mounted on: there already, to be made beforehand, or to be made in another step of `own`. */
export type MountPoint = "there" | "made" | "within";

export interface SeenOptions {
  /** Folders that are empty in there. */
  readonly hidden: readonly string[];
  /** Folders that are seen although they lie in one that is hidden. */
  readonly kept: readonly string[];
}

/** Its sockets (a container engine's, a desktop's) lead out of the room. */
const RUN = "/run";

export function whatIsSeen(around: Surroundings, options: SeenOptions): Seen {
  const given = [...around.binds, ...(around.overlay === undefined ? [] : [around.overlay])].map((what) => ({
    ...what,
    at: settled(what.at),
  }));
  const places = given.map(({ at }) => at);
  const tmp = places.includes("/tmp") ? [] : ["/tmp"];
  const hidden = ["/var/run", ...options.hidden]
    .filter((at) => existsSync(at))
    .map((at) => realpathSync(at))
    .filter((at) => at !== RUN && !places.includes(at) && !isInside(at, ["/tmp", RUN]));
  const kept = keptIn([RUN, "/tmp", ...hidden], options.kept).filter(
    (at) =>
      !isInside(
        at,
        places.filter((p) => p !== "/tmp"),
      ),
  );

  const machine = folder("/", [...places, ...tmp, ...hidden, ...kept]);
  const mounted = machine.flatMap((step) => (step.kind === "bind" ? [step.at] : []));
  const own = [...tmp, ...hidden, ...places];
  const point = (at: string): MountPoint =>
    isInside(dirname(at), own) ? "within" : isInside(at, mounted) ? "there" : "made";

  return {
    machine,
    own: [
      ...tmp.map((at): Step => ({ kind: "memory", at, writable: true, point: point(at) })),
      ...hidden.map((at): Step => ({ kind: "memory", at, writable: false, point: point(at) })),
      ...[...given, ...kept.map((at) => ({ from: at, at, writable: false }))]
        .sort(outerFirst)
        .map((what): Step =>
          "from" in what
            ? { kind: "bind", ...what, isFolder: isFolder(what.from), point: point(what.at) }
            : { kind: "overlay", ...what, point: point(what.at) },
        ),
    ],
  };
}

/**
 * This machine's folder `at`, read-only: each of its entries is one mount, with all that is in it. Where a place in one does
 * not exist here, a folder in memory stands for it, that holds the same and has room for that place.
 */
function folder(at: string, places: readonly string[]): Step[] {
  return readdirSync(at, { withFileTypes: true }).flatMap((entry): Step[] => {
    const child = join(at, entry.name);
    if (child === "/proc" || child === "/dev" || places.includes(child)) return [];
    if (entry.isSymbolicLink()) return [{ kind: "link", at: child, to: readlinkSync(child) }];
    if (child === RUN) return [{ kind: "folder", at: child }, ...linksOf(child)];
    if (entry.isDirectory() && places.some((place) => isInside(place, [child]) && !existsSync(place)))
      return [{ kind: "folder", at: child }, ...folder(child, places)];
    return [
      { kind: "bind", from: child, at: child, writable: false, isFolder: entry.isDirectory(), point: "made" },
    ];
  });
}

/** On some systems the way to all programs is a link in /run (/run/current-system). */
function linksOf(at: string): Step[] {
  return readdirSync(at, { withFileTypes: true })
    .filter((entry) => entry.isSymbolicLink())
    .map((entry) => ({ kind: "link", at: join(at, entry.name), to: readlinkSync(join(at, entry.name)) }));
}

/** What is wanted and lies in what is hidden; the file with the name servers is, on most systems. */
function keptIn(hidden: readonly string[], wanted: readonly string[]): readonly string[] {
  const real = ["/etc/resolv.conf", ...wanted].filter((at) => existsSync(at)).map((at) => realpathSync(at));
  return [...new Set(real)].filter((at) => isInside(dirname(at), hidden)).sort();
}

/** Without links, as far as it exists. */
function settled(at: string): string {
  return existsSync(at) ? realpathSync(at) : join(settled(dirname(at)), basename(at));
}

function isFolder(path: string): boolean {
  return statSync(path).isDirectory();
}

function isInside(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

function outerFirst(a: { readonly at: string }, b: { readonly at: string }): number {
  return a.at < b.at ? -1 : 1;
}
