import { expect, it } from "vitest";
import { joinTrees, type TreePart } from "../../src/manifest/joined-tree.ts";

function part(prefix: string, files: Readonly<Record<string, number>>): TreePart {
  const tree = {
    files: Object.keys(files).map((path) => ({ path, mode: 0o100644, blob: "" })),
    open: async () => ({
      read: () => Promise.reject(new Error("nobody reads")),
      sizes: async (asked: readonly { readonly path: string }[]) =>
        asked.map(({ path }) => files[path] ?? -1),
      [Symbol.asyncDispose]: async () => {},
    }),
  };
  return { prefix, tree };
}

it("sizes of files of several repositories, each by the one that it is in", async () => {
  const joined = joinTrees([part("", { "a.py": 1, "z.py": 2 }), part("lib", { "a.py": 3 })]);
  await using open = await joined.open();
  expect(joined.files.map(({ path }) => path)).toEqual(["a.py", "lib/a.py", "z.py"]);
  expect(await open.sizes?.(joined.files)).toEqual([1, 3, 2]);
});
