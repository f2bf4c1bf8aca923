import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { invariant } from "../../../kernel/invariant.ts";
import type { TarFile } from "../../tar-of.ts";

/** What `images/` says: how a base image is made. */
export interface Recipes {
  /** Python minor to the suite of Debian that has it, oldest minor first. */
  readonly suites: ReadonlyMap<string, string>;
  readonly files: readonly TarFile[];
  /** Changes with every change of a recipe, so that images made by another one are made anew. */
  readonly hash: string;
}

/** Counts up when an image comes out differently though no file of `images/` has changed. */
const GENERATION = 1;

/** Notes for people, not part of what is made. */
const NOTES = /\.md$/;

/** Reads the folder; throws when it is not one of recipes: it is part of the package. */
export function readRecipes(folder: URL | string): Recipes {
  const path = typeof folder === "string" ? folder : fileURLToPath(folder);
  const names = readdirSync(path)
    .filter((name) => !NOTES.test(name))
    .toSorted();
  const files = names.map((name) => ({ path: name, content: readFileSync(join(path, name)) }));
  const minors = files.find((file) => file.path === "minors.json");
  invariant(minors !== undefined, `no minors.json in ${path}`);
  return { suites: suitesFrom(minors.content.toString()), files, hash: hashOf(files) };
}

function suitesFrom(json: string): Map<string, string> {
  const table: Record<string, string> = JSON.parse(json);
  const suites = Object.entries(table);
  return new Map(suites.toSorted(([a], [b]) => minorNumber(a) - minorNumber(b)));
}

/** 9 for "3.9", 13 for "3.13". */
function minorNumber(minor: string): number {
  return Number(minor.split(".")[1]);
}

function hashOf(files: readonly { readonly path: string; readonly content: Buffer }[]): string {
  const hash = createHash("sha256").update(String(GENERATION));
  for (const { path, content } of files) hash.update(`\0${path}\0${content.length}\0`).update(content);
  return hash.digest("hex").slice(0, 16);
}
