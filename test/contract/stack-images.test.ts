import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../src/engine/docker/connect.ts";
import { DockerStackImages } from "../../src/engine/docker/stack-images/stack-images.ts";
import { SystemClock } from "../../src/kernel/system-clock.ts";

const IMAGES = join(import.meta.dirname, "../../images");
const MINOR = "3.13";
/** For what must fail: no Python has this minor, and no image of it is ever made. */
const NEVER = "0.1";

let docker: Docker;
let stack: DockerStackImages;
beforeAll(async () => {
  const connection = await connect(process.env, new SystemClock());
  if (!connection.ok) throw new Error(`no engine: ${JSON.stringify(connection.failure)}`);
  docker = connection.value.docker;
  stack = new DockerStackImages(docker, IMAGES, process.env);
  const built = await stack.build(MINOR, console.log);
  if (!built.ok) throw new Error(JSON.stringify(built.failure));
}, 600_000);

/** Output of a shell script in a container of the image; `tree` is unpacked at / before. */
async function sh(image: string, script: string, tree?: Buffer, user = "1000:1000"): Promise<string> {
  const container = await docker.createContainer({
    Image: image,
    Cmd: ["bash", "-c", `exec 2>&1; ${script}`],
    User: user,
    Tty: true,
  });
  try {
    if (tree !== undefined) await container.putArchive(tree, { path: "/app/.heroku" });
    const output = await container.attach({ stream: true, stdout: true, stderr: true });
    await container.start();
    return (await buffer(output)).toString().replaceAll("\r\n", "\n").trim();
  } finally {
    await container.remove({ force: true });
  }
}

async function layers(image: string): Promise<readonly string[]> {
  return (await docker.getImage(image).inspect()).RootFS.Layers ?? [];
}

describe("the pair", () => {
  test("is listed, and making it again does nothing and says nothing", async () => {
    const listed = await stack.list();
    const ofMinor = listed.ok ? listed.value.filter((image) => image.minor === MINOR) : [];
    expect(ofMinor.map((image) => [image.role, image.reference])).toEqual([
      ["build", stack.buildImage(MINOR)],
      ["run", stack.runImage(MINOR)],
    ]);
    const lines: string[] = [];
    expect(await stack.build(MINOR, (line) => lines.push(line))).toEqual({ ok: true });
    expect(lines).toEqual([]);
  });

  test("shares the run image's layers", async () => {
    const run = await layers(stack.runImage(MINOR));
    expect((await layers(stack.buildImage(MINOR))).slice(0, run.length)).toEqual(run);
  });

  test("has in it nothing that this machine lent to its making", async () => {
    for (const image of [stack.runImage(MINOR), stack.buildImage(MINOR)]) {
      expect(
        await sh(
          image,
          "ls /opt/dynosim-recipe /etc/apt/apt.conf.d/99* | grep -v 'No such'; cat /etc/apt/sources.list",
        ),
      ).toMatch(/^(ls: .*\n)*deb http:\/\/deb\.debian\.org\/debian \w+ main$/);
      const { Config } = await docker.getImage(image).inspect();
      expect(Config.Env?.toSorted()).toEqual(["LANG=C.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin"]);
    }
  });
});

describe("the run image", () => {
  test("is a dyno's: user, home, locales", async () => {
    const told = await sh(
      stack.runImage(MINOR),
      "whoami; id -u; id -g; echo $HOME; pwd; stat -c %U /app; locale -a",
    );
    expect(told.split("\n")).toEqual([
      "heroku",
      "1000",
      "1000",
      "/app",
      "/app",
      "heroku",
      "C",
      "C.utf8",
      "POSIX",
      "en_US.utf8",
    ]);
  });

  test("has no Python, compiler, header or git", async () => {
    const run = stack.runImage(MINOR);
    expect(
      await sh(
        run,
        "type -P python python3 gcc cc make git; ls -d /usr/include/stdio.h /usr/lib/python3* 2>/dev/null",
      ),
    ).toBe("");
  });

  test("shows the cores of the dyno type where the engine tells them, else this machine's", async () => {
    const run = stack.runImage(MINOR);
    expect(await sh(run, "[ $(nproc) = $(/usr/bin/nproc) ] && type -P nproc")).toBe("/usr/local/bin/nproc");
  });
});

describe("the build image's Python", () => {
  let tree: Buffer;
  beforeAll(async () => {
    const container = await docker.createContainer({ Image: stack.buildImage(MINOR), Cmd: ["true"] });
    try {
      tree = await buffer(await container.getArchive({ path: "/opt/dynosim/python" }));
    } finally {
      await container.remove({ force: true });
    }
  });
  const ENTER =
    "P=/app/.heroku/python; export PYTHONHOME=$P LD_LIBRARY_PATH=$P/lib PATH=$P/bin:$PATH LANG=en_US.UTF-8;";

  /** The run image lacks /app/.heroku, which the archive is unpacked in. */
  async function inRunImage(script: string): Promise<string> {
    const container = await docker.createContainer({
      Image: stack.runImage(MINOR),
      Cmd: ["true"],
      WorkingDir: "/app/.heroku",
    });
    try {
      await container.start();
      await container.wait();
      const made: { readonly Id: string } = await container.commit();
      try {
        return await sh(made.Id, `${ENTER} ${script}`, tree);
      } finally {
        await docker.getImage(made.Id).remove({ force: true });
      }
    } finally {
      await container.remove({ force: true });
    }
  }

  test("works at /app/.heroku/python with the run image beneath, whose libraries it finds", async () => {
    const script =
      "import bz2, ctypes, curses, dbm, hashlib, lzma, readline, sqlite3, ssl, sys, sysconfig, uuid, zlib; " +
      "print(sys.prefix, sysconfig.get_path('purelib'), sysconfig.get_path('scripts'), sys.path[-1])";
    const site = `/app/.heroku/python/lib/python${MINOR}/site-packages`;
    expect(await inRunImage(`python -c "${script}"`)).toBe(
      `/app/.heroku/python ${site} /app/.heroku/python/bin ${site}`,
    );
  });

  test("leaves a sitecustomize to the app, and takes pip from the wheel", async () => {
    const told = await inRunImage(
      "mkdir /tmp/app; echo 'print(\"mine\")' >/tmp/app/sitecustomize.py; PYTHONPATH=/tmp/app python -c 'import sys; print(sys.path[-1])'",
    );
    expect(told).toBe(`mine\n/app/.heroku/python/lib/python${MINOR}/site-packages`);
    expect(
      await sh(stack.buildImage(MINOR), "ls /opt/dynosim/wheels; cat /opt/dynosim/python-version"),
    ).toMatch(/^pip-[\d.]+-py3-none-any\.whl\n3\.13\.\d+$/);
  });

  test("compiles an extension against its own headers", async () => {
    const script = `cp -r /opt/dynosim/python /tmp/python; export PATH=/tmp/python/bin:$PATH; cd /tmp
      echo '#include <Python.h>
      static struct PyModuleDef m = {PyModuleDef_HEAD_INIT, "seven", 0, 0, 0};
      PyMODINIT_FUNC PyInit_seven(void) { return PyModule_Create(&m); }' >seven.c
      gcc -shared -fPIC -I$(python -c 'import sysconfig; print(sysconfig.get_path("include"))') seven.c -o seven.so && python -c 'import seven; print(seven)'`;
    expect(await sh(stack.buildImage(MINOR), script)).toBe("<module 'seven' from '/tmp/seven.so'>");
  });
});

describe("trouble", () => {
  const recipes = mkdtempSync(join(tmpdir(), "dynosim-recipes-"));
  const standIn = { repo: "python", tag: `${NEVER}-slim` };
  beforeAll(async () => {
    cpSync(IMAGES, recipes, { recursive: true });
    writeFileSync(join(recipes, "minors.json"), JSON.stringify({ [NEVER]: "trixie" }));
    // A base that is here already, so that nothing is fetched for it.
    await docker.getImage(stack.runImage(MINOR)).tag(standIn);
  });
  afterAll(async () => {
    await docker.getImage(`${standIn.repo}:${standIn.tag}`).remove();
    rmSync(recipes, { recursive: true });
  });
  async function expectNothingLeft(): Promise<void> {
    const label = [`dynosim.minor=${NEVER}`];
    expect(await docker.listContainers({ all: true, filters: { label } })).toEqual([]);
    expect(await docker.listImages({ all: true, filters: { label } })).toEqual([]);
  }

  test("a minor without a recipe", async () => {
    const built = await stack.build("2.7", () => undefined);
    expect(built).toMatchObject({
      ok: false,
      failure: { kind: "image-build-failed", reason: expect.stringContaining("2.7") },
    });
    expect(await stack.remove("2.7")).toEqual({ ok: true, value: false });
  });

  test("a package that there is not: the log says which, and nothing is left", async () => {
    writeFileSync(join(recipes, "run-packages"), "no-such-package-anywhere\n");
    const built = await new DockerStackImages(docker, recipes, process.env).build(NEVER, () => undefined);
    expect(built).toMatchObject({
      ok: false,
      failure: { kind: "image-build-failed", reason: "provision-run.sh ended with status 100" },
    });
    expect(JSON.stringify(built)).toContain("Unable to locate package no-such-package-anywhere");
    await expectNothingLeft();
  });

  test("an interrupt: whoever waits for it is told, and nothing is left", async () => {
    // Longer than the test waits: only the interrupt ends it.
    writeFileSync(join(recipes, "provision-run.sh"), "echo Fetched; exec sleep 1000\n");
    const failing = new DockerStackImages(docker, recipes, process.env);
    const interrupt = new AbortController();
    const interrupted = { ok: false, failure: { kind: "image-build-failed", reason: "interrupted" } };
    const first = failing.build(
      NEVER,
      (line) => line.includes("Run image") && interrupt.abort(),
      interrupt.signal,
    );
    const second = failing.build(NEVER, () => undefined);
    expect(await first).toMatchObject(interrupted);
    expect(await second).toMatchObject(interrupted);
    await expectNothingLeft();
  });
});
