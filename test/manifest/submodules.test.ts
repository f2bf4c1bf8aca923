import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { AppSource, SourceChoice } from "../../src/manifest/app-source.ts";
import type { ManifestFailure } from "../../src/manifest/failure.ts";
import { readAppSource } from "../../src/manifest/read-app.ts";
import { barrierTo, submodulesIn } from "../../src/manifest/submodule-source.ts";
import { appFolder, unpacked, type AppFolder } from "./app-folder.ts";

// dozens of git processes each
vi.setConfig({ testTimeout: 60_000 });

const TRACKED: SourceChoice = { kind: "tracked" };

async function read(folder: string, choice: SourceChoice = TRACKED): Promise<AppSource> {
  const source = await readAppSource(folder, choice);
  if (!source.ok) throw new Error(JSON.stringify(source.failure));
  return source.value;
}

async function refusal(folder: string): Promise<Extract<ManifestFailure, { kind: "submodule-refused" }>> {
  const source = await readAppSource(folder, TRACKED);
  if (source.ok || source.failure.kind !== "submodule-refused") throw new Error("was not refused");
  return source.failure;
}

/** Repositories by plain HTTP, as files: `/NAME.git`. Each request it had, with what a client said of itself. */
let server: Server;
let home: string;
let base: string;
const asked: { path: string; authorization: string | undefined }[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "dynosim-test-git-"));
  server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://x").pathname;
    asked.push({ path, authorization: request.headers.authorization });
    if (path.startsWith("/private")) {
      response.writeHead(401, { "www-authenticate": "Basic" }).end();
      return;
    }
    readFile(join(home, path)).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.close();
  await rm(home, { recursive: true, force: true });
});

beforeEach(() => {
  vi.stubEnv("NO_PROXY", "127.0.0.1");
  vi.stubEnv("no_proxy", "127.0.0.1");
});

afterEach(() => {
  vi.unstubAllEnvs();
  asked.length = 0;
});

/** Puts a copy where the server finds it. */
function publish(app: AppFolder, name: string): string {
  const place = join(home, `${name}.git`);
  execFileSync("rm", ["-rf", place]);
  app.git("clone", "-q", "--bare", app.path, place);
  execFileSync("git", ["update-server-info"], { cwd: place });
  return `${base}/${name}.git`;
}

/** `git submodule add` from the disk, then the URL that Heroku is to see. */
function addSubmodule(app: AppFolder, from: string, path: string, url: string): void {
  app.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", "--name", path, from, path);
  app.git("config", "--file", ".gitmodules", `submodule.${path}.url`, url);
  app.git("commit", "-q", "-a", "-m", "submodule");
}

/** An app with a submodule `lib` that has one of its own, `lib/deep`. */
async function nested(): Promise<
  { app: AppFolder; lib: AppFolder; deep: AppFolder; urls: string[] } & AsyncDisposable
> {
  const deep = await appFolder({ "d.py": "deep" });
  deep.commitAll();
  const deepUrl = publish(deep, "deep");
  const lib = await appFolder({ "x.py": "x", link: "-> x.py" });
  lib.commitAll();
  addSubmodule(lib, deep.path, "deep", deepUrl);
  const libUrl = publish(lib, "lib");
  const app = await appFolder({ "a.py": "a", Procfile: "web: x" });
  app.commitAll();
  addSubmodule(app, lib.path, "lib", libUrl);
  return {
    app,
    lib,
    deep,
    urls: [libUrl, deepUrl],
    [Symbol.asyncDispose]: async () => {
      for (const one of [app, lib, deep]) await one[Symbol.asyncDispose]();
    },
  };
}

describe("submodules are installed as Heroku's git server does", () => {
  it("recursively: from the clone in the folder, and what is not there from the network, once", async () => {
    await using all = await nested();
    const { app, lib, deep, urls } = all;
    const source = await read(app.path);
    expect(await unpacked(source)).toMatchObject({
      "a.py": "644 a",
      lib: "dir",
      "lib/x.py": "644 x",
      "lib/link": "-> x.py",
      "lib/deep": "dir",
      "lib/deep/d.py": "644 deep",
    });
    expect(source.pushLines).toEqual([
      "Git submodules detected, installing:",
      `Submodule 'lib' (${urls[0]}) registered for path 'lib'`,
      "Cloning into 'lib'...",
      `Submodule path 'lib': checked out '${lib.git("rev-parse", "HEAD")}'`,
      `Submodule 'deep' (${urls[1]}) registered for path 'lib/deep'`,
      "Cloning into 'lib/deep'...",
      `Submodule path 'lib/deep': checked out '${deep.git("rev-parse", "HEAD")}'`,
    ]);
    expect(source.notices).toEqual([]);
    // the submodule's own submodule was never checked out here
    expect(new Set(asked.map(({ path }) => path.split("/")[1]))).toEqual(new Set(["deep.git"]));
    expect(source.leftOut).toEqual([]);
    asked.length = 0;
    expect((await read(app.path)).treeHash).toBe(source.treeHash);
    expect(asked).toEqual([]);
    const ref = await read(app.path, { kind: "ref", ref: "HEAD" });
    expect(ref.treeHash).toBe(source.treeHash);
  });

  it("of a fresh clone without them, all from the network; a broken one is not half there", async () => {
    await using all = await nested();
    const { app } = all;
    const wanted = (await read(app.path)).treeHash;
    await rm(join(app.path, "lib"), { recursive: true });
    await rm(join(app.path, ".git", "modules"), { recursive: true });
    await rm(join(app.path, ".dynosim"), { recursive: true });
    await mkdir(join(app.path, "lib"));
    expect((await read(app.path)).treeHash).toBe(wanted);
    expect(new Set(asked.map(({ path }) => path.split("/")[1]))).toEqual(new Set(["lib.git", "deep.git"]));
    expect(readdirSync(join(app.path, ".dynosim", "submodules"))).toHaveLength(2);
  });

  it("takes the commit that is checked out in it, and tells of edits and of what is not pushed", async () => {
    await using all = await nested();
    const { app } = all;
    const inside = join(app.path, "lib");
    await writeFile(join(inside, "x.py"), "committed inside");
    const git = (...args: string[]): string =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@localhost", ...args], {
        cwd: inside,
        encoding: "utf8",
      }).trim();
    git("commit", "-q", "-a", "-m", "new");
    await writeFile(join(inside, "x.py"), "edited inside");
    const source = await read(app.path);
    expect((await unpacked(source))["lib/x.py"]).toBe("644 committed inside");
    const short = git("rev-parse", "HEAD").slice(0, 7);
    expect(source.notices).toEqual([
      `lib has edits that are not committed in it: a push sends its commit ${short}. To build with them: dynosim up --working-tree`,
      `lib stands at ${short}, which no branch of its remote has as far as its clone here knows: push it, else Heroku cannot fetch it.`,
    ]);
    const whole = await read(app.path, { kind: "working-tree" });
    expect((await unpacked(whole))["lib/x.py"]).toBe("644 edited inside");
    expect(whole.notices).toEqual([]);
  });

  it("passes over what .gitmodules says not to update", async () => {
    await using all = await nested();
    const { app } = all;
    app.git("config", "--file", ".gitmodules", "submodule.lib.update", "none");
    const source = await read(app.path);
    expect(source.pushLines).toEqual(["Git submodules detected, installing:", "Skipping submodule 'lib'"]);
    expect(source.files.map(({ path }) => path)).toEqual([".gitmodules", "Procfile", "a.py"]);
  });
});

describe("a push that Heroku refuses", () => {
  it.each<[what: string, url: string, barrier: string, said: string[]]>([
    [
      "an SSH URL",
      "git@github.com:me/lib.git",
      "ssh",
      [
        "Host key verification failed.",
        "fatal: Could not read from remote repository.",
        "",
        "Please make sure you have the correct access rights",
        "and the repository exists.",
        "fatal: clone of 'git@github.com:me/lib.git' into submodule path 'lib' failed",
      ],
    ],
    [
      "a relative URL",
      "../lib.git",
      "local",
      [
        "fatal: repository '../lib.git' does not exist",
        "fatal: clone of '../lib.git' into submodule path 'lib' failed",
      ],
    ],
  ])("%s, though the clone is here", async (_what, url, barrier, said) => {
    await using lib = await appFolder({ "x.py": "x" });
    lib.commitAll();
    await using app = await appFolder({ "a.py": "a" });
    app.commitAll();
    addSubmodule(app, lib.path, "lib", url);
    expect(await refusal(app.path)).toEqual({
      kind: "submodule-refused",
      path: "lib",
      url,
      barrier,
      lines: [
        "Git submodules detected, installing:",
        `Submodule 'lib' (${url}) registered for path 'lib'`,
        "Cloning into 'lib'...",
        ...said,
      ],
    });
    const whole = await read(app.path, { kind: "working-tree" });
    expect((await unpacked(whole))["lib/x.py"]).toBe("644 x");
  });

  it("a commit with no entry in .gitmodules, when there are others", async () => {
    await using all = await nested();
    const { app } = all;
    await using stray = await appFolder({});
    const commit = stray.commitAll();
    app.git("update-index", "--add", "--cacheinfo", `160000,${commit},stray`);
    await mkdir(join(app.path, "stray"));
    expect(await refusal(app.path)).toMatchObject({
      path: "stray",
      url: undefined,
      lines: [
        "Git submodules detected, installing:",
        expect.stringContaining("Submodule 'lib'"),
        "fatal: no submodule mapping found in .gitmodules for path 'stray'",
      ],
    });
  });

  it("a private repository: nobody's credentials are tried, and nobody is asked", async () => {
    await using lib = await appFolder({ "x.py": "x" });
    lib.commitAll();
    await using app = await appFolder({ "a.py": "a" });
    app.commitAll();
    addSubmodule(app, lib.path, "lib", `${base}/private/lib.git`);
    await rm(join(app.path, "lib"), { recursive: true });
    await rm(join(app.path, ".git", "modules"), { recursive: true });
    await mkdir(join(app.path, "lib"));
    await using user = await appFolder({
      ".netrc": "machine 127.0.0.1 login me password secret\n",
      ".gitconfig": '[credential]\n\thelper = "!f() { echo username=me; echo password=secret; }; f"\n',
    });
    vi.stubEnv("HOME", user.path);
    const { lines } = await refusal(app.path);
    expect(lines.at(-1)).toBe(`fatal: clone of '${base}/private/lib.git' into submodule path 'lib' failed`);
    expect(lines.join("\n")).toContain("could not read Username");
    expect(asked.map(({ authorization }) => authorization)).not.toContainEqual(expect.anything());
    expect(asked.length).toBeGreaterThan(0);
  });

  it("a commit that its remote does not have", async () => {
    await using lib = await appFolder({ "x.py": "x" });
    lib.commitAll();
    const url = publish(lib, "behind");
    await lib.write({ "x.py": "newer" });
    const commit = lib.commitAll();
    await using app = await appFolder({ "a.py": "a" });
    app.commitAll();
    addSubmodule(app, lib.path, "lib", url);
    await rm(join(app.path, "lib"), { recursive: true });
    await rm(join(app.path, ".git", "modules"), { recursive: true });
    await mkdir(join(app.path, "lib"));
    expect((await refusal(app.path)).lines.at(-1)).toBe(
      `fatal: Fetched in submodule path 'lib', but it did not contain ${commit}. Direct fetching of that commit failed.`,
    );
  });
});

it("a repository inside, added without .gitmodules, is an empty folder", async () => {
  await using app = await appFolder({ "a.py": "a", "lib/x.py": "x" });
  execFileSync("git", ["init", "-q"], { cwd: join(app.path, "lib") });
  for (const args of [
    ["add", "."],
    ["-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qm", "x"],
  ])
    execFileSync("git", args, { cwd: join(app.path, "lib") });
  app.git("init", "-q");
  app.git("-c", "advice.addEmbeddedRepo=false", "add", "-A");
  app.git("commit", "-q", "-m", "x");
  const source = await read(app.path);
  expect([source.files.map(({ path }) => path), source.pushLines]).toEqual([["a.py"], []]);
  expect(source.notices).toEqual([expect.stringContaining("lib is a git repository of its own")]);
});

describe("URLs", () => {
  it.each<[url: string, barrier: string | undefined]>([
    ["https://github.com/me/lib.git", undefined],
    ["http://example.com/lib", undefined],
    ["git://example.com/lib", undefined],
    ["HTTPS://token@example.com/lib", undefined],
    ["git@github.com:me/lib.git", "ssh"],
    ["ssh://git@example.com/lib", "ssh"],
    ["git+ssh://example.com/lib", "ssh"],
    ["example.com:lib", "ssh"],
    ["../lib.git", "local"],
    ["./lib", "local"],
    ["/srv/lib.git", "local"],
    ["file:///srv/lib", "local"],
    ["C:\\lib", "local"],
    ["lib", "local"],
  ])("%s", (url, barrier) => {
    expect(barrierTo(url)).toBe(barrier);
  });
});

it("reads what git lists of .gitmodules, names with dots and all", () => {
  const listed = [
    "submodule.lib.v2.path\nlib/v2",
    "submodule.lib.v2.url\nhttps://x/y",
    "submodule.lib.v2.update\nnone",
    "submodule.half.path\nhalf",
    "core.x\ny",
    "",
  ].join("\0");
  expect([...submodulesIn(listed)]).toEqual([
    ["lib/v2", { name: "lib.v2", path: "lib/v2", url: "https://x/y", skipped: true }],
  ]);
});
