import { writeFile, rename } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SystemClock } from "../../../src/kernel/system-clock.ts";
import type { Result } from "../../../src/kernel/result.ts";
import type { BuildpackSources } from "../../../src/slug/buildpack-sources.ts";
import type { Buildpack } from "../../../src/slug/buildpack.ts";
import type { SlugFailure } from "../../../src/slug/failure.ts";
import { findBuildpack } from "../../../src/slug/find-buildpack.ts";
import { SHELF } from "../../../src/slug/shelf.ts";
import { appFolder, unpacked, type AppFolder } from "../../manifest/app-folder.ts";
import { good } from "../compiling.ts";

const PACK = { "bin/detect": "#!/bin/sh\n", "bin/compile": "#!/bin/sh\necho first\n" };

let app: AppFolder;
let remote: AppFolder;
let notices: string[];

beforeEach(async () => {
  app = await appFolder({
    "packs/mine/bin/detect": PACK["bin/detect"],
    "packs/mine/bin/compile": PACK["bin/compile"],
  });
  remote = await appFolder(PACK);
  notices = [];
});

afterEach(async () => {
  await app[Symbol.asyncDispose]();
  await remote[Symbol.asyncDispose]();
});

function find(text: string, change: Partial<BuildpackSources> = {}): Promise<Result<Buildpack, SlugFailure>> {
  return findBuildpack(text, {
    home: resolve("buildpack-sim"),
    app: app.path,
    cache: join(app.path, ".dynosim/buildpacks"),
    clock: new SystemClock(),
    signal: undefined,
    onNotice: (line) => notices.push(line),
    ...change,
  });
}

async function programOf(buildpack: Result<Buildpack, SlugFailure>): Promise<string | undefined> {
  return (await unpacked(good(buildpack)))["bin/compile"];
}

describe("a buildpack by name", () => {
  it.each(SHELF.map(({ name }) => name))("%s comes with dynosim", async (name) => {
    const found = good(await find(name));
    expect(found).toMatchObject({
      name,
      url: `https://buildpack-registry.s3.amazonaws.com/buildpacks/${name}.tgz`,
    });
  });

  it.each([
    ["heroku/pyton", "heroku/python"],
    ["python", "heroku/python"],
    ["zzzzzzzz/qqqqqqqqqqq", undefined],
  ])("%s is unknown; meant was %s", async (name, meant) => {
    expect(await find(name)).toMatchObject({ failure: { kind: "unknown-buildpack", name, meant } });
  });

  it("one that Heroku alone has is told with its repository", async () => {
    expect(await find("heroku/ruby")).toMatchObject({
      failure: { meant: undefined, repository: "https://github.com/heroku/heroku-buildpack-ruby" },
    });
  });
});

describe("a buildpack by folder or archive", () => {
  it.each([["./packs/mine"], [undefined]])("%s", async (text) => {
    expect(await programOf(await find(text ?? join(app.path, "packs/mine")))).toBe(
      `755 ${PACK["bin/compile"]}`,
    );
  });

  it("a folder that is not there is named", async () => {
    expect(await find("./nope")).toMatchObject({
      failure: { kind: "bad-buildpack", reason: `${join(app.path, "nope")} cannot be read` },
    });
  });

  it("an archive beside the app", async () => {
    await writeFile(join(app.path, "mine.tgz"), await archive("echo zipped\n"));
    expect(await programOf(await find("./mine.tgz"))).toBe("755 echo zipped\n");
    expect(await find("./nope.tgz")).toMatchObject({
      failure: { kind: "bad-buildpack", reason: `${join(app.path, "nope.tgz")} cannot be read` },
    });
  });
});

describe("a buildpack by git URL", () => {
  it("at its HEAD, at a branch, a tag, a commit, and the beginning of one", async () => {
    const first = remote.commitAll();
    remote.git("tag", "-a", "v1", "-m", "one");
    await remote.write({ "bin/compile": "#!/bin/sh\necho second\n" });
    const second = remote.commitAll();
    remote.git("branch", "-f", "next");
    await remote.write({ "bin/compile": "#!/bin/sh\necho third\n" });
    remote.commitAll();
    const url = `file://${remote.path}`;
    const cases = {
      "": "third",
      "#": "third",
      "#main": "third",
      "#next": "second",
      "#v1": "first",
      [`#${first}`]: "first",
      [`#${second.slice(0, 9)}`]: "second",
    };
    for (const [ref, says] of Object.entries(cases))
      expect([ref, await programOf(await find(`${url}${ref}`))]).toEqual([
        ref,
        `755 #!/bin/sh\necho ${says}\n`,
      ]);
  });

  it("by a path relative to the app", async () => {
    remote.commitAll();
    await rename(join(remote.path, ".git"), join(app.path, "mine.git"));
    expect(await programOf(await find("./mine.git"))).toContain("echo first");
  });

  it("equal commits have equal hashes, and files that its .gitignore names are there", async () => {
    await remote.write({ ".gitignore": "vendor\n" });
    await remote.write({ "vendor/tool": "kept" });
    remote.git("init", "-q");
    remote.git("add", "-f", "vendor");
    remote.commitAll();
    const one = good(await find(`file://${remote.path}`));
    const other = good(await find(`file://${remote.path}#main`));
    expect(one.hash).toBe(other.hash);
    expect((await unpacked(one))["vendor/tool"]).toBe("644 kept");
  });

  it.each(["#nope", "#v9.9.9", "#0123456789", `#${"0".repeat(40)}`, "#--upload-pack=x", "#a:b", "#+main"])(
    "says that there is no %s",
    async (ref) => {
      remote.commitAll();
      expect(await find(`file://${remote.path}${ref}`)).toMatchObject({
        failure: { kind: "buildpack-ref", url: `file://${remote.path}`, ref: ref.slice(1) },
      });
    },
  );

  it("that is no buildpack is named with what it lacks", async () => {
    await using other = await appFolder({ "README.md": "" });
    other.commitAll();
    expect(await find(`file://${other.path}`)).toMatchObject({
      failure: { kind: "bad-buildpack", reason: `there is no bin/detect in file://${other.path}` },
    });
  });

  it("that cannot be reached says why; once it was fetched, that one is taken, with a notice", async () => {
    remote.commitAll();
    const url = `file://${remote.path}`;
    expect(await programOf(await find(url))).toContain("echo first");
    await rename(join(remote.path, ".git"), join(remote.path, "away"));
    expect(await programOf(await find(url))).toContain("echo first");
    expect(notices.join()).toMatch(
      /could not be reached \(.+\): the buildpack is the one fetched before, commit [0-9a-f]{8}\./,
    );
    expect(await find(`${url}/other`)).toMatchObject({ failure: { kind: "buildpack-unreachable" } });
  });

  it("a whole commit is asked for once only", async () => {
    const commit = remote.commitAll();
    await find(`file://${remote.path}#${commit}`);
    await rename(join(remote.path, ".git"), join(remote.path, "away"));
    expect(await programOf(await find(`file://${remote.path}#${commit}`))).toContain("echo first");
    expect(notices).toEqual([]);
  });

  it("is given up with the build", async () => {
    remote.commitAll();
    expect(await find(`file://${remote.path}`, { signal: AbortSignal.abort() })).toEqual({
      ok: false,
      failure: { kind: "build-aborted" },
    });
  });
});

describe("a buildpack by the URL of an archive", () => {
  let server: Server;
  let url: string;
  let answers: { status: number; etag?: string; body: Uint8Array };
  let asked: (string | undefined)[];

  beforeEach(async () => {
    answers = { status: 200, etag: '"1"', body: await archive("echo fetched\n") };
    asked = [];
    server = createServer((request, response) => {
      asked.push(request.headers["if-none-match"]);
      const same = answers.etag !== undefined && request.headers["if-none-match"] === answers.etag;
      response.writeHead(
        same ? 304 : answers.status,
        answers.etag === undefined ? {} : { etag: answers.etag },
      );
      response.end(same ? undefined : answers.body);
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mine.tgz`;
  });

  afterEach(() => void server.close());

  it("is asked for by its tag the second time, and fetched anew once it has changed", async () => {
    expect(await programOf(await find(url))).toBe("755 echo fetched\n");
    expect(await programOf(await find(url))).toBe("755 echo fetched\n");
    answers = { status: 200, etag: '"2"', body: await archive("echo newer\n") };
    expect(await programOf(await find(url))).toBe("755 echo newer\n");
    expect(asked).toEqual([undefined, '"1"', '"1"']);
  });

  it("that the server refuses says so; the former one is taken where there is one", async () => {
    answers = { status: 404, body: Buffer.from("no") };
    expect(await find(url)).toEqual({
      ok: false,
      failure: { kind: "buildpack-unreachable", buildpack: url, reason: "the server answered 404" },
    });
    answers = { status: 200, body: await archive("echo fetched\n") };
    await find(url);
    answers = { status: 500, body: Buffer.from("no") };
    expect(await programOf(await find(url))).toBe("755 echo fetched\n");
    expect(notices).toEqual([
      `${url} could not be fetched (the server answered 500): the buildpack is the one fetched before.`,
    ]);
  });

  it("is fetched through the proxy of this machine", async () => {
    vi.stubEnv("http_proxy", new URL(url).origin);
    expect(await programOf(await find("http://buildpacks.invalid/mine.tgz"))).toBe("755 echo fetched\n");
    vi.unstubAllEnvs();
    expect(await find("http://buildpacks.invalid/other.tgz")).toMatchObject({
      failure: { kind: "buildpack-unreachable", reason: "Could not resolve host: buildpacks.invalid" },
    });
  });

  it("that never ends is broken off", async () => {
    answers = { status: 200, body: Buffer.alloc(100 * 1024 * 1024 + 1) };
    expect(await find(url)).toMatchObject({
      failure: { kind: "bad-buildpack", reason: "the archive is larger than 100 MB" },
    });
  });

  it("where nobody answers", async () => {
    await new Promise((closed) => server.close(closed));
    expect(await find(url)).toMatchObject({
      failure: {
        kind: "buildpack-unreachable",
        reason: expect.stringContaining("Failed to connect to 127.0.0.1") as string,
      },
    });
  });
});

async function archive(compile: string): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: "bin/detect", mode: 0o755 }, "#!/bin/sh\n");
  tar.entry({ name: "bin/compile", mode: 0o755 }, compile);
  tar.finalize();
  return gzipSync(await buffer(tar as AsyncIterable<Uint8Array>));
}
