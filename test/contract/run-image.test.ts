import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BuildBox } from "../../src/engine/build-box.ts";
import type { RunFiles } from "../../src/engine/stack-images.ts";
import { mebibytes } from "../../src/kernel/units.ts";
import { runImageNotices } from "../../src/slug/run-image/check-slug.ts";
import { readSlugTree } from "../../src/slug/read-slug-tree.ts";
import { rotatingSlice } from "../rotating-slice.ts";
import { MINOR, openDockerStage } from "./docker-stage.ts";
import { valueOf, type Stage } from "./stage.ts";

/** Real wheels, and what the notices on them begin with. */
const WHEELS: readonly (readonly [name: string, notices: readonly RegExp[]])[] = [
  ["psycopg2-binary", []],
  ["opencv-python", [/ needs (?:.*, )?libGL\.so\.1/]],
  ["pandas", []],
  ["Pillow", []],
  ["opencv-python-headless", []],
  ["cryptography", []],
  ["lxml", []],
  ["scipy", []],
];

describe("what the run image has", () => {
  let stage: Stage;
  let box: BuildBox;
  let files: RunFiles;
  beforeAll(async () => {
    stage = await openDockerStage();
    box = valueOf(
      await stage.engine.openBuild({
        label: stage.app,
        pythonMinor: MINOR,
        env: {},
        memory: mebibytes(1024),
        onProgress: () => {},
      }),
    );
    files = valueOf(await stage.engine.stack.runFiles(MINOR));
  });
  afterAll(async () => {
    await box[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
  });

  async function run(script: string): Promise<string> {
    const said: string[] = [];
    const status = valueOf(
      await box.run(["bash", "-c", script], {
        onOutput: ({ bytes }) => said.push(Buffer.from(bytes).toString()),
      }),
    );
    expect({ status, said: status === 0 ? "" : said.join("") }).toEqual({ status: 0, said: "" });
    return said.join("");
  }

  async function notices(
    folder: string,
    types: Readonly<Record<string, string>>,
  ): Promise<readonly string[]> {
    const tree = valueOf(await readSlugTree(box, folder));
    if (tree === undefined) throw new Error(`${folder} could not be read`);
    return await runImageNotices(
      box,
      { tree, root: folder, types },
      { configVars: {}, pythonMinor: MINOR },
      { engine: stage.engine },
    );
  }

  it("is libraries and programs, and is asked for once an image", async () => {
    expect(files.libraries).toEqual(
      expect.arrayContaining(["libc.so.6", "libssl.so.3", "libz.so.1", "libstdc++.so.6"]),
    );
    expect(files.programs).toEqual(expect.arrayContaining(["/bin/bash", "/usr/bin/curl", "/usr/bin/env"]));
    expect(files.programs).not.toContain("/usr/bin/git");
    const { stack } = stage.engine;
    expect(valueOf(await stack.runFiles(MINOR, files))).toBe(files);
    expect(valueOf(await stack.runFiles(MINOR, undefined, files.image))).toEqual(files);
  });

  it("is compared with what the build image brings into a slug", async () => {
    await run(
      `mkdir -p /tmp/own/bin && cd /tmp/own && printf '#!/usr/bin/env -S cmake -P\\n' >bin/mk && chmod +x bin/mk &&
       cp /usr/bin/git bin/tool && echo 'int f;' | gcc -x c -shared -o lib.so - -Wl,--no-as-needed -lcairo-gobject`,
    );
    expect(files.libraries).not.toContain("libcairo-gobject.so.2");
    expect(await notices("/tmp/own", { web: "git fetch", worker: "./bin/mk" })).toEqual([
      expect.stringMatching(
        /^lib\.so needs libcairo-gobject\.so\.2, which .*Put libcairo-gobject2 into the Aptfile/,
      ),
      expect.stringMatching(/^web runs git, .*Put git into the Aptfile/),
      expect.stringMatching(/^bin\/mk runs cmake, .*Put cmake into the Aptfile/),
    ]);
  });

  it.each(rotatingSlice(WHEELS, 2))("a wheel of %s", async (name, expected) => {
    const folder = `/tmp/wheel-${name}`;
    await run(
      `PYTHONPATH=$(echo /opt/dynosim/wheels/pip-*.whl) /opt/dynosim/python/bin/python -m pip install --no-cache-dir \
       --disable-pip-version-check -q --only-binary :all: --target ${folder} ${name} 2>&1 && rm -rf ${folder}/bin`,
    );
    const told = await notices(folder, {});
    expect(told.length).toBeGreaterThanOrEqual(expected.length);
    for (const pattern of expected) expect(told.join("\n")).toMatch(pattern);
    if (expected.length === 0) expect(told).toEqual([]);
    expect(await run(`find ${folder} -name '*.so*' | head -n 1`)).not.toBe("");
  });
});
