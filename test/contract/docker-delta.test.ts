import { afterAll, beforeAll, expect, it } from "vitest";
import { extract } from "tar-stream";
import type { BuildBox } from "../../src/engine/build-box.ts";
import type { ImageId } from "../../src/heroku/names.ts";
import { mebibytes } from "../../src/kernel/units.ts";
import { asText, readChanged, slugDelta } from "../../src/slug/slug-delta.ts";
import { readSlugTree } from "../../src/slug/read-slug-tree.ts";
import { checksumOf, type SlugTree } from "../../src/slug/slug-tree.ts";
import { MINOR, openDockerStage } from "./docker-stage.ts";
import { valueOf, type Stage } from "./stage.ts";

let stage: Stage;
let box: BuildBox;
beforeAll(async () => {
  stage = await openDockerStage();
  const spec = { label: stage.app, pythonMinor: MINOR, env: {}, memory: mebibytes(512) };
  box = valueOf(await stage.engine.openBuild({ ...spec, onProgress: () => {} }));
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
});

/** As root, in /app of the box. */
async function sh(script: string): Promise<void> {
  const said: string[] = [];
  const status = valueOf(
    await box.run(["bash", "-p", "-ec", `cd /app; ${script}`], {
      root: true,
      onOutput: ({ bytes }) => said.push(Buffer.from(bytes).toString()),
    }),
  );
  if (status !== 0) throw new Error(said.join(""));
}

const scan = async (): Promise<SlugTree> => {
  const tree = valueOf(await readSlugTree(box, "/app"));
  if (tree === undefined) throw new Error("not scanned");
  return tree;
};

async function bakeFull(release: number): Promise<ImageId> {
  const tree = valueOf(await box.get("/app"));
  return valueOf(await stage.engine.bake({ label: stage.app, pythonMinor: MINOR, release, tree }));
}

let places = 0;
async function bakeDelta(former: SlugTree, image: ImageId, release: number): Promise<ImageId> {
  const delta = slugDelta(former, await scan());
  if (delta === undefined) throw new Error("no delta");
  expect(await stage.engine.mayExtend(image, MINOR)).toBe(true);
  const tree = valueOf(await readChanged(box, delta, "/app", `/tmp/changed-${++places}`));
  const onto = { image, removed: delta.removed.map((path) => asText(path)) };
  return valueOf(await stage.engine.bake({ label: stage.app, pythonMinor: MINOR, release, tree, onto }));
}

/** What a dyno finds under /app: every field that an archive has, but for the times of directories and links. */
async function contents(image: ImageId): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  const entries = extract();
  valueOf(await stage.engine.readSlug(image)).pipe(entries);
  for await (const entry of entries) {
    const { name, type, mode, uid, gid, size, mtime, linkname } = entry.header;
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) chunks.push(chunk as Uint8Array);
    const time = type === "file" || type === "link" ? mtime?.getTime() : undefined;
    const text = Buffer.concat(chunks).toString("base64");
    found[name] = { type, mode, uid, gid, size, time, linkname, text };
  }
  return found;
}

const BEFORE = `
  rm -rf /app/* /app/.[!.]*
  mkdir -p lib/deep lib/goes .profile.d
  echo one > app.py; echo same > lib/same.py; echo deep > lib/deep/x; echo gone > lib/goes/a; echo gone > lib/goes/b
  ln -s app.py link; ln -s lib dirlink; echo '#!' > run; chmod 755 run; echo a > file-to-dir; mkdir dir-to-file
  echo b > dir-to-file/inner; echo l > file-to-link; echo space > 'a  name'; printf x > 'ü.txt'
  chown -R 1000:1000 /app; touch -d @1577836800 app.py lib/same.py`;

it.each([
  ["one line", "echo two > app.py"],
  ["a line of the same length, with the same time", "echo two > app.py; touch -d @1577836800 app.py"],
  ["nothing", "true"],
  ["a new file in a new folder", "mkdir -p new/er; echo n > new/er/n; chown -R 1000:1000 new; chmod 700 new"],
  ["a file that goes", "rm lib/goes/a"],
  ["a folder that goes", "rm -r lib/goes"],
  ["a mode", "chmod 644 run; chmod 750 lib/deep"],
  ["an owner", "chown 0:0 lib/same.py"],
  ["a time alone", "touch -d @1600000000 lib/same.py"],
  ["a link's target", "ln -sfn lib/same.py link"],
  ["a file for a folder", "rm file-to-dir; mkdir file-to-dir; echo i > file-to-dir/i"],
  ["a folder for a file", "rm -r dir-to-file; echo f > dir-to-file"],
  ["a link for a file", "rm file-to-link; ln -s app.py file-to-link"],
  ["a folder for a link to one", "rm dirlink; mkdir dirlink; echo own > dirlink/same.py"],
  ["hard links", "ln app.py twin; ln lib/same.py lib/twin"],
  ["odd names", "echo o > 'a  name'; echo u > 'ü.txt'; echo n > $'new\\nline'; rm run; echo d > -- ./-dash"],
  ["an empty file", ": > app.py"],
])("a layer of what changed gives the same /app: %s", async (_what, change) => {
  await sh(BEFORE);
  const former = await scan();
  const first = await bakeFull(2);
  await sh(change);
  const changed = await bakeDelta(former, first, 3);
  const full = await bakeFull(4);
  const expected = await contents(full);
  const found = await contents(changed);
  expect(Object.keys(found).toSorted()).toEqual(Object.keys(expected).toSorted());
  for (const [name, entry] of Object.entries(expected)) {
    // a hard link is a file of its own in the other layer
    if ((entry as { type: string }).type === "link" || name.includes("twin")) continue;
    expect({ name, ...(found[name] as object) }).toEqual({ name, ...(entry as object) });
  }
  for (const image of [changed, full, first]) await stage.engine.removeImage(image);
});

it("has one checksum for one tree, whatever order it was read in", async () => {
  await sh(BEFORE);
  const tree = await scan();
  expect(checksumOf(new Map([...tree].toReversed()))).toBe(checksumOf(tree));
});

it("extends no image of another run image, and none that is not there", async () => {
  const nowhere = `sha256:${"0".repeat(64)}` as ImageId;
  expect(await stage.engine.mayExtend(nowhere, MINOR)).toBe(false);
});

it("leaves deleted files nowhere: not even an archive of the layer above has them", async () => {
  await sh(BEFORE);
  const former = await scan();
  const first = await bakeFull(2);
  await sh("rm -r lib");
  const image = await bakeDelta(former, first, 3);
  expect(Object.keys(await contents(image)).filter((name) => name.startsWith("app/lib"))).toEqual([]);
  for (const one of [image, first]) await stage.engine.removeImage(one);
});
