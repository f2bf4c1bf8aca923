import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { HEROKU_PLACES, keptTree } from "../../src/engine/build-box.ts";
import { readAppSource } from "../../src/manifest/read-app.ts";
import { mebibytes } from "../../src/kernel/units.ts";
import { seededRandom } from "../../src/kernel/random.ts";
import { layOutRoom, type BuildRoom } from "../../src/slug/build-room.ts";
import { furnishRoom, startReading } from "../../src/slug/furnish-room.ts";
import { listedSource, unchanged, untouched, type SentSource } from "../../src/slug/sent-source.ts";
import { readSlugTree } from "../../src/slug/read-slug-tree.ts";
import { appFolder, type AppFolder } from "../manifest/app-folder.ts";
import { good } from "./compiling.ts";
import { LocalBox } from "./local-box.ts";

const KEPT_TREE = keptTree(HEROKU_PLACES);

const FILES = {
  Procfile: "web: x\n",
  "bin/run": "#!/bin/sh\n",
  "lib/a.py": "a\n",
  "lib/deep/er/b.py": "b\n",
  "na me\nwith line": "odd\n",
  "é/c.py": "c\n",
  gone: "gone\n",
};
const random = seededRandom(7);

let app: AppFolder;
let box: LocalBox;

beforeEach(async () => {
  app = await appFolder(FILES);
  inApp("ln -s lib/a.py link && chmod +x bin/run");
  box = new LocalBox({
    label: { instance: "i" as never, app: "a" as never },
    pythonMinor: "3.13",
    env: {},
    memory: mebibytes(512),
    onProgress: () => {},
  });
});
afterEach(async () => {
  await app[Symbol.asyncDispose]();
  await box[Symbol.asyncDispose]();
});

function inApp(script: string): void {
  execFileSync("bash", ["-c", script], { cwd: app.path });
}

const inBox = (path: string): string => join(box.root, path);
const inKept = (script: string): Buffer =>
  execFileSync("bash", ["-c", script], { cwd: inBox(KEPT_TREE.folder) });

interface Sent {
  readonly room: BuildRoom;
  readonly sent: SentSource;
  /** How many files were not sent. */
  readonly spared: number;
}

async function send(former: SentSource = new Map()): Promise<Sent> {
  const room = layOutRoom(random, []);
  const source = good(await readAppSource(app.path, { kind: "tracked" }));
  const there = unchanged(source, former);
  using sending = startReading(source, there);
  const furniture = { sending, buildpacks: [], configVars: { A: "1" }, isRemembered: true };
  const sent = good(await furnishRoom(box, room, furniture));
  return { room, sent, spared: there.size };
}

/** What a dyno would see, and the numbers of the files. */
function seen({ room }: Sent): {
  readonly tree: readonly string[];
  readonly numbers: Record<string, number>;
} {
  const root = inBox(room.buildDir);
  const tree: string[] = [];
  const numbers: Record<string, number> = {};
  for (const path of ["", ...readdirSync(root, { recursive: true }).map(String)].toSorted()) {
    const facts = lstatSync(join(root, path));
    const content = facts.isFile() ? execFileSync("cat", [join(root, path)]).toString() : "";
    const time = facts.isFile() ? facts.mtimeMs : 0;
    tree.push(`${path} ${facts.mode.toString(8)} ${facts.uid} ${time} ${content}`);
    if (!facts.isDirectory()) numbers[path] = facts.ino;
  }
  return { tree, numbers };
}

/** As the box does when a build is over. */
function keep({ room }: Sent): void {
  renameSync(inBox(room.buildDir), inBox(KEPT_TREE.folder));
}

/** A box that has never had anything. */
async function afresh(): Promise<readonly string[]> {
  return seen(await send()).tree;
}

it.each([
  ["nothing", ":", 8],
  ["an edit", "echo more >>lib/a.py", 7],
  ["a file whose name is not ASCII", "echo more >>é/c.py", 7],
  [
    "a file whose name is too long for a header",
    "d=$(printf %0120d 1) && mkdir -p $d/$d && echo x >$d/$d/x",
    8,
  ],
  ["a new file in a new folder", "mkdir -p new/er && echo x >new/er/x", 8],
  ["a file that is gone, with its folder", "rm -r lib/deep gone", 6],
  ["a mode", "chmod +x lib/a.py", 7],
  ["a file in a folder's place", "rm -r lib && echo lib >lib", 6],
  ["a folder in a file's place", "rm gone && mkdir gone && echo x >gone/x", 7],
  ["a link that leads elsewhere", "ln -sfn Procfile link", 7],
  ["a link in a file's place", "ln -sf Procfile gone", 7],
])("%s has changed in the app: the tree is as if it were sent whole", async (_, change, spared) => {
  const first = await send();
  keep(first);
  const former = JSON.parse(JSON.stringify([...first.sent])) as [];
  inApp(change);
  const second = await send(new Map(former));
  expect(second.spared).toBe(spared);
  const { tree, numbers } = seen(second);
  const old = [...first.sent].map(([path, { seen: facts }]): [string, number] => [
    path,
    Number(facts.split(" ")[0]),
  ]);
  const same = old.filter(([path, number]) => numbers[path] === number);
  expect(same.length).toBe(spared);
  expect(tree).toEqual(await afresh());
  expect(readdirSync(inBox("tmp")).filter((name) => /kept$|\.(?:new|wanted)/.test(name))).toEqual([]);
});

it.each([
  [
    "new files and folders",
    "mkdir -p lib/__pycache__/x && echo x >lib/__pycache__/x/a && echo y >-n && mkfifo pipe",
    true,
  ],
  ["a folder's mode", "chmod 2700 lib lib/deep", true],
  ["a file's content", "echo more >>lib/a.py", false],
  [
    "a file's content, with its time put back",
    "touch -r lib/a.py t && echo b >lib/a.py && touch -r t lib/a.py",
    false,
  ],
  ["a file's mode", "chmod 600 lib/a.py", false],
  ["a file gone", "rm lib/a.py", false],
  ["a file made anew", "cp -p lib/a.py x && mv x lib/a.py", false],
  ["a file linked to from elsewhere", "ln lib/a.py x", false],
  ["a link", "ln -sfn /etc/passwd link", false],
  ["a link in a folder's place", "mv lib x && ln -s x lib", false],
  ["all of it", "find . -mindepth 1 -delete", false],
])("the build has changed %s: the tree is as if it were sent whole", async (_, change, isSpared) => {
  const first = await send();
  keep(first);
  inKept(change);
  const before = box.commands.length;
  const second = await send(first.sent);
  // one that makes the tree; or one that fails, one that clears away, and one that lists
  expect(box.commands.length - before).toBe(isSpared ? 1 : 3);
  expect(seen(second).tree).toEqual(await afresh());
  expect(second.sent.size).toBe(8);
});

it.each([
  ["nothing", () => {}],
  ["a link", () => execFileSync("ln", ["-s", "/etc", inBox(KEPT_TREE.folder)])],
  ["a folder with nothing in it", () => mkdirSync(inBox(KEPT_TREE.folder))],
])("%s is where the tree was: it is sent whole", async (_, make) => {
  const first = await send();
  make();
  const second = await send(first.sent);
  expect(second.spared).toBe(8);
  expect(seen(second).tree).toEqual(seen(first).tree);
  expect(readdirSync(inBox("tmp"))).not.toContain("kept");
});

it("what the build has touched is forgotten, and only that is sent the next time", async () => {
  const first = await send();
  execFileSync("bash", ["-c", "echo more >>lib/a.py; rm gone"], { cwd: inBox(first.room.buildDir) });
  const tree = good(await readSlugTree(box, first.room.buildDir));
  const left = untouched(first.sent, tree ?? new Map());
  expect([...first.sent.keys()].filter((path) => !left.has(path))).toEqual(["gone", "lib/a.py"]);
  keep(first);
  const second = await send(left);
  expect(second.spared).toBe(6);
  expect(seen(second).tree).toEqual(await afresh());
});

it("a listing that is cut off or foreign is no source", () => {
  const files = [{ path: "a", mode: 0o100644, blob: "1" }];
  expect(listedSource({ files }, "12 3.4 5 b\0xx\0")).toEqual(new Map());
  expect(listedSource({ files }, "12 3.4 5 a\0")).toEqual(
    new Map([["a", { mode: 0o100644, blob: "1", size: 5, seen: "12 3.4" }]]),
  );
});

it("more than a few hundred new files are sent with all others", () => {
  const files = Array.from({ length: 502 }, (_, index) => ({ path: `f${index}`, mode: 0o100644, blob: "1" }));
  const sent = { mode: 0o100644, blob: "1", size: 1, seen: "1 1.0" };
  expect(unchanged({ files }, new Map([["f0", sent]])).size).toBe(0);
  expect(
    unchanged(
      { files },
      new Map([
        ["f0", sent],
        ["f1", sent],
      ]),
    ).size,
  ).toBe(2);
});
