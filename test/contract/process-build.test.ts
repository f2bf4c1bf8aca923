import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BuildBox } from "../../src/engine/build-box.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { CONFINEMENT_KINDS, findConfinement } from "../../src/engine/process/find-confinement.ts";
import { placesIn } from "../../src/engine/process/places.ts";
import { openProcessEngine } from "../../src/engine/process/process-engine.ts";
import { tarOf } from "../../src/engine/tar-of.ts";
import { seededRandom } from "../../src/kernel/random.ts";
import { SystemClock } from "../../src/kernel/system-clock.ts";
import { mebibytes } from "../../src/kernel/units.ts";
import { readAppSource } from "../../src/manifest/read-app.ts";
import { startOf } from "../../src/platform/run-file.ts";
import { compileSlug } from "../../src/slug/compile-slug.ts";
import { readShelf } from "../../src/slug/shelf.ts";
import { newApp, valueOf } from "./stage.ts";

const OWNER = { pid: process.pid, started: startOf(process.pid) ?? "" };
const BUILDPACKS = new URL("../../buildpack-sim", import.meta.url).pathname;

describe.each(CONFINEMENT_KINDS)("a build among this machine's processes: %s", (kind) => {
  const clock = new SystemClock();
  const label = newApp();
  let temp: string;
  let engine: Engine & AsyncDisposable;
  let minor: string;
  beforeAll(async () => {
    temp = await realpath(await mkdtemp(join(tmpdir(), "dynosim-test-")));
    const places = placesIn(temp);
    const confinement = await findConfinement({ root: places.root, prefer: kind });
    const options = { environment: process.env, clock, owner: OWNER, places, confinement };
    engine = valueOf(await openProcessEngine(options));
    minor = engine.stack.minors.at(-1) ?? "";
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    await rm(temp, { recursive: true });
  });

  async function open(offline = false): Promise<BuildBox> {
    const spec = { label, pythonMinor: minor, env: { OWN: "own" }, memory: mebibytes(512), offline };
    return valueOf(await engine.openBuild({ ...spec, onProgress: () => {} }));
  }

  async function answer(
    box: BuildBox,
    script: string,
    options: Partial<Parameters<BuildBox["run"]>[1]> = {},
  ): Promise<readonly [status: number, output: string]> {
    const output: Uint8Array[] = [];
    const run = await box.run(["bash", "-c", script], {
      ...options,
      onOutput: ({ bytes }) => output.push(bytes),
    });
    return [valueOf(run), Buffer.concat(output).toString()];
  }

  it("has its variables and folders, the order of both streams, and its status", async () => {
    await using box = await open();
    const { tmp, app } = box.places;
    expect(
      await answer(box, "echo $OWN $HOME; pwd; echo 1 >&2; echo 2; echo 3 >/dev/stderr; exit 7", {
        cwd: tmp,
      }),
    ).toEqual([7, `own ${app}\n${tmp}\n1\n2\n3\n`]);
  });

  it("takes files with their modes, gives them back, and says what it could not", async () => {
    await using box = await open();
    const { tmp } = box.places;
    const tar = await tarOf([{ path: "made/run.sh", content: "#!/bin/sh\necho ran\n", mode: 0o755 }]);
    valueOf(await box.put(Readable.from([tar]), tmp));
    expect(await answer(box, `${tmp}/made/run.sh`)).toEqual([0, "ran\n"]);
    const back = await buffer(valueOf(await box.get(`${tmp}/made`)));
    expect(back.subarray(0, 5).toString()).toBe("made/");
    expect(await box.get("/nothing/here")).toMatchObject({ ok: false });
    expect(await box.put(Readable.from([tar]), "/nothing/here")).toMatchObject({ ok: false });
  });

  it("what is aborted, or left running, ends with all it has started", async () => {
    await using box = await open();
    const stop = new AbortController();
    const begun = Promise.withResolvers<void>();
    const run = box.run(["bash", "-c", "setsid sleep 1007 & echo begun; sleep 1007"], {
      signal: stop.signal,
      onOutput: () => begun.resolve(),
    });
    await begun.promise;
    stop.abort();
    expect(valueOf(await run)).toBe(137);
    expect(await answer(box, "setsid sleep 1008 & echo begun; exit 3", { alone: true })).toEqual([
      3,
      "begun\n",
    ]);
  });

  it("keeps its cache for the next box, and nothing else", async () => {
    const first = await open();
    const { cache, tmp } = first.places;
    await answer(first, `echo kept >${cache}/wheel; echo gone >${tmp}/rest`);
    await first[Symbol.asyncDispose]();
    await using next = await open();
    expect(await answer(next, `cat ${cache}/wheel; ls ${tmp}/rest 2>/dev/null`)).toEqual([2, "kept\n"]);
  });

  it("reaches nobody when it is offline", async () => {
    await using box = await open(true);
    const [status] = await answer(box, "curl -sS --max-time 5 http://192.0.2.1/");
    expect(status).toBeGreaterThan(0);
  });

  it("compiles an app, again without fetching what it has, and leaves nothing when it fails or is aborted", async () => {
    await using app = await sourceOf({
      "requirements.txt": "itsdangerous==2.2.0\n",
      ".python-version": `${minor}\n`,
      Procfile: "web: python app.py\n",
      "app.py": "import itsdangerous\n",
    });
    const compile = async (signal?: AbortSignal): Promise<readonly [boolean, string]> => {
      const lines: string[] = [];
      const compiled = await compileSlug(
        {
          label,
          source: valueOf(await readAppSource(app.path, { kind: "working-tree" })),
          configVars: {},
          buildpacks: undefined,
          pythonMinor: minor,
          strict: false,
          release: 1,
          inputs: "",
        },
        {
          engine,
          clock,
          random: seededRandom(3),
          shelf: valueOf(await readShelf(BUILDPACKS)),
          onLine: (line) => lines.push(line),
          onProgress: () => {},
          signal,
        },
      );
      return [compiled.ok, lines.join("\n")];
    };
    const [first, told] = await compile();
    expect({ first, told }).toMatchObject({
      first: true,
      told: expect.stringContaining("Successfully installed itsdangerous-2.2.0"),
    });
    const [again, toldAgain] = await compile();
    expect(again).toBe(true);
    expect(toldAgain).toContain("-----> Restoring cache");
    expect(toldAgain).toContain("Requirement already satisfied: itsdangerous==2.2.0");
    await writeFile(join(app.path, "app.py"), "print(1)\n");
    expect((await compile())[0]).toBe(true);
    await writeFile(join(app.path, "requirements.txt"), "itsdangerous==0.0.1.dev7\n");
    const [failed, why] = await compile();
    expect(failed).toBe(false);
    expect(why).toContain("Error: Unable to install dependencies using pip.");
    expect((await compile(AbortSignal.timeout(300)))[0]).toBe(false);
    await engine[Symbol.asyncDispose]();
    const { rooms, root } = placesIn(temp);
    expect(readdirSync(rooms)).toEqual([]);
    expect(readdirSync(temp).filter((name) => name.startsWith("build_"))).toEqual([]);
    expect(existsSync(root)).toBe(true);
  });
});

async function sourceOf(
  files: Readonly<Record<string, string>>,
): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "dynosim-test-app-"));
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
