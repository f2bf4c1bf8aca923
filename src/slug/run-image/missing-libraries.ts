import { posix } from "node:path";
import type { SlugTree } from "../slug-tree.ts";
import type { KnownFiles } from "./file-facts.ts";

export interface MissingLibrary {
  /** `libGL.so.1` */
  readonly name: string;
  /** Files of the slug that need it, shortest path first. */
  readonly neededBy: readonly string[];
  /** Where in the slug it is without being found by the loader; undefined: nowhere. */
  readonly place: string | undefined;
}

/** Searched by the loader in a dyno: what `.profile.d` of our buildpacks puts into LD_LIBRARY_PATH. buildpack-nodejs.md B2.5 */
const LOADER_PATHS = [
  ...["x86_64-linux-gnu", "aarch64-linux-gnu", "i386-linux-gnu"].map((name) => `.apt/usr/lib/${name}`),
  ".apt/usr/lib",
  ".heroku/python/lib",
];
/**
 * Drivers of graphics cards, which no dyno has, and what packages name as one of several ways to work: those who use
 * them look for them first.
 */
const OPTIONAL = /^lib(?:cuda|nvidia-\w+|nvcuvid|nvoptix|tbb(?:malloc)?|iomp5|OpenCL|tcl[\d.]+|tk[\d.]+)\.so/;

/**
 * Libraries that files of the slug need, and neither the run image nor the slug has. What lies anywhere in the slug counts
 * as found, because packages load their own libraries before they need them; but what apt has unpacked is found only
 * where the loader looks.
 */
export function missingLibraries(
  tree: SlugTree,
  known: KnownFiles,
  inRunImage: ReadonlySet<string>,
  configVars: Readonly<Record<string, string>>,
): readonly MissingLibrary[] {
  const places = new Map<string, string[]>();
  for (const [path, { type, content }] of tree) {
    const leadsOut = type === "l" && content.startsWith("/") && !content.startsWith("/app/");
    if (type === "d" || leadsOut || !path.includes(".so")) continue;
    const name = posix.basename(path);
    places.set(name, [...(places.get(name) ?? []), path]);
  }
  const loaderPaths = [...LOADER_PATHS, ...configured(configVars["LD_LIBRARY_PATH"])];
  const missing = new Map<string, { neededBy: string[]; place: string | undefined }>();
  for (const [path, { type, content }] of tree) {
    const facts = type === "f" ? known.get(content) : undefined;
    if (facts?.kind !== "binary") continue;
    const folders = [...loaderPaths, ...facts.searched.map((folder) => inSlug(folder, path))];
    for (const name of facts.needed.map((needed) => posix.basename(needed))) {
      if (inRunImage.has(name) || OPTIONAL.test(name)) continue;
      const here = places.get(name) ?? [];
      if (here.some((place) => !place.startsWith(".apt/") || folders.includes(posix.dirname(place))))
        continue;
      const one = missing.get(name) ?? { neededBy: [], place: here[0] };
      one.neededBy.push(path);
      missing.set(name, one);
    }
  }
  return [...missing].map(([name, { neededBy, place }]) => ({
    name,
    neededBy: neededBy.toSorted((one, other) => one.length - other.length),
    place,
  }));
}

/** `$ORIGIN/../lib` of a file, as a path of the slug; what is none becomes one that nothing lies in. */
function inSlug(folder: string, path: string): string {
  const from = folder.replace(/^\$\{?ORIGIN\}?/, posix.join("/app", posix.dirname(path)));
  return posix.relative("/app", posix.normalize(from)).replace(/\/+$/, "");
}

function configured(paths = ""): string[] {
  return paths
    .split(":")
    .filter((path) => path.startsWith("/app/") || path.startsWith("$HOME/"))
    .map((path) => path.replace(/^(?:\/app|\$HOME)\//, "").replace(/\/+$/, ""));
}
