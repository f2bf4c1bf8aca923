import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { ImageId } from "../../src/heroku/names.ts";
import { TreeFiles } from "../../src/platform/tree-file.ts";
import { appFolder } from "../manifest/app-folder.ts";

const image = (name: string): ImageId => `sha256:${name}` as ImageId;

it("keeps what is said to be kept, and nothing that a killed process left", async () => {
  await using folder = await appFolder({});
  const trees = new TreeFiles(folder.path);
  expect(trees.load(image("a"))).toBeUndefined();
  trees.save(image("a"), "of a", []);
  writeFileSync(join(folder.path, "slug-trees", "b.1.tmp"), "half");
  trees.save(image("b"), "of b", [image("a"), image("gone")]);
  trees.save(image("c"), "of c", [image("a")]);
  expect(readdirSync(join(folder.path, "slug-trees"))).toEqual(["a", "c"]);
  expect([trees.load(image("a")), trees.load(image("b")), trees.load(image("c"))]).toEqual([
    "of a",
    undefined,
    "of c",
  ]);
});

it("does without what cannot be read", async () => {
  await using folder = await appFolder({});
  mkdirSync(join(folder.path, "slug-trees", "a"), { recursive: true });
  expect(new TreeFiles(folder.path).load(image("a"))).toBeUndefined();
});

it("keeps that of a slug whose name has a slash, and lets it go with the slug", async () => {
  await using folder = await appFolder({});
  const trees = new TreeFiles(folder.path);
  const slug = (id: string): ImageId => `process:an-instance/${id}` as ImageId;
  trees.save(slug("v3-a"), "of v3", []);
  trees.save(slug("v4-b"), "of v4", [slug("v3-a")]);
  expect([trees.load(slug("v3-a")), trees.load(slug("v4-b"))]).toEqual(["of v3", "of v4"]);
  trees.save(slug("v4-b"), "of v4", []);
  expect(trees.load(slug("v3-a"))).toBeUndefined();
});
