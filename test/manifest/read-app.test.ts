import { existsSync, readdirSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AppSource, SourceChoice } from "../../src/manifest/app-source.ts";
import { readAppSource } from "../../src/manifest/read-app.ts";
import { SourceChanged } from "../../src/manifest/source-tree.ts";
import { appFolder, unpacked } from "./app-folder.ts";

const TRACKED: SourceChoice = { kind: "tracked" };
const WORKING_TREE: SourceChoice = { kind: "working-tree" };

async function read(folder: string, choice: SourceChoice = TRACKED): Promise<AppSource> {
  const source = await readAppSource(folder, choice);
  if (!source.ok) throw new Error(JSON.stringify(source.failure));
  return source.value;
}

const paths = (source: AppSource): string[] => source.files.map(({ path }) => path);

let scratch: string;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "dynosim-test-scratch-"));
  vi.stubEnv("TMPDIR", scratch);
});

/** Whatever a test did, nothing is left behind. */
afterEach(async () => {
  vi.unstubAllEnvs();
  const left = readdirSync(scratch);
  await rm(scratch, { recursive: true, force: true });
  if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
});

describe("tracked: what git commit -a and git push would send", () => {
  it("takes edits, leaves deleted files out and names untracked ones", async () => {
    await using app = await appFolder({
      Procfile: "web: one\n",
      "app.py": "old",
      "gone.py": "x",
      ".gitignore": "*.log\n",
    });
    const commit = app.commitAll();
    await app.write({ "app.py": "new", "new.py": "x", "a.log": "x", ".env": "A=1" });
    await rm(join(app.path, "gone.py"));
    const source = await read(app.path);
    expect(source).toMatchObject({ choice: "tracked", commit, leftOut: [".env", "new.py"], notices: [] });
    expect(await unpacked(source)).toEqual({
      ".gitignore": "644 *.log\n",
      Procfile: "644 web: one\n",
      "app.py": "644 new",
    });
  });

  it("takes what was added, and added with intent only", async () => {
    await using app = await appFolder({ "a.py": "a" });
    app.commitAll();
    await app.write({ "staged.py": "1", "intent.py": "2" });
    app.git("add", "staged.py");
    app.git("add", "-N", "intent.py");
    await app.write({ "staged.py": "edited since" });
    expect(await unpacked(await read(app.path))).toEqual({
      "a.py": "644 a",
      "intent.py": "644 2",
      "staged.py": "644 edited since",
    });
  });

  it("leaves no trace in the repository", async () => {
    await using app = await appFolder({ "a.py": "a" });
    app.commitAll();
    await app.write({ "a.py": "edited" });
    const before = app.git("count-objects", "-v") + app.git("status", "--porcelain=v2");
    await unpacked(await read(app.path));
    expect(app.git("count-objects", "-v") + app.git("status", "--porcelain=v2")).toBe(before);
  });

  it("keeps modes, symlinks, case, spaces and odd names, and empty and large files", async () => {
    const large = "x".repeat(3_000_000);
    await using app = await appFolder({
      "bin/run": "#!/bin/sh\n",
      "Data.py": "upper",
      "data.py": "lower",
      "with space/ü \n.txt": "odd",
      empty: "",
      large,
      link: "-> data.py",
      out: "-> /etc/passwd",
      up: "-> ../..",
    });
    app.commitAll();
    const expected = {
      "Data.py": "644 upper",
      bin: "dir",
      "bin/run": "755 #!/bin/sh\n",
      "data.py": "644 lower",
      empty: "644 ",
      large: `644 ${large}`,
      link: "-> data.py",
      out: "-> /etc/passwd",
      up: "-> ../..",
      "with space": "dir",
      "with space/ü \n.txt": "644 odd",
    };
    expect(await unpacked(await read(app.path))).toEqual(expected);
    expect(await unpacked(await read(app.path, WORKING_TREE))).toEqual(expected);
    expect(await unpacked(await read(app.path, { kind: "ref", ref: "HEAD" }))).toEqual(expected);
  });

  it("tells of links out, names in two cases, empty folders, scripts that are not executable and odd names", async () => {
    await using app = await appFolder({
      "Data.py": "",
      "data.py": "",
      "start.sh": "echo",
      Procfile: "web: ./start.sh\n",
      out: "-> /etc/passwd",
      ".gitignore": "*.log\n",
      "logs/a.log": "",
    });
    await mkdir(join(app.path, "uploads/deep"), { recursive: true });
    await writeFile(Buffer.concat([Buffer.from(`${app.path}/caf`), Buffer.from([0xe9])]), "x");
    app.commitAll();
    const told = [
      expect.stringContaining("not UTF-8: caf\\xe9."),
      "These differ only in case: Data.py and data.py. A dyno's filesystem keeps both apart; many a laptop's shows one only.",
      expect.stringContaining("out -> /etc/passwd."),
      expect.stringContaining("Procfile line 1 starts start.sh, which is not executable"),
    ];
    const source = await read(app.path);
    expect(source.notices).toEqual([expect.stringContaining("on Heroku: logs, uploads."), ...told]);
    expect((await read(app.path, WORKING_TREE)).notices).toEqual(told);
    expect((await read(app.path, { kind: "ref", ref: "HEAD" })).notices).toEqual(told);
  });

  it("sends Git LFS pointers as they are, and names them", async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 12345\n`;
    await using app = await appFolder({
      "a.bin": pointer,
      "b.bin": "no pointer",
      "big.bin": "x".repeat(5000),
      "c.txt": pointer,
    });
    app.commitAll();
    // marked afterwards: git itself would ask the LFS program
    await app.write({ ".gitattributes": "*.bin filter=lfs diff=lfs -text\n" });
    app.git("add", ".gitattributes");
    app.git("commit", "-q", "-m", "lfs");
    const source = await read(app.path);
    expect((await unpacked(source))["a.bin"]).toBe(`644 ${pointer}`);
    expect(source.notices).toEqual([
      "Git LFS: the pointer is what a build gets, not the file, as on Heroku, which fetches none: a.bin. Keep such files in an object store, or in git itself.",
    ]);
  });

  // Heroku clones and checks out, as its published slug compiler of 2012 shows; only `git archive` looks at these
  it("does not heed export-ignore and export-subst, which are for archives", async () => {
    await using app = await appFolder({
      ".gitattributes": "tests export-ignore\nversion.py export-subst\n",
      "tests/a.py": "a",
      "version.py": "$Format:%H$",
    });
    app.commitAll();
    expect(await unpacked(await read(app.path))).toMatchObject({
      "tests/a.py": "644 a",
      "version.py": "644 $Format:%H$",
    });
  });

  it("refuses more than a gigabyte before it is read", async () => {
    await using app = await appFolder({ "a.py": "a" });
    await truncate(join(app.path, "a.py"), 2_147_483_648);
    const source = await readAppSource(app.path, WORKING_TREE);
    expect(source).toEqual({
      ok: false,
      failure: { kind: "checkout-too-large", largest: [{ path: "a.py", size: 2_147_483_648 }] },
    });
  });

  it("weighs a checkout before .slugignore takes anything away, as Heroku does", async () => {
    await using app = await appFolder({ ".slugignore": "*.bin\n", "a.py": "a" });
    app.commitAll();
    expect((await readAppSource(app.path, { kind: "tracked" })).ok).toBe(true);
    // git's word for an object with so much in it, and nothing behind that
    const id = "ab".repeat(20);
    await mkdir(join(app.path, ".git/objects/ab"));
    await writeFile(join(app.path, ".git/objects/ab", id.slice(2)), deflateSync("blob 2147483648\0"));
    app.git("update-index", "--add", "--cacheinfo", `100644,${id},data.bin`);
    const commit = app.git("commit-tree", app.git("write-tree"), "-p", "HEAD", "-m", "x");
    const largest = [
      { path: "data.bin", size: 2_147_483_648 },
      { path: ".slugignore", size: 6 },
      { path: "a.py", size: 1 },
    ];
    expect(await readAppSource(app.path, { kind: "ref", ref: commit })).toEqual({
      ok: false,
      failure: { kind: "checkout-too-large", largest },
    });
  });

  it("tells of a Procfile that is a folder, and of an empty one", async () => {
    await using folder = await appFolder({ "Procfile/web": "x" });
    expect((await read(folder.path)).procfile.notices).toEqual([
      expect.stringContaining("what has that name is a folder"),
    ]);
    await using empty = await appFolder({ Procfile: "" });
    expect((await read(empty.path)).procfile).toEqual({
      types: [],
      notices: [expect.stringContaining("Procfile has no process types")],
    });
  });

  it("sends the line ends git would store", async () => {
    await using app = await appFolder({ ".gitattributes": "* text=auto\n", Procfile: "web: x\n" });
    app.commitAll();
    await app.write({ Procfile: "web: y\r\n" });
    const source = await read(app.path);
    expect(source.procfile).toEqual({ types: [{ name: "web", command: "y", line: 1 }], notices: [] });
    expect((await read(app.path, WORKING_TREE)).procfile.notices).toEqual([expect.stringContaining("CRLF")]);
  });

  it("builds the sub-folder it is given, and nothing beside it", async () => {
    await using repo = await appFolder({ "app/Procfile": "web: x", "app/lib/a.py": "a", "other/b.py": "b" });
    repo.commitAll();
    await repo.write({ "app/lib/a.py": "edited", "app/new.py": "", "other/new.py": "" });
    const source = await read(join(repo.path, "app"));
    expect(source.leftOut).toEqual(["new.py"]);
    expect(await unpacked(source)).toEqual({ Procfile: "644 web: x", lib: "dir", "lib/a.py": "644 edited" });
    expect(paths(await read(join(repo.path, "app"), { kind: "ref", ref: "HEAD" }))).toEqual([
      "Procfile",
      "lib/a.py",
    ]);
  });

  it("does not follow a link that took a folder's place", async () => {
    await using outside = await appFolder({ "secret.py": "secret" });
    await using app = await appFolder({ "a.py": "a", "lib/secret.py": "mine" });
    app.commitAll();
    await rename(join(app.path, "lib"), join(outside.path, "was"));
    await symlink(outside.path, join(app.path, "lib"));
    for (const choice of [TRACKED, WORKING_TREE])
      expect(Object.values(await unpacked(await read(app.path, choice))).join()).not.toContain("secret");
  });

  it("is not led astray by git variables, names that look like options, or hooks", async () => {
    await using other = await appFolder({ "other.py": "x" });
    other.commitAll();
    await using app = await appFolder({ "--help": "x", ":(top)x": "y", "a*": "z" });
    app.commitAll();
    await app.write({ "a*": "edited" });
    const mark = join(app.path, ".git", "hook-ran");
    await mkdir(join(app.path, ".git/hooks"), { recursive: true });
    await writeFile(join(app.path, ".git/hooks/post-index-change"), `#!/bin/sh\ntouch ${mark}\n`);
    await chmod(join(app.path, ".git/hooks/post-index-change"), 0o755);
    vi.stubEnv("GIT_DIR", join(other.path, ".git"));
    vi.stubEnv("GIT_WORK_TREE", other.path);
    vi.stubEnv("GIT_INDEX_FILE", "/nonexistent/index");
    expect(paths(await read(app.path))).toEqual(["--help", ":(top)x", "a*"]);
    expect(existsSync(mark)).toBe(false);
  });

  it("hashes equal trees alike, however they were read, and others not", async () => {
    await using app = await appFolder({ "a.py": "a", b: "-> a.py" });
    app.commitAll();
    const { treeHash } = await read(app.path);
    expect((await read(app.path, WORKING_TREE)).treeHash).toBe(treeHash);
    expect((await read(app.path, { kind: "ref", ref: "HEAD" })).treeHash).toBe(treeHash);
    await chmod(join(app.path, "a.py"), 0o755);
    const executable = (await read(app.path)).treeHash;
    await app.write({ "a.py": "b" });
    const edited = (await read(app.path)).treeHash;
    expect(new Set([treeHash, executable, edited]).size).toBe(3);
  });

  it("notices an edit between looking and sending", async () => {
    await using app = await appFolder({ "a.py": "a" });
    app.commitAll();
    await app.write({ "a.py": "edited" });
    const source = await read(app.path);
    await app.write({ "a.py": "edited again" });
    await expect(unpacked(source)).rejects.toThrow(SourceChanged);
  });
});

describe("without git's help", () => {
  it("takes a folder that is no repository, but what is ignored", async () => {
    await using app = await appFolder({
      "a.py": "a",
      ".gitignore": "*.log\nbuild/\n",
      "x.log": "",
      "build/out": "",
      "sub/.gitignore": "!keep.log\nsecret\n",
      "sub/keep.log": "kept",
      "sub/secret": "",
      ".dynosim/state.json": "{}",
    });
    const source = await read(app.path);
    expect(source).toMatchObject({ choice: "working-tree", commit: undefined, leftOut: [] });
    expect(paths(source)).toEqual([".gitignore", "a.py", "sub/.gitignore", "sub/keep.log"]);
  });

  it("takes a repository without commits, and a folder that its repository does not track", async () => {
    await using fresh = await appFolder({ "a.py": "a", "x.log": "", ".gitignore": "*.log" });
    fresh.git("init", "-q");
    expect(await read(fresh.path)).toMatchObject({ choice: "working-tree", commit: undefined });
    await using home = await appFolder({ ".bashrc": "x" });
    const commit = home.commitAll();
    await home.write({ "project/a.py": "a" });
    const source = await read(join(home.path, "project"));
    expect([source.choice, source.commit, paths(source)]).toEqual(["working-tree", commit, ["a.py"]]);
  });

  it("works where no git is installed", async () => {
    await using app = await appFolder({ "a.py": "a", ".gitignore": "x", x: "" });
    app.commitAll();
    vi.stubEnv("PATH", app.path);
    expect(paths(await read(app.path))).toEqual([".gitignore", "a.py"]);
    expect(await readAppSource(app.path, { kind: "ref", ref: "HEAD" })).toEqual({
      ok: false,
      failure: { kind: "git-wanted", ref: "HEAD", lacks: "git" },
    });
  });

  it("skips what is no file, and says so", async () => {
    await using app = await appFolder({ "a.py": "a" });
    const { execFileSync } = await import("node:child_process");
    execFileSync("mkfifo", [join(app.path, "pipe")]);
    const source = await read(app.path);
    expect(paths(source)).toEqual(["a.py"]);
    expect(source.notices).toEqual([expect.stringContaining("pipe is left out")]);
  });

  it("takes untracked files when asked to", async () => {
    await using app = await appFolder({ "a.py": "a" });
    app.commitAll();
    await app.write({ "new.py": "n" });
    expect(await read(app.path, WORKING_TREE)).toMatchObject({ choice: "working-tree", leftOut: [] });
    expect(paths(await read(app.path, WORKING_TREE))).toEqual(["a.py", "new.py"]);
  });
});

describe("a commit", () => {
  it("is read as it was", async () => {
    await using app = await appFolder({ "a.py": "first" });
    const first = app.commitAll();
    await app.write({ "a.py": "second" });
    app.commitAll();
    await app.write({ "a.py": "edited", "b.py": "" });
    const source = await read(app.path, { kind: "ref", ref: "HEAD~1" });
    expect(source).toMatchObject({ choice: "ref", commit: first, leftOut: [] });
    expect(await unpacked(source)).toEqual({ "a.py": "644 first" });
  });

  it.each(["nonsense", "--all", "HEAD:a.py", ""])("%j is none", async (ref) => {
    await using app = await appFolder({ "a.py": "a" });
    app.commitAll();
    expect(await readAppSource(app.path, { kind: "ref", ref })).toEqual({
      ok: false,
      failure: { kind: "unknown-ref", ref, folder: app.path },
    });
  });
});

describe("what is in the folder", () => {
  it("deletes what .slugignore names, and never warns of it", async () => {
    await using app = await appFolder({
      ".slugignore": "tests/\n*.psd\n",
      "tests/a.py": "",
      "a.psd": "",
      "a.py": "",
    });
    app.commitAll();
    await app.write({ "b.psd": "" });
    const source = await read(app.path);
    expect([paths(source), source.leftOut]).toEqual([[".slugignore", "a.py"], []]);
    expect(source.slugignored).toBe(2);
  });

  it("reads .slugignore in the root only, and counts nothing where there is none", async () => {
    await using app = await appFolder({ "lib/.slugignore": "*.py\n", "lib/a.py": "" });
    const source = await read(app.path);
    expect([paths(source), source.slugignored]).toEqual([["lib/.slugignore", "lib/a.py"], undefined]);
  });

  it("follows a Procfile that is a link inside, and only there", async () => {
    await using app = await appFolder({ Procfile: "-> deploy/Procfile", "deploy/Procfile": "web: x" });
    expect((await read(app.path)).procfile.types).toEqual([{ name: "web", command: "x", line: 1 }]);
    await using out = await appFolder({ Procfile: "-> /etc/hostname" });
    expect((await read(out.path)).procfile.types).toEqual([]);
  });

  it("peeks at the Python version", async () => {
    await using app = await appFolder({ ".python-version": "3.12.1\n" });
    expect((await read(app.path)).pythonMinor).toBe("3.12");
    const lock = '{"_meta": {"requires": {"python_version": "3.11"}}}';
    await using pipenv = await appFolder({ Pipfile: "", "Pipfile.lock": lock });
    expect((await read(pipenv.path)).pythonMinor).toBe("3.11");
  });

  it("goes on without a broken app.json, and has its place", async () => {
    await using app = await appFolder({ "app.json": '{\n  "name": "x",\n}' });
    expect(await read(app.path)).toMatchObject({
      appJson: { env: [], addons: [] },
      appJsonFailure: { kind: "bad-json", file: "app.json", line: 3, column: 1 },
    });
  });

  it.each(["/nonexistent/folder", "/etc/hostname"])("there is no app in %s", async (folder) => {
    expect(await readAppSource(folder, TRACKED)).toEqual({
      ok: false,
      failure: { kind: "folder-missing", folder },
    });
  });

  it("reads an empty folder", async () => {
    await using app = await appFolder({});
    const source = await read(app.path);
    expect([source.files, source.procfile.types, await unpacked(source)]).toEqual([[], [], {}]);
  });
});
