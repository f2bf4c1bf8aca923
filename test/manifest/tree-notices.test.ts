import { describe, expect, it } from "vitest";
import { caseCollisions, inOtherCase } from "../../src/manifest/case-collisions.ts";
import { CheckoutSize } from "../../src/manifest/checkout-size.ts";
import { unstartable } from "../../src/manifest/commands-of-tree.ts";
import { joinTrees } from "../../src/manifest/joined-tree.ts";
import { SourceTooLarge, type SourceTree } from "../../src/manifest/source-tree.ts";
import {
  collisionNotices,
  containerNotices,
  emptyFolderNotices,
  outwardLinkNotices,
  pointerNotices,
  unnameableNotices,
} from "../../src/manifest/tree-notices.ts";

describe("paths that differ only in case", () => {
  it.each<[what: string, paths: string[], pairs: [string, string][]]>([
    ["none", ["a", "b", "lib/a", "lib/b"], []],
    ["two files", ["README.md", "readme.md"], [["README.md", "readme.md"]]],
    ["three files are one pair", ["A", "a", "À"], [["A", "a"]]],
    ["two folders, once", ["Lib/a", "Lib/b", "lib/a", "lib/c"], [["Lib", "lib"]]],
    ["a file and a folder", ["app", "App/x"], [["app", "App"]]],
    ["below a folder", ["src/User.py", "src/user.py"], [["src/User.py", "src/user.py"]]],
  ])("%s", (_what, paths, pairs) => {
    expect(caseCollisions(paths)).toEqual(pairs);
    expect(collisionNotices(paths)).toHaveLength(pairs.length > 0 ? 1 : 0);
  });

  it.each<[path: string, found: string | undefined]>([
    ["bin/Web", "bin/web"],
    ["bin/web", undefined],
    ["bin/other", undefined],
  ])("%s", (path, found) => {
    expect(inOtherCase(path, ["bin/web", "a"])).toBe(found);
  });

  it("are named", () => {
    expect(collisionNotices(["A.py", "a.py"])).toEqual([
      "These differ only in case: A.py and a.py. A dyno's filesystem keeps both apart; many a laptop's shows one only.",
    ]);
  });
});

describe("links that lead out of the app", () => {
  it.each<[path: string, target: string, isTold: boolean]>([
    ["link", "a.py", false],
    ["lib/link", "../a.py", false],
    ["lib/link", "../../a.py", true],
    ["link", "..", true],
    ["link", "/etc/passwd", true],
    ["link", "/app/a.py", false],
    ["link", "/application", true],
    ["a/b", "../c/../../x", true],
  ])("%s -> %s", (path, target, isTold) => {
    const notices = outwardLinkNotices([{ path, target }]);
    expect(notices).toEqual(isTold ? [expect.stringContaining(`${path} -> ${target}`)] : []);
  });
});

describe("programs of the app that bash could not start", () => {
  const FILES = [
    { path: "start.sh", mode: 0o100644 },
    { path: "bin/web", mode: 0o100644 },
    { path: "bin/ok", mode: 0o100755 },
    { path: "bin/link", mode: 0o120000 },
  ];
  const told = (command: string, hasGit = true): string[] =>
    unstartable([{ place: "Procfile line 1", command }], FILES, hasGit);

  it.each<[command: string, path: string | undefined]>([
    ["./start.sh", "start.sh"],
    ["bin/web -p $PORT", "bin/web"],
    ["A=1 B='x y' exec bin/web", "bin/web"],
    ["bin/ok && bin/web", "bin/web"],
    ["bin/ok | ./bin/web; true", "bin/web"],
    ["/app/bin/web", "bin/web"],
    ["start.sh", undefined],
    ["bash start.sh", undefined],
    ["bin/ok", undefined],
    ["bin/link", undefined],
    ["./node_modules/.bin/next start", undefined],
    ["/usr/bin/env python", undefined],
    ["../start.sh", undefined],
    ["python -m web", undefined],
    ["$HOME/bin/web", undefined],
  ])("%s", (command, path) => {
    expect(told(command)).toEqual(
      path === undefined
        ? []
        : [
            `Procfile line 1 starts ${path}, which is not executable: bash says "Permission denied" and ends with 126. git update-index --chmod=+x ${path}`,
          ],
    );
  });

  it("says what to do without git, and sees a name in another case", () => {
    expect(told("./start.sh", false)).toEqual([expect.stringMatching(/ chmod \+x start\.sh$/)]);
    expect(told("./Start.sh")).toEqual([
      "Procfile line 1 starts Start.sh, but the file is start.sh: a dyno's filesystem tells them apart.",
    ]);
  });
});

describe("what else is told of a tree", () => {
  it("names five things and counts the rest, on one line", () => {
    expect(emptyFolderNotices(["a", "b\nc", "d", "e", "f", "g", "h"])).toEqual([
      'Folders without a file to send do not exist on Heroku: a, "b\\nc", d, e, f and 2 more. An app that writes there has to make them, or git has to keep a file in them (.gitkeep).',
    ]);
  });

  it.each([[[]], [[".idea"]], [["lib/__pycache__"]], [["a/.cache/b"]]])(
    "no empty folder of the app: %j",
    (folders) => {
      expect(emptyFolderNotices(folders)).toEqual([]);
    },
  );

  it("says nothing of nothing", () => {
    expect([...pointerNotices([]), ...unnameableNotices([]), ...outwardLinkNotices([])]).toEqual([]);
  });

  it.each<[paths: string[], stack: string | undefined, part: string | undefined]>([
    [["heroku.yml", "Dockerfile", "Procfile"], undefined, "heroku.yml counts on the stack container only"],
    [["Dockerfile", "app.py"], undefined, "A Dockerfile is not looked at"],
    [["Dockerfile", "requirements.txt"], undefined, undefined],
    [["Dockerfile", "Procfile"], undefined, undefined],
    [["deploy/Dockerfile", "deploy/heroku.yml"], undefined, undefined],
    [["package.json"], "container", 'app.json asks for the stack "container"'],
    [["package.json"], "heroku-24", undefined],
  ])("the container kinds of app: %j, stack %s", (paths, stack, part) => {
    expect(containerNotices(paths, stack)).toEqual(part === undefined ? [] : [expect.stringContaining(part)]);
  });
});

describe("the size of a checkout", () => {
  it("may be the limit, and no byte more; the largest are named", () => {
    const size = new CheckoutSize(100);
    for (const [path, bytes] of [
      ["a", 10],
      ["b", 40],
      ["c", 5],
      ["d", 45],
    ] as const)
      size.add(path, bytes);
    const add = (): void => size.add("e", 1);
    expect(add).toThrow(SourceTooLarge);
    expect(add).toThrow(
      expect.objectContaining({
        largest: [
          { path: "d", size: 45 },
          { path: "b", size: 40 },
          { path: "a", size: 10 },
        ],
      }),
    );
  });
});

describe("trees joined", () => {
  const tree = (contents: Readonly<Record<string, string>>, log: string[]): SourceTree => ({
    files: Object.keys(contents).map((path) => ({ path, mode: 0o100644, blob: path })),
    open: async () => ({
      read: async ({ path }) => {
        const content = Buffer.from(contents[path] ?? "");
        return {
          size: content.length,
          chunks: (async function* () {
            yield content;
          })(),
        };
      },
      announce: (files) => void log.push(files.map(({ path }) => path).join()),
      [Symbol.asyncDispose]: async () => void log.push("closed"),
    }),
  });

  it("are sorted together, each announced its own, and closed where they were opened", async () => {
    const log: string[] = [];
    const joined = joinTrees([
      { prefix: "", tree: tree({ a: "1", z: "2" }, log) },
      { prefix: "lib", tree: tree({ x: "3" }, log) },
      { prefix: "never", tree: tree({}, log) },
    ]);
    expect(joined.files.map(({ path }) => path)).toEqual(["a", "lib/x", "z"]);
    const open = await joined.open();
    open.announce?.(joined.files);
    const read: string[] = [];
    for (const file of joined.files)
      for await (const chunk of (await open.read(file)).chunks) read.push(Buffer.from(chunk).toString());
    await open[Symbol.asyncDispose]();
    expect(read).toEqual(["1", "3", "2"]);
    expect(log).toEqual(["a,z", "x", "closed", "closed"]);
  });

  it("are the one itself when there is one", () => {
    const only = tree({}, []);
    expect(joinTrees([{ prefix: "", tree: only }])).toBe(only);
  });
});
