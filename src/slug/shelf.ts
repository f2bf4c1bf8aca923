import { join } from "node:path";
import { nearest } from "../kernel/nearest.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import { registryUrl } from "./buildpack-reference.ts";
import { readBuildpack, type Buildpack } from "./buildpack.ts";
import type { SlugFailure } from "./failure.ts";

/** A buildpack that comes with dynosim. */
export interface ShelfRow {
  /** In Heroku's registry: `heroku/python`. */
  readonly name: string;
  /** Below `buildpack-sim`. */
  readonly folder: string;
  /** Whether it is asked where none is set; all others have to be set by name. */
  readonly asked: boolean;
}

/** In Heroku's order of asking: Ruby, Node.js, Clojure, Python and so on. heroku.md 6.2 */
export const SHELF: readonly ShelfRow[] = [
  { name: "heroku/nodejs", folder: "nodejs", asked: true },
  { name: "heroku/python", folder: "python", asked: true },
  { name: "heroku-community/apt", folder: "apt", asked: false },
  { name: "heroku/procfile", folder: "procfile", asked: false },
];

/**
 * Heroku's own that dynosim has no part of: what one has to be fetched from, and the image that it needs. The
 * repositories are those that the registry names.
 */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "heroku/ruby": "https://github.com/heroku/heroku-buildpack-ruby",
  "heroku/clojure": "https://github.com/heroku/heroku-buildpack-clojure",
  "heroku/java": "https://github.com/heroku/heroku-buildpack-java",
  "heroku/jvm": "https://github.com/heroku/heroku-buildpack-jvm-common",
  "heroku/gradle": "https://github.com/heroku/heroku-buildpack-gradle",
  "heroku/scala": "https://github.com/heroku/heroku-buildpack-scala",
  "heroku/php": "https://github.com/heroku/heroku-buildpack-php",
  "heroku/go": "https://github.com/heroku/heroku-buildpack-go",
  "heroku-community/nginx": "https://github.com/heroku/heroku-buildpack-nginx",
  "heroku-community/static": "https://github.com/heroku/heroku-buildpack-static",
  "heroku-community/inline": "https://github.com/heroku/heroku-buildpack-inline",
  "heroku-community/multi-procfile": "https://github.com/heroku/heroku-buildpack-multi-procfile",
  "heroku-community/cli": "https://github.com/heroku/heroku-buildpack-cli",
};

/** The buildpacks that are asked when none is set, in that order. `home`: the folder that they are in. */
export async function readShelf(home: string): Promise<Result<readonly Buildpack[], SlugFailure>> {
  const asked = SHELF.filter((row) => row.asked);
  const read = await Promise.all(asked.map(({ name }) => readNamed(home, name)));
  const shelf: Buildpack[] = [];
  for (const buildpack of read) {
    if (!buildpack.ok) return buildpack;
    shelf.push(buildpack.value);
  }
  return ok(shelf);
}

/** One by its name. */
export async function readNamed(home: string, name: string): Promise<Result<Buildpack, SlugFailure>> {
  const row = SHELF.find((one) => one.name === name);
  if (row === undefined) return fail(unknownName(name));
  const read = await readBuildpack(name, join(home, row.folder));
  return read.ok ? ok({ ...read.value, url: registryUrl(name) }) : read;
}

export function isOnShelf(name: string): boolean {
  return SHELF.some((row) => row.name === name);
}

export function unknownName(name: string): SlugFailure {
  const known = SHELF.map((row) => row.name);
  const meant = Object.hasOwn(ELSEWHERE, name) ? undefined : nearest(name, known);
  return { kind: "unknown-buildpack", name, meant, known, repository: ELSEWHERE[name] };
}
