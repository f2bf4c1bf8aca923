import { describe, expect, it } from "vitest";
import { mebibytes } from "../../src/kernel/units.ts";
import { largestParts, listedParts } from "../../src/slug/largest-parts.ts";
import { slugNotices } from "../../src/slug/slug-notices.ts";
import { shownPath, type SlugTree } from "../../src/slug/slug-tree.ts";

const SITE = ".heroku/python/lib/python3.13/site-packages";

/** Path to size of a file, or where a link leads, or another type. */
function tree(paths: Readonly<Record<string, number | string>>): SlugTree {
  return new Map(
    Object.entries(paths).map(([path, what]) => {
      if (typeof what === "number") return [path, { type: "f", facts: "", content: "", size: what }];
      const [type = "", content = ""] = what.split(" ");
      return [path, { type, facts: "", content, size: 0 }];
    }),
  );
}

describe("what is largest", () => {
  it.each<[path: string, part: string]>([
    [`${SITE}/torch/lib/libtorch.so`, "torch (Python package)"],
    [`${SITE}/numpy.libs/libopenblas.so`, "numpy (Python package)"],
    [`${SITE}/PIL/_imaging.so`, "pil (Python package)"],
    [`${SITE}/pandas-3.1.1.dist-info/RECORD`, "pandas (Python package)"],
    [`${SITE}/six.py`, "six (Python package)"],
    [".heroku/python/lib/libpython3.13.so", ".heroku/python"],
    [".heroku/node/bin/node", ".heroku/node"],
    [".apt/usr/lib/x.so", ".apt/usr"],
    ["node_modules/sharp/build/x.node", "sharp (Node package)"],
    ["node_modules/@aws-sdk/client-s3/index.js", "@aws-sdk/client-s3 (Node package)"],
    ["web/node_modules/vite/index.js", "vite (Node package)"],
    ["node_modules/a/node_modules/b/x", "a (Node package)"],
    ["node_modules/.pnpm/sharp@0.33.0/node_modules/sharp/x", "sharp@0.33.0 (Node package)"],
    ["node_modules/.package-lock.json", "node_modules"],
    ["models/deep/weights.bin", "models"],
    ["dump.sql", "dump.sql"],
  ])("%s belongs to %s", (path, part) => {
    expect(largestParts(tree({ [path]: 7 }), 1)).toEqual([{ name: part, size: 7, files: 1 }]);
  });

  it("adds up, puts the largest first and counts files only", () => {
    const slug = tree({ "a/1": 1, "a/2": 2, "b/1": 9, c: 4, d: "d", e: "l a" });
    expect(largestParts(slug, 2)).toEqual([
      { name: "b", size: 9, files: 1 },
      { name: "c", size: 4, files: 1 },
    ]);
    expect(listedParts(largestParts(slug, 3))).toBe("b 0K, c 0K, a 0K");
  });
});

describe("notices of a slug", () => {
  it("says nothing of an ordinary one", () => {
    expect(slugNotices(tree({ a: 1, b: "l a", c: "l /etc/hosts", d: "d" }), mebibytes(300))).toEqual([]);
  });

  it("names what is largest above the soft limit", () => {
    const slug = tree({ "models/x": mebibytes(400), "app.py": 100 });
    expect(slugNotices(slug, mebibytes(301))).toEqual([
      "Largest in the slug, uncompressed: models 400M, app.py 0.1K.",
    ]);
  });

  it("names links into the place of the build", () => {
    const links = Object.fromEntries(
      Array.from({ length: 10 }, (_, at) => [`bin/${at}`, "l /tmp/build_1/x"]),
    );
    const [notice, ...more] = slugNotices(tree(links), 1);
    expect(more).toEqual([]);
    expect(notice).toMatch(
      /^Links that lead nowhere on a dyno, .*: bin\/0 -> \/tmp\/build_1\/x, .* and 2 more\. /,
    );
  });

  it("names pipes and sockets", () => {
    expect(slugNotices(tree({ "run/app.sock": "s", "run/fifo": "p" }), 1)).toEqual([
      expect.stringMatching(/^Neither files nor links nor folders: run\/app\.sock, run\/fifo\. /),
    ]);
  });

  it.each([
    ["plain name", "plain name"],
    [Buffer.from("ü").toString("latin1"), "ü"],
    ["a\nb", "a\\x0ab"],
    ["\u001b[31mred", "\\x1b[31mred"],
    ["caf\u00e9", "caf\\xfffd"],
  ])("shows %j as %j", (path, shown) => {
    expect(shownPath(path)).toBe(shown);
  });
});
