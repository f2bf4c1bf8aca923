import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execa } from "execa";
import { extract } from "tar-stream";
import type { AppLabel } from "../../src/engine/app-label.ts";
import { shortInstance } from "../../src/engine/docker/labels.ts";
import type { ImageId } from "../../src/heroku/names.ts";
import { SystemClock } from "../../src/kernel/system-clock.ts";
import { mebibytes, seconds } from "../../src/kernel/units.ts";
import { readAppSource } from "../../src/manifest/read-app.ts";
import { readBuildpack } from "../../src/slug/buildpack.ts";
import { compileSlug, type CompiledSlug } from "../../src/slug/compile-slug.ts";
import { writeSlugArchive } from "../../src/slug/slug-archive.ts";
import type { FormerSlug, SlugTools } from "../../src/slug/slug-input.ts";
import { appFolder } from "../manifest/app-folder.ts";
import { rotatingSlice } from "../rotating-slice.ts";
import { MINOR, openDockerStage } from "./docker-stage.ts";
import { newApp, valueOf, type Stage } from "./stage.ts";

let stage: Stage;
const images: ImageId[] = [];
beforeAll(async () => {
  stage = await openDockerStage();
});
afterAll(async () => {
  for (const image of images.toReversed()) await stage.engine.removeImage(image);
  await stage[Symbol.asyncDispose]();
});

interface Attempt {
  readonly lines: readonly string[];
  readonly result: Awaited<ReturnType<typeof compileSlug>>;
}

/** Of long lines none is kept. Builds an app of these files with a buildpack whose `bin/compile` is this script, which stands in the app's folder. */
async function compile(
  script: string,
  options: Partial<SlugTools> & {
    readonly files?: Record<string, string>;
    readonly former?: FormerSlug;
    readonly label?: AppLabel;
  } = {},
): Promise<Attempt> {
  const { files = {}, former, label = stage.app, onLine = () => {}, ...tools } = options;
  await using app = await appFolder({ Procfile: "web: serve\n", ...files });
  await using pack = await appFolder({
    "bin/detect": "#!/bin/bash\necho Trouble",
    "bin/compile": `#!/bin/bash\nset -e\ncd "$1"; BUILD=$1 CACHE=$2\n${script}`,
  });
  const buildpack = valueOf(await readBuildpack("trouble", pack.path));
  const lines: string[] = [];
  const result = await compileSlug(
    {
      label,
      source: valueOf(await readAppSource(app.path, { kind: "working-tree" })),
      configVars: {},
      buildpacks: [buildpack],
      pythonMinor: MINOR,
      strict: false,
      release: 2,
      inputs: "",
      former,
    },
    {
      engine: stage.engine,
      clock: new SystemClock(),
      random: Math.random,
      shelf: [],
      onLine: (line) => {
        if (line.length < 1000) lines.push(line);
        onLine(line);
      },
      onProgress: () => {},
      signal: undefined,
      ...tools,
    },
  );
  if (result.ok) images.push(result.value.image);
  return { lines, result };
}

interface Found {
  readonly type: string | null | undefined;
  readonly mode: number;
  readonly size: number | undefined;
  readonly linkname: string | null | undefined;
}

/** What a dyno would find under /app, by path. */
async function contents({ image }: CompiledSlug): Promise<Record<string, Found>> {
  const found: Record<string, Found> = {};
  const entries = extract();
  valueOf(await stage.engine.readSlug(image)).pipe(entries);
  for await (const entry of entries) {
    const { name, type, mode, size, linkname } = entry.header;
    found[name.replace(/^app\//, "")] = { type, mode: mode & 0o7777, size, linkname };
    entry.resume();
  }
  return found;
}

/** 2,500 characters. */
const DEEP = `${"f".repeat(49)}/`.repeat(50).slice(0, -1);

const ODD = `
  ln -s /etc/passwd out; ln -s ../../../../etc escape; ln -s "$BUILD/Procfile" stuck; ln -s Procfile fine
  echo one > twin-a; ln twin-a twin-b; echo s > suid; chmod 4755 suid; mkdir closed; echo x > closed/in; chmod 000 closed
  mkfifo pipe; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("sock")'
  echo > 'two  words'; echo > $'new\\nline'; echo > $'caf\\xe9'; echo > -dash; mkdir $'d\\xff'; echo > $'d\\xff/in'
  mknod device c 1 3 2>&1 || true
  echo > "$(printf 'w%.0s' {1..200})"; ln -s "$(printf 't%.0s' {1..4095})" far; ln -s "$(printf 't%.0s' {1..4096})" farther 2>&1 || true
  mkdir -p ${DEEP}; echo deep > ${DEEP}/in; mkdir -p locked/below; echo x > locked/below/in; chmod -R a-w locked`;

describe("a slug of odd things", () => {
  let first: Attempt;
  let slug: CompiledSlug;
  let found: Record<string, Found>;
  beforeAll(async () => {
    first = await compile(ODD);
    slug = valueOf(first.result);
    found = await contents(slug);
  });

  it.each<[what: string, path: string, expected: Partial<Found>]>([
    ["a link out of the app stays a link", "out", { type: "symlink", linkname: "/etc/passwd" }],
    ["one that climbs out, too", "escape", { type: "symlink", linkname: "../../../../etc" }],
    ["a set-user-id bit", "suid", { type: "file", mode: 0o4755 }],
    ["a folder that its owner closed", "closed/", { type: "directory", mode: 0 }],
    ["and what is in it", "closed/in", { type: "file", size: 2 }],
    ["a pipe", "pipe", { type: "fifo" }],
    ["blanks", "two  words", { type: "file" }],
    ["a line end", "new\nline", { type: "file" }],
    ["a name that is no UTF-8", "caf\ufffd", { type: "file" }],
    ["a folder of such a name", "d\ufffd/in", { type: "file" }],
    ["a dash", "-dash", { type: "file" }],
    ["a long name", "w".repeat(200), { type: "file" }],
    ["what is deep", `${DEEP}/in`, { type: "file", size: 5 }],
    ["a link as long as the kernel has them", "far", { type: "symlink", linkname: "t".repeat(4095) }],
    ["a folder that nobody may write to", "locked/below/", { type: "directory", mode: 0o555 }],
    ["and what is in that", "locked/below/in", { type: "file", mode: 0o444 }],
  ])("keeps %s", (_, path, expected) => {
    expect(found[path]).toMatchObject(expected);
  });

  it("keeps names that are no UTF-8 byte for byte", async () => {
    const archive = await buffer(valueOf(await stage.engine.readSlug(slug.image)));
    for (const name of ["app/caf\u00e9\n", "app/d\u00ff/in\n"])
      expect(archive.includes(Buffer.from(name, "latin1"))).toBe(true);
  });

  it("has the same in a slug archive, for whoever unpacks that", async () => {
    await using target = await appFolder({});
    const file = join(target.path, "slug.tgz");
    valueOf(await writeSlugArchive(stage.engine, slug.image, file));
    const { stdout } = await execa({ encoding: "buffer" })`tar -tzf ${file} --quoting-style=escape`;
    const names = Buffer.from(stdout).toString().trimEnd().split("\n");
    for (const name of [
      "caf\\351",
      "d\\377/in",
      "new\\nline",
      "two  words",
      `${DEEP}/in`,
      "far",
      "locked/below/in",
    ])
      expect(names).toContain(`./app/${name}`);
    expect(names.length).toBe(Object.keys(found).length);
  });

  it("keeps both of two hard links, no socket, no device, and nothing that a link leads to", () => {
    const twins = new Set([found["twin-a"]?.type, found["twin-b"]?.type]);
    expect(twins).toEqual(new Set(["file", "link"]));
    expect(found).not.toHaveProperty("sock");
    expect(found).not.toHaveProperty("device");
    expect(found).not.toHaveProperty("farther");
    expect(first.lines).toContain("mknod: device: Operation not permitted");
    expect(Object.keys(found).filter((path) => /^(?:out|escape)\/./.test(path))).toEqual([]);
  });

  it("names what will not work on a dyno", () => {
    // settings of this machine come before
    expect(slug.notices.slice(-2)).toEqual([
      expect.stringMatching(/: stuck -> \/tmp\/build_[0-9a-f]{8}\/Procfile\. /),
      expect.stringMatching(/: (?:pipe, sock|sock, pipe)\. /),
    ]);
  });

  it("is told in the next build as far as it is the same", async () => {
    if (slug.tree === undefined) throw new Error("no tree");
    const former = { slug, tree: slug.tree };
    const again = valueOf((await compile(`${ODD}\necho new > fine.txt`, { former })).result);
    const then = await contents(again);
    expect(then["fine.txt"]?.type).toBe("file");
    expect(
      Object.keys(then)
        .filter((path) => path !== "fine.txt")
        .toSorted(),
    ).toEqual(Object.keys(found).toSorted());
  });
});

describe("what goes wrong in a build", () => {
  it.each<[what: string, script: string]>([
    ["the folder is removed", 'cd /; rm -rf "$BUILD"'],
    ["the folder becomes a link", 'cd /; rm -rf "$BUILD"; ln -s /etc "$BUILD"'],
    ["the folder becomes a file", 'cd /; rm -rf "$BUILD"; echo > "$BUILD"'],
  ])("%s", async (_, script) => {
    expect((await compile(script)).result).toEqual({ ok: false, failure: { kind: "no-slug-folder" } });
  });

  it("a registry stops answering half-way: the build ends at its limit, with its connection, and the cache is whole", async () => {
    const closed = Promise.withResolvers<void>();
    const server = createServer((socket) => {
      socket.on("error", () => {}).on("close", () => closed.resolve());
      socket.resume().write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nhalf");
    }).listen(0);
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const kept = 'echo whole > "$CACHE/kept"';
    const stalled = await compile(
      `${kept}; h=$(awk '$2 == "00000000" { print $3 }' /proc/net/route)
       gateway=$((16#\${h:6:2})).$((16#\${h:4:2})).$((16#\${h:2:2})).$((16#\${h:0:2}))
       trap '' TERM; curl -s --noproxy "*" "http://$gateway:${port}/pkg.tgz" -o pkg.tgz & echo asked; wait; sleep 600`,
      { timeLimit: seconds(4) },
    );
    expect(stalled.result).toMatchObject({ ok: false, failure: { kind: "build-timeout" } });
    expect(stalled.lines).toContain("asked");
    await closed.promise;
    server.close();
    const next = await compile('cat "$CACHE/kept"; ls -A | tr "\\n" " "');
    expect(next.lines).toContain("whole");
    expect(next.lines).toContain("Procfile ");
  });

  it("somebody kills the build's container: the engine is blamed, not the buildpack", async () => {
    const killed = await compile("echo begun; sleep 600", {
      onLine: (line) => {
        if (line === "begun") void killBuild(stage.app);
      },
    });
    expect(killed.result).toMatchObject({
      ok: false,
      failure: { kind: "engine-error", reason: expect.stringContaining("stopped from outside") as string },
    });
  });
});

async function killBuild(app: AppLabel): Promise<void> {
  const filter = `label=dynosim=${app.instance}`;
  const { stdout } = await execa("docker", [
    "ps",
    "-q",
    "--filter",
    filter,
    "--filter",
    "label=dynosim.kind=build",
  ]);
  await execa("docker", ["kill", ...stdout.split("\n")]);
}

describe("a full disk", () => {
  const label = newApp();
  const volume = `dynosim-cache-${label.app}-${shortInstance(label)}`;
  beforeAll(async () => {
    const options = ["--opt", "type=tmpfs", "--opt", "device=tmpfs", "--opt", "o=size=24m"];
    await execa("docker", ["volume", "create", ...options, volume]);
  });
  afterAll(async () => {
    await stage.engine.closeApp(label, "everything");
    await execa("docker", ["volume", "rm", "-f", volume], { reject: false });
  });

  const big = Buffer.alloc(30_000_000, "x").toString();
  it.each<[what: string, files: Record<string, string>, script: string]>([
    ["the source does not fit", { "big.txt": big }, "echo never"],
    ["the build writes too much", {}, "head -c 30000000 /dev/zero > big"],
  ])("%s", async (_, files, script) => {
    const { result } = await compile(script, { files, label });
    expect(result).toMatchObject({
      ok: false,
      failure: { kind: "disk-full", reason: expect.stringMatching(/no space left on device/i) as string },
    });
  });

  it("a build that fills it to the brim with its slug is packed all the same, and the next one has room again", async () => {
    const full = await compile("head -c 24000000 /dev/zero > big 2>/dev/null || true", { label });
    expect((await contents(valueOf(full.result)))["big"]?.size).toBeGreaterThan(20_000_000);
    const next = await compile("df --output=avail -B1M /tmp | tail -1", { label });
    expect(next.result.ok).toBe(true);
  });
});

/** In full (100,000 files, 2 GB, 300 MB of output) by `npm run test:all`; else a tenth, which goes the same ways. */
const TENTHS = process.env["DYNOSIM_TEST_ALL"] === undefined ? 1 : 10;
const FOLDERS = 10 * TENTHS;
const HUGE = (2 ** 31 / 10) * TENTHS;
const FLOOD = 30_000_000 * TENTHS;
const LIMIT = mebibytes(50 * TENTHS);

const LARGE: readonly (readonly [
  what: string,
  script: string,
  check: (attempt: Attempt) => Promise<void>,
])[] = [
  [
    `${FOLDERS * 1000} small files`,
    `for ((d = 0; d < ${FOLDERS}; d++)); do mkdir $d; (cd $d; for f in {0..999}; do echo $f > $f; done); done`,
    async ({ result }) => {
      const slug = valueOf(result);
      expect(slug.tree?.size).toBe(FOLDERS * 1001 + 1);
      const found = await contents(slug);
      expect(Object.keys(found).length).toBe(FOLDERS * 1001 + 2);
    },
  ],
  [
    "a huge sparse file",
    `truncate -s ${Math.floor(HUGE)} sparse`,
    async ({ result }) => {
      const slug = valueOf(result);
      expect(slug.tree?.get("sparse")?.size).toBe(Math.floor(HUGE));
      expect(slug.size).toBeLessThan(mebibytes(5));
    },
  ],
  [
    "noise, above the limit",
    `head -c ${Math.floor(HUGE)} /dev/urandom > noise`,
    async ({ result, lines }) => {
      expect(result).toMatchObject({
        ok: false,
        failure: { kind: "slug-too-large", largest: [{ name: "noise", size: Math.floor(HUGE) }, {}] },
      });
      const is = TENTHS === 10 ? "2G" : "204.8M";
      expect(lines).toContain(
        ` !     Compiled slug size: ${is} is too large (max is ${LIMIT / mebibytes(1)}M).`,
      );
    },
  ],
  [
    "a flood of output",
    `yes "$(printf 'x%.0s' {1..4999})" | head -c ${FLOOD}; echo; echo after`,
    async ({ result, lines }) => {
      expect(result.ok).toBe(true);
      expect(lines).toContain("after");
      expect(lines.at(-1)).toMatch(/Done/);
    },
  ],
];

describe("what is large", () => {
  it.each(rotatingSlice(LARGE, 1))(
    "%s: told, in flat memory",
    { timeout: 300_000 },
    async (_, script, check) => {
      globalThis.gc?.();
      const before = process.memoryUsage.rss();
      let most = before;
      const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 50);
      const attempt = await compile(script, { slugLimit: LIMIT });
      clearInterval(watch);
      await check(attempt);
      expect((most - before) / mebibytes(1)).toBeLessThan(100 + 15 * TENTHS);
    },
  );
});
