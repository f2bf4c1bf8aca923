import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { HEROKU_PLACES, keptTree } from "../../src/engine/build-box.ts";
import { seededRandom } from "../../src/kernel/random.ts";
import { mebibytes } from "../../src/kernel/units.ts";
import { readAppSource } from "../../src/manifest/read-app.ts";
import { layOutRoom, type BuildRoom } from "../../src/slug/build-room.ts";
import { furnishRoom, startReading } from "../../src/slug/furnish-room.ts";
import { readSlugTree } from "../../src/slug/read-slug-tree.ts";
import { unchanged, untouched, type SentSource } from "../../src/slug/sent-source.ts";
import { appFolder } from "../manifest/app-folder.ts";
import { rotatingSlice } from "../rotating-slice.ts";
import { good } from "./compiling.ts";
import { LocalBox } from "./local-box.ts";

const KEPT_TREE = keptTree(HEROKU_PLACES);

/** Where one does not apply it fails, and that is all. */
const EDITS = [
  "echo $RANDOM >>ONE",
  "chmod +x ONE",
  "chmod -x ONE",
  "rm -r ONE",
  "rm -rf ONE; mkdir ONE && echo x >ONE/OTHER",
  "rm -rf ONE; ln -s OTHER ONE",
  "rm -rf ONE; echo $RANDOM >ONE",
  "mv -T OTHER ONE",
  "mkdir -p ONE/OTHER && touch ONE/OTHER/file",
  "cp -r OTHER ONE",
  "touch -r ONE t; echo $RANDOM | cut -c1-3 >ONE; touch -r t ONE; rm t",
  "mkdir -p ONE",
];
const BUILD_EDITS = [
  ...EDITS,
  "ln ONE OTHER",
  "ln ONE ../outside && rm ../outside",
  "chmod 000 ONE",
  "chmod 2775 ONE",
  "mkfifo ONE",
  "cp -p ONE t && mv -T t ONE",
  "mv ONE t; ln -s t ONE",
  "find . -mindepth 1 -delete",
];
const NAMES = [
  "a",
  "A",
  "b",
  "a/b",
  "a/b/c",
  "lib/x",
  "lib/x/y",
  "-n",
  "--",
  ".dot",
  ".heroku/x",
  "'sp ace'",
];
const ODD_NAMES = [
  "$'new\\nline'",
  "$'d/new\\nline'",
  "'é'",
  "'日本/語'",
  "'*'",
  "'[x]'",
  "'back\\slash'",
  "' x '",
];

const ROUNDS = 10;
const SEEDS = Array.from({ length: 24 }, (_, seed) => seed + 1);
const SPEC = {
  label: { instance: "i" as never, app: "a" as never },
  pythonMinor: "3.13",
  env: {},
  memory: mebibytes(512),
  onProgress: () => {},
};

it.each(rotatingSlice(SEEDS, 1))(
  "whatever an app and its builds do, a tree is as if it were sent whole: %i",
  { timeout: 120_000 },
  async (seed) => {
    const random = seededRandom(seed);
    const upTo = (most: number): number => Math.floor(random() * most);
    const one = (of: readonly string[]): string => of[upTo(of.length)] ?? "";
    const history: string[] = [];
    const edit = (folder: string, edits: readonly string[], times: number): void => {
      for (let left = times; left > 0; left--) {
        const name = (): string => one([...NAMES, ...ODD_NAMES]);
        const script = one(edits).replaceAll("ONE", name()).replaceAll("OTHER", name);
        try {
          execFileSync("bash", ["-ec", script], { cwd: folder, stdio: "ignore" });
          history.push(script);
        } catch {
          // as it was, or half of it
        }
      }
    };
    await using app = await appFolder({ Procfile: "web: x\n" });
    await using box = new LocalBox(SPEC);
    await using fresh = new LocalBox(SPEC);
    let sent: SentSource = new Map();
    let spared = 0;
    for (let round = 0; round < ROUNDS; round++) {
      history.push("# the app");
      edit(app.path, EDITS, 1 + upTo(8));
      const source = good(await readAppSource(app.path, { kind: "working-tree" }));
      const send = async (where: LocalBox, there: SentSource): Promise<[BuildRoom, SentSource]> => {
        const room = layOutRoom(random, []);
        using sending = startReading(source, there);
        const furniture = { sending, buildpacks: [], configVars: {}, isRemembered: where === box };
        return [room, good(await furnishRoom(where, room, furniture))];
      };
      const there = unchanged(source, sent);
      spared += there.size;
      const [{ buildDir }, lies] = await send(box, there);
      const [whole] = await send(fresh, new Map());
      const tree = await seen(fresh, whole.buildDir);
      expect({ history, tree: await seen(box, buildDir) }).toEqual({ history, tree });

      history.push("# the build");
      const built = join(box.root, buildDir);
      edit(built, BUILD_EDITS, upTo(5));
      // or the build is killed before it is told
      sent = upTo(3) === 0 ? lies : untouched(lies, good(await readSlugTree(box, buildDir)) ?? new Map());
      const kept = join(box.root, KEPT_TREE.folder);
      if (upTo(8) > 0) execFileSync("mv", ["-T", built, kept]);
      else execFileSync("mkdir", ["-p", kept]);
      history.push("# and after");
      if (upTo(3) === 0) edit(kept, BUILD_EDITS, 1);
      for (const { root } of [box, fresh]) execFileSync("bash", ["-c", `rm -rf '${root}'/tmp/build_*`]);
    }
    expect(spared).toBeGreaterThan(0);
  },
);

/** Times of folders and links are no archive's. */
async function seen(box: LocalBox, place: string): Promise<readonly unknown[]> {
  const tree = good(await readSlugTree(box, place));
  return [...(tree ?? [])]
    .map(([path, { type, facts, content }]) => `${path} ${type} ${facts} ${content}`)
    .toSorted();
}
