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
  it.each<[pattern: string, path: string, deleted: boolean]>([
    // the examples of Heroku's own page
    ["*.psd", "design/a.psd", true],
    ["*.psd", "a.psd", true],
    ["*.pdf", "a.pdfs", false],
    ["/test", "test/a.py", true],
    ["/test", "lib/test/a.py", false],
    ["/spec", "spec/a/b.rb", true],
    // without a slash: at any depth
    ["docs", "docs/a.md", true],
    ["docs", "lib/docs/a.md", true],
    ["docs", "docs.md", false],
    // a slash anywhere ties it to the root, at the end too
    ["tests/", "tests/a.py", true],
    ["tests/", "lib/tests/a.py", false],
    ["tests/", "tests", false],
    ["docs/*.md", "docs/a.md", true],
    ["docs/*.md", "docs/deep/a.md", false],
    ["docs/*.md", "lib/docs/a.md", false],
    ["./docs/a.md", "docs/a.md", true],
    ["docs//a.md", "docs/a.md", true],
    ["**/tmp", "a/b/tmp/c", true],
    ["**/tmp", "tmp", true],
    ["a/**/z", "a/z", true],
    ["a/**/z", "a/b/c/z", true],
    ["a/**", "a/b/c", true],
    ["a/**", "a", false],
    ["*/", "docs/a.md", true],
    ["*/", "app.py", false],
    // wildcards do not match a leading dot, and look into no hidden folder
    ["*", ".env", false],
    ["*", "app.py", true],
    ["*.log", ".hidden.log", false],
    ["*.log", ".cache/a.log", false],
    [".env", ".env", true],
    [".env", "config/.env", true],
    [".*.swp", "lib/.a.swp", true],
    ["?env", ".env", false],
    ["[.]env", ".env", false],
    [".cache/*.log", ".cache/a.log", true],
    // braces, brackets, backslashes
    ["*.{psd,pdf}", "a.pdf", true],
    ["*.{psd,pdf}", "a.png", false],
    ["{docs,examples/{one,two}}", "examples/two/a", true],
    ["{docs,examples/{one,two}}", "docs/a", true],
    ["a{b", "a{b", true],
    ["a\\{b,c}", "a{b,c}", true],
    ["[ab].py", "b.py", true],
    ["[^ab].py", "b.py", false],
    ["[!ab].py", "c.py", true],
    ["a\\*", "a*", true],
    ["a\\*", "ab", false],
    ["[", "[", false],
    ["[z-a]", "z", false],
    // letters as they are: Linux tells them apart
    ["Docs", "docs/a", false],
    ["ü*", "über", true],
    // comments and blanks
    ["# docs", "docs/a", false],
    ["docs # not needed", "docs/a", true],
    ["  docs  ", "docs/a", true],
    ["docs\r", "docs/a", true],
    ["two words", "two words", true],
    ["two words", "two", false],
    // nothing outside, and not the root itself
    ["/", "a", false],
    [".", "a", false],
    ["../*", "a", false],
    ["a/../b", "b", false],
    ["!docs", "docs/a", false],
    ["!docs", "!docs", true],
  ])("%j and %j: %s", (pattern, path, deleted) => {
    expect(parseSlugignore(pattern).deletes(path)).toBe(deleted);
  });

  it.each<[text: string, paths: readonly string[], count: number]>([
    ["", ["a"], 0],
    ["nothing", ["a"], 0],
    ["docs", ["docs/a", "docs/b", "c"], 1],
    ["docs/*", ["docs/a", "docs/b", "c"], 2],
    ["*.md", ["a.md", "docs/b.md", "docs/deep/c.md"], 3],
    ["docs\n*.md", ["a.md", "docs/b.md"], 2],
    ["*.md\ndocs", ["a.md", "docs/b.md"], 3],
    ["tmp", ["tmp/tmp/a"], 2],
    ["docs\ndocs", ["docs/a"], 1],
    ["*", ["a", "docs/b", ".hidden/c"], 3],
  ])("%j of %j: counts %i", (text, paths, count) => {
    expect(parseSlugignore(text).count(paths)).toBe(count);
  });

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
