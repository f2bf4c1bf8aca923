import { describe, expect, it } from "vitest";
import { ignores, parseIgnoreRules } from "../../src/manifest/ignore-rules.ts";
import { parseSlugignore } from "../../src/manifest/slugignore.ts";

describe("ignore rules", () => {
  it.each<[rule: string, path: string, ignored: boolean]>([
    ["*.log", "a.log", true],
    ["*.log", "deep/down/a.log", true],
    ["*.log", "a.logs", false],
    ["/a.log", "deep/a.log", false],
    ["data", "data/big.bin", true],
    ["data/", "data", false],
    ["data/", "x/data/big.bin", true],
    ["docs/*.md", "docs/a.md", true],
    ["docs/*.md", "docs/deep/a.md", false],
    ["docs/*.md", "x/docs/a.md", false],
    ["**/tmp", "a/b/tmp/c", true],
    ["a/**/z", "a/z", true],
    ["a/**/z", "a/b/c/z", true],
    ["a/**", "a/b", true],
    ["a/**", "a", false],
    ["?.py", "a.py", true],
    ["?.py", "ab.py", false],
    ["[ab].py", "b.py", true],
    ["[!ab].py", "b.py", false],
    ["a+b(1).txt", "a+b(1).txt", true],
    ["\\#x", "#x", true],
    ["# x", "# x", false],
    ["trailing  ", "trailing", true],
    ["kept\\ ", "kept ", true],
    ["Data", "data/x", false],
    ["[", "[", false],
    ["ü*", "über", true],
  ])("%j and %j: %s", (rule, path, ignored) => {
    expect(ignores(parseIgnoreRules(rule), path)).toBe(ignored);
  });

  it("lets the last rule speak", () => {
    const rules = parseIgnoreRules("*.log\n!keep.log");
    expect([ignores(rules, "a.log"), ignores(rules, "keep.log")]).toEqual([true, false]);
  });
});

describe(".slugignore", () => {
  it("knows no exceptions and says so", () => {
    const slugignore = parseSlugignore("*.log\n!keep.log\n");
    expect(slugignore.deletes("keep.log")).toBe(true);
    expect(slugignore.notices).toEqual([expect.stringContaining("!keep.log")]);
  });

  it.each([".git/config", "sub/.git/HEAD", ".dynosim/state.json", ".git"])("always deletes %s", (path) => {
    expect(parseSlugignore("").deletes(path)).toBe(true);
  });

  it.each([".gitignore", ".github/x", "git", "a.git/x"])("leaves %s", (path) => {
    expect(parseSlugignore("").deletes(path)).toBe(false);
  });
});
