import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfinementKind } from "../../src/engine/process/confinement.ts";
import { openSlugStore } from "../../src/engine/process/disk-slugs.ts";
import { findConfinement } from "../../src/engine/process/find-confinement.ts";
import { placesIn } from "../../src/engine/process/places.ts";
import { IN_ROOM } from "../../src/engine/process/room.ts";
import type { Home } from "../../src/engine/process/slug-store.ts";
import { listTree } from "../../src/engine/process/tree-listing.ts";
import { appTar, bakeSpec, roomIn, WRITER } from "../engine/process/slug-rig.ts";

/**
 * A program: a dyno writes all over its tree in every way that there is, and beside it another lives of the same slug.
 * node write-all-over.ts TEMP-FOLDER KIND
 */
const [temp = "", kind = "none"] = process.argv.slice(2);

const files = Object.fromEntries(
  ["appended", "emptied", "edited", "shut", "linked", "touched", "replaced", "gone", "chmodded"].map(
    (name) => [`node_modules/lib/${name}`, { text: `${name}\n`, mode: name === "shut" ? 0o444 : 0o644 }],
  ),
);
const TREE = {
  ...files,
  "same/": { type: "directory", mode: 0o755 } as const,
  "same/one": "1\n",
  "anew/": { type: "directory", mode: 0o755 } as const,
  "anew/old": "old\n",
  "away/": { type: "directory", mode: 0o755 } as const,
  "away/deep/": { type: "directory", mode: 0o755 } as const,
  "away/deep/file": "x\n",
  "was-a-folder/": { type: "directory", mode: 0o755 } as const,
  "was-a-folder/file": "x\n",
  "was-a-file": "x\n",
  "moved/": { type: "directory", mode: 0o755 } as const,
  "moved/file": "x\n",
  pointer: { type: "symlink", linkname: "was-a-file" } as const,
};

const WRITES = `set -e
cd node_modules/lib
echo more >> appended
truncate -s 0 emptied
sed -i s/edited/changed/ edited
chmod u+w shut; echo more >> shut
ln linked other-name; echo more >> other-name
touch -d 2001-01-01 touched
echo new > replaced.new; mv replaced.new replaced
rm gone
chmod 600 chmodded
cd ../..
echo 2 > same/two; rm same/two
rm -r anew; mkdir anew; echo new > anew/new
rm -r away
rm -r was-a-folder; echo x > was-a-folder
rm was-a-file; mkdir was-a-file; echo x > was-a-file/file
cp -a moved moved-there; rm -r moved
ln -sfn elsewhere pointer
mkdir empty __pycache__; echo x > __pycache__/x.pyc; echo x > straße
`;

const READS =
  "find . -type f | LC_ALL=C sort | xargs cat; find . | LC_ALL=C sort | xargs ls -ld | cut -c 1-10";

const places = placesIn(temp);
mkdirSync(places.root, { recursive: true });
const confinement = await findConfinement({ root: places.root, prefer: kind as ConfinementKind });
const store = openSlugStore(places, WRITER);
const image = await store.bake(bakeSpec(appTar(TREE)));
const slug = join(places.apps, ...image.replace("process:", "").replace("/", "/slugs/").split("/"), "app");
const one = await moveIn("web.1-aaaa");
const other = await moveIn("web.2-bbbb");
const before = { slug: await fingerprint(), other: run(other, READS) };
const wrote = run(one, WRITES);
process.stdout.write(
  JSON.stringify({
    kind: confinement.kind,
    overlays: confinement.overlays,
    wrote,
    slugIsTheSame: (await fingerprint()) === before.slug,
    otherIsTheSame: run(other, READS) === before.other && before.other.includes("appended"),
    lost: (await one.lostFiles()).map(({ path, change }) => `${change} ${path}`),
    otherLost: await other.lostFiles(),
    again: run(await moveIn("web.1-cccc"), READS) === before.other,
  }),
);

async function moveIn(name: string): Promise<Home> {
  const room = roomIn(places, name);
  mkdirSync(join(room.folder, IN_ROOM.tmp));
  const home = await store.moveIn(image, room, confinement);
  if (home === undefined) throw new Error("no home");
  return home;
}

function run(home: Home, script: string): string {
  const argv = confinement.shutIn(["/bin/sh", "-c", `cd ${home.path}; ${script}`], home.around, {
    processes: undefined,
  });
  const { status, stdout, stderr } = spawnSync(argv[0], argv.slice(1), { encoding: "utf8" });
  return `${status} ${stdout}${stderr}`;
}

async function fingerprint(): Promise<string> {
  const listing = await listTree(slug);
  const hash = createHash("sha256");
  for (const [path, entry] of [...listing].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    hash.update(JSON.stringify([path, entry]));
    if (entry.type === "file") hash.update(readFileSync(join(slug, path)));
  }
  return hash.digest("hex");
}
