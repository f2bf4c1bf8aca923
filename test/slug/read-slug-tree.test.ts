import { linkSync, mkdirSync, renameSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readSlugTree } from "../../src/slug/read-slug-tree.ts";
import { checksumOf, readWrittenTree, writtenTree, type SlugTree } from "../../src/slug/slug-tree.ts";
import { mebibytes } from "../../src/kernel/units.ts";
import type { AppName, InstanceId } from "../../src/heroku/names.ts";
import { LocalBox } from "./local-box.ts";

let box: LocalBox;
let app: string;

beforeEach(() => {
  box = new LocalBox({
    label: { instance: "i" as InstanceId, app: "demo" as AppName },
    pythonMinor: "3.13",
    env: {},
    memory: mebibytes(1),
    onProgress: () => {},
  });
  app = join(box.root, "tmp/app");
  mkdirSync(join(app, "lib"), { recursive: true });
  for (const name of ["a", "b", "lib/c"]) writeFileSync(join(app, name), `${name}\n`);
});
afterEach(() => box[Symbol.asyncDispose]());

async function read(former?: SlugTree): Promise<SlugTree> {
  const tree = await readSlugTree(box, "/tmp/app", former);
  if (!tree.ok || tree.value === undefined) throw new Error("not read");
  return tree.value;
}

/** As if the former slug had held something else: what is read anew shows. */
function forged(tree: SlugTree): SlugTree {
  return new Map([...tree].map(([path, entry]) => [path, { ...entry, content: "0".repeat(64) }]));
}

/** Paths whose content was read, and not taken from the former tree. */
async function readAnew(former: SlugTree): Promise<string[]> {
  const tree = await read(forged(former));
  return [...tree]
    .filter(([, { type, content }]) => type === "f" && !/^0+$/.test(content))
    .map(([path]) => path);
}

it("takes from the former tree what was not touched since, and nothing else", async () => {
  const former = await read();
  expect(await readAnew(former)).toEqual([]);
  writeFileSync(join(app, "a"), "A\n");
  writeFileSync(join(app, "new"), "");
  expect((await readAnew(former)).toSorted()).toEqual(["a", "new"]);
  expect(checksumOf(await read(former))).toBe(checksumOf(await read()));
});

it("reads a file of the same size and time that was written into, or has another in its place", async () => {
  const former = await read();
  const { atime, mtime } = statSync(join(app, "b"));
  writeFileSync(join(app, "b"), "B\n");
  utimesSync(join(app, "b"), atime, mtime);
  writeFileSync(join(app, "other"), "C/lib\n");
  renameSync(join(app, "other"), join(app, "lib/c"));
  expect((await readAnew(former)).toSorted()).toEqual(["b", "lib/c"]);
});

it("reads files that came in with a folder that is older than the former tree", async () => {
  mkdirSync(join(box.root, "tmp/elsewhere"));
  writeFileSync(join(box.root, "tmp/elsewhere/c"), "older\n");
  writeFileSync(join(app, "a"), "the last change\n");
  const former = await read();
  renameSync(join(app, "lib"), join(box.root, "tmp/gone"));
  renameSync(join(box.root, "tmp/elsewhere"), join(app, "lib"));
  expect(await readAnew(former)).toEqual(["lib/c"]);
  expect(checksumOf(await read(former))).toBe(checksumOf(await read()));
});

it("reads a file that was linked to, and one whose facts were never kept", async () => {
  const former = await read();
  linkSync(join(app, "b"), join(app, "b2"));
  expect((await readAnew(former)).toSorted()).toEqual(["b", "b2"]);
  const old = [...former].map(([path, { type, facts, content, size }]) => [
    path,
    { type, facts, content, size },
  ]);
  expect(await readAnew(new Map(old as [string, never][]))).toHaveLength(4);
});

it("keeps its facts in what is written down", async () => {
  const tree = await read();
  const again = readWrittenTree(writtenTree(tree));
  expect(again).toEqual(tree);
  expect(await readAnew(again ?? new Map())).toEqual([]);
});

it("cannot tell of a folder that is not there", async () => {
  expect(await readSlugTree(box, "/tmp/nowhere")).toEqual({ ok: true, value: undefined });
});
