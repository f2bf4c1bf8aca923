import { expect, it } from "vitest";
import { FakeBuild } from "../../../src/engine/fake/fake-build.ts";
import { FakeEngine } from "../../../src/engine/fake/fake-engine.ts";
import type { AppName, InstanceId } from "../../../src/heroku/names.ts";
import { fail } from "../../../src/kernel/result.ts";
import { bytes } from "../../../src/kernel/units.ts";
import { runImageNotices } from "../../../src/slug/run-image/check-slug.ts";
import type { FileMemory, RememberedFiles } from "../../../src/slug/slug-input.ts";
import type { SlugTree } from "../../../src/slug/slug-tree.ts";

const READELF = `
File: ./vendor/x.so
  Class: ELF64
  Machine: X86-64
 0x01 (NEEDED) Shared library: [libGL.so.1]
 0x01 (NEEDED) Shared library: [libc.so.6]

File: /bin/bash
  Class: ELF64
  Machine: X86-64
`;

function fileOf(
  content: string,
  facts = "644 1000:1000 0",
): SlugTree extends ReadonlyMap<string, infer E> ? E : never {
  return { type: "f", facts, content, size: 5000 };
}

/** A box in which `readelf` and `dpkg-query` say the above. */
function box(answer = READELF): FakeBuild {
  const build = new FakeBuild({
    label: { instance: "i" as InstanceId, app: "demo" as AppName },
    pythonMinor: "3.13",
    env: {},
    memory: bytes(1),
    onProgress: () => {},
  });
  build.onRun = (argv, { onOutput }) => {
    const said = argv[3]?.includes("readelf")
      ? answer
      : "git\t/usr/bin/git\t/usr/bin/git\ngit: /usr/bin/git\n";
    onOutput({ stream: "stdout", bytes: Buffer.from(said) });
    return 0;
  };
  return build;
}

class Memory implements FileMemory {
  remembered: RememberedFiles = { ofSlug: new Map(), ofRunImage: undefined };
  load(): RememberedFiles {
    return this.remembered;
  }
  save(remembered: RememberedFiles): void {
    this.remembered = remembered;
  }
}

const INPUT = { configVars: {}, pythonMinor: "3.13" };
const SLUG = {
  tree: new Map([
    ["vendor/x.so", fileOf("1")],
    ["README.md", fileOf("2")],
  ]),
  root: "/tmp/slug/app",
  types: { web: "git fetch && ./start" },
};

it("tells what the run image lacks, and reads each file once only", async () => {
  const engine = new FakeEngine();
  const memory = new Memory();
  const first = box();
  const notices = await runImageNotices(first, SLUG, INPUT, { engine, memory });
  expect(notices).toEqual([
    expect.stringContaining("vendor/x.so needs libGL.so.1, which a dyno does not have"),
    expect.stringContaining("web runs git, which is there while the app is built"),
  ]);
  expect(first.runs[0]?.[0].slice(5)).toEqual(["/tmp/slug/app", "1", "./vendor/x.so"]);

  const second = box("nobody asks for this");
  expect(await runImageNotices(second, SLUG, INPUT, { engine, memory })).toEqual(notices);
  expect(second.runs.map(([argv]) => argv[3]?.includes("readelf"))).toEqual([false]);

  const other = { ...SLUG, tree: new Map([["vendor/y.so", fileOf("3")]]), types: { web: "sh" } };
  const third = box(READELF.replace("x.so", "y.so").replace("libGL.so.1", "libc.so.6"));
  expect(await runImageNotices(third, other, INPUT, { engine, memory })).toEqual([]);
  expect([...memory.remembered.ofSlug.keys()]).toEqual(["3"]);
  expect(memory.remembered.ofRunImage).toEqual(engine.stack.files);
});

it("says nothing where the box or the run image cannot be read", async () => {
  const engine = new FakeEngine();
  const lost = box();
  lost.failure = { kind: "engine-unreachable", tried: [] };
  expect(await runImageNotices(lost, SLUG, INPUT, { engine })).toEqual([]);
  engine.stack.runFiles = async () => fail({ kind: "engine-unreachable", tried: [] });
  expect(await runImageNotices(box(), SLUG, INPUT, { engine })).toEqual([]);
});
