import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tarOf } from "../../src/engine/tar-of.ts";
import { HEROKU_PLACES, keptTree, type BuildBox } from "../../src/engine/build-box.ts";
import { mebibytes } from "../../src/kernel/units.ts";
import { MINOR, openDockerStage } from "./docker-stage.ts";
import { until, valueOf, type Stage } from "./stage.ts";

const KEPT_TREE = keptTree(HEROKU_PLACES);

describe("a build box", () => {
  let stage: Stage;
  let box: BuildBox;
  beforeAll(async () => {
    stage = await openDockerStage();
    box = await open();
  });
  afterAll(async () => {
    await box[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
  });

  async function open(): Promise<BuildBox> {
    const spec = {
      label: stage.app,
      pythonMinor: MINOR,
      env: { STACK: "heroku-24" },
      memory: mebibytes(512),
    };
    return valueOf(await stage.engine.openBuild({ ...spec, onProgress: () => {} }));
  }

  async function answer(
    script: string,
    options: Partial<Parameters<BuildBox["run"]>[1]> = {},
    where: BuildBox = box,
  ): Promise<{ readonly status: number; readonly output: string }> {
    const output: Uint8Array[] = [];
    const status = valueOf(
      await where.run(["bash", "-c", script], {
        ...options,
        onOutput: (chunk) => void output.push(chunk.bytes),
      }),
    );
    return { status, output: Buffer.concat(output).toString() };
  }

  /** A build of its own, and over: what it made is cleared away when the next box opens. */
  async function leave(script: string): Promise<void> {
    await using own = await open();
    await answer(script, {}, own);
  }

  it.each([
    ["runs as the dyno's user", "id -u", {}, "1000\n"],
    ["runs as root when asked", "id -u", { root: true }, "0\n"],
    [
      "has the build's variables and the command's own",
      "echo $STACK $OWN",
      { env: { OWN: "own" } },
      "heroku-24 own\n",
    ],
    ["runs where it is told", "pwd", { cwd: "/tmp" }, "/tmp\n"],
    [
      "keeps the order of both streams",
      "for i in 1 2 3; do echo out $i; echo err $i >&2; done",
      {},
      "out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n",
    ],
    ["may write to the cache", "touch /tmp/codon/tmp/cache/x && echo yes", {}, "yes\n"],
  ])("%s", async (_what, script, options, output) => {
    expect(await answer(script, options)).toEqual({ status: 0, output });
  });

  it.each([0, 1, 7, 127])("gives status %i", async (status) => {
    expect((await answer(`exit ${status}`)).status).toBe(status);
  });

  it("takes files with their modes, and gives them back", async () => {
    const tar = await tarOf([{ path: "made/run.sh", content: "echo ran\n", mode: 0o755 }]);
    valueOf(await box.put(Readable.from([tar]), "/tmp"));
    expect(await answer("/tmp/made/run.sh || bash /tmp/made/run.sh")).toMatchObject({
      status: 0,
      output: "ran\n",
    });
    const back = await buffer(valueOf(await box.get("/tmp/made")));
    expect(back.subarray(0, 5).toString()).toBe("made/");
    expect(back.includes("echo ran")).toBe(true);
  });

  it("says what could not be put or read", async () => {
    expect(await box.get("/nothing/here")).toMatchObject({ ok: false, failure: { kind: "engine-error" } });
    expect(await box.put(Readable.from([await tarOf([])]), "/nothing/here")).toMatchObject({ ok: false });
    const broken = new Readable({ read: () => void broken.destroy(new Error("the source broke off")) });
    expect(await box.put(broken, "/tmp")).toMatchObject({ ok: false });
  });

  it("kills what is aborted, with all it started", async () => {
    const aborted = new AbortController();
    const run = answer("sleep 1000 & echo begun; sleep 1000", { signal: aborted.signal });
    const sleepers = async (): Promise<string> => (await answer("pgrep -xcf 'sleep 1000'")).output;
    await until(async () => (await sleepers()) === "2\n");
    aborted.abort();
    expect((await run).status).toBe(137);
    expect(await sleepers()).toBe("0\n");
  });

  it("what runs alone leaves nothing running, not even what holds its output open", async () => {
    const left = "sleep 1001 & setsid sleep 1001 & echo begun; exit 3";
    expect(await answer(left, { alone: true })).toEqual({ status: 3, output: "begun\n" });
    expect((await answer("pgrep -xcf 'sleep 1001'")).output).toBe("0\n");
  });

  it("a flood of output comes through, and none of it stays in memory", async () => {
    const before = process.memoryUsage().rss;
    let size = 0;
    const flood = [
      "bash",
      "-c",
      "yes some words of a build that repeats itself | head -c 100000000",
    ] as const;
    valueOf(await box.run(flood, { alone: true, onOutput: ({ bytes }) => void (size += bytes.length) }));
    expect(size).toBe(100_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(mebibytes(100));
  });

  it("keeps its cache for the next box, and nothing else", async () => {
    await leave("echo kept > /tmp/codon/tmp/cache/wheel; echo gone > /tmp/rest");
    await using next = await open();
    expect(await answer("cat /tmp/codon/tmp/cache/wheel; ls /tmp/rest", {}, next)).toEqual({
      status: 2,
      output: "kept\nls: cannot access '/tmp/rest': No such file or directory\n",
    });
  });

  it("puts the slug's trees that the cache asks for beside it, once, and no link in their place; removes what was replaced", async () => {
    await leave(
      [
        "cd /tmp/codon/tmp/cache && mkdir .heroku",
        "touch .heroku/{one,two,three}.return && mkdir .heroku/three.ready && mkdir -p .heroku/one.7.gone/lib",
        "mkdir -p /tmp/slug_1/app/.heroku/{one,three} && echo tree > /tmp/slug_1/app/.heroku/one/file",
        "ln -s /etc /tmp/slug_1/app/.heroku/two",
      ].join("\n"),
    );
    await using next = await open();
    const look =
      "cd /tmp/codon/tmp/cache/.heroku; cat one.ready/file; ls -d *.ready *.gone three.ready/* /tmp/slug*";
    expect((await answer(`${look} 2>/dev/null; rm -rf ../.heroku`, {}, next)).output).toBe(
      "tree\none.ready\nthree.ready\n",
    );
  });

  it.each([
    ["the slug's", "mkdir -p /tmp/slug_1/app && cd /tmp/slug_1/app"],
    ["one that never became a slug", "mkdir -p /tmp/build_1/ && cd /tmp/build_1"],
  ])("keeps of a tree what it is told to keep: %s", async (_, begin) => {
    const names = `printf 'a b\\0lib\\0' >${KEPT_TREE.names}`;
    await leave(`${begin} && echo 1 >'a b' && mkdir lib .heroku && echo 2 >lib/x && touch -- -n && ${names}`);
    await using next = await open();
    const look = `cd ${KEPT_TREE.folder} && find . -type f | sort && cat 'a b' lib/x; ls /tmp`;
    expect((await answer(look, { root: true }, next)).output).toBe("./a b\n./lib/x\n1\n2\ncodon\nkept\n");
    await answer(`rm -r ${KEPT_TREE.folder}`, { root: true }, next);
  });

  it("keeps no tree of which it is told nothing, and no link in its place", async () => {
    await leave(`mkdir /tmp/build_1 && touch /tmp/build_1/x`);
    await using next = await open();
    expect((await answer("ls /tmp", {}, next)).output).toBe("codon\n");
    await answer(`ln -s /etc /tmp/build_2; printf 'passwd\\0' >${KEPT_TREE.names}`, {}, next);
    await using last = await open();
    expect((await answer("ls /tmp", {}, last)).output).toBe("codon\n");
  });

  it("opens only when the former one has cleared away what it leaves: nothing of a new build goes with it", async () => {
    const slow = await open();
    // enough that it takes a while
    const make = `mkdir /tmp/build_1 && cd /tmp/build_1 && seq 8000 | xargs touch && printf 'lib\\0' >${KEPT_TREE.names}`;
    expect((await answer(make, {}, slow)).status).toBe(0);
    await slow[Symbol.asyncDispose]();
    await using next = await open();
    const look = `mkdir /tmp/build_2 && touch /tmp/build_2/x && sleep 1 && ls /tmp /tmp/build_2 ${KEPT_TREE.folder}`;
    expect((await answer(`${look}; rm -rf /tmp/build_2`, { root: true }, next)).output).toBe(
      `/tmp:\nbuild_2\ncodon\nkept\n\n/tmp/build_2:\nx\n\n${KEPT_TREE.folder}:\n`,
    );
  });

  it("is cut off from the world when it is told so, for good; the next one is not", async () => {
    const look = "cat /proc/net/route | wc -l";
    const cut = await open();
    expect(Number((await answer(look, {}, cut)).output)).toBeGreaterThan(1);
    cut.cutOff();
    await expect.poll(async () => Number((await answer(look, {}, cut)).output)).toBe(1);
    await using next = await open();
    expect(Number((await answer(look, {}, next)).output)).toBeGreaterThan(1);
    await cut[Symbol.asyncDispose]();
    expect(Number((await answer(look, {}, next)).output)).toBeGreaterThan(1);
  });

  it("ends what takes more memory than it may", async () => {
    expect(await box.ranOutOfMemory()).toBe(false);
    const { status } = await answer("perl -e '$food = \"x\" x (900 * 1048576)'");
    expect(status).toBe(137);
    expect(await box.ranOutOfMemory()).toBe(true);
  });
});
