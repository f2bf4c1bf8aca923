import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fail } from "../../src/kernel/result.ts";
import { millis } from "../../src/kernel/units.ts";
import type { SourceChoice } from "../../src/manifest/app-source.ts";
import { readAppSource } from "../../src/manifest/read-app.ts";
import { sourceFolders } from "../../src/manifest/source-folders.ts";
import type { Watching } from "../../src/platform/platform.ts";
import { PlatformOnFake } from "./platform-on-fake.ts";

let rig: PlatformOnFake;
let told: string[];
let watching: Watching | undefined;

beforeEach(() => {
  rig = new PlatformOnFake({ "app.py": "one" });
  told = [];
});
afterEach(async () => {
  await watching?.[Symbol.asyncDispose]();
  await rig[Symbol.asyncDispose]();
});

async function watch(source: SourceChoice = { kind: "working-tree" }): Promise<void> {
  const options = { ...OPTIONS, source };
  const deployed = await rig.deploy({ source });
  if (!deployed.ok) throw new Error(deployed.failure.kind);
  watching = rig.platform.watch(options, deployed.value, {
    changed: (paths) => told.push(`changed ${paths.join(" ")}`.trim()),
    deployed: ({ release }) => told.push(`v${release.version}`),
    failed: ({ kind }) => told.push(`failed: ${kind}`),
    degraded: () => told.push("degraded"),
  });
}

const OPTIONS = {
  strict: false,
  extraEnv: {},
  slugFile: undefined,
  formation: "stored",
  onLine: () => {},
  signal: undefined,
} as const;

function save(path: string, text: string): void {
  writeFileSync(join(rig.folder, path), text);
}

/** Until the watch has told so much; the quiet time that it waits for passes meanwhile. */
async function hears(...lines: readonly string[]): Promise<void> {
  await expect
    .poll(
      async () => {
        await rig.realClock.advance(millis(50), async () => {});
        // one save may be seen twice on a slow machine: as an empty file, and as what is in it
        return told.filter((line, index) => line !== told[index - 1]);
      },
      { interval: 30 },
    )
    .toEqual(lines);
}

async function lookedAndTold(): Promise<string | undefined> {
  await rig.realClock.advance(millis(50), async () => {});
  return told.at(-1);
}

describe("watch", () => {
  it("deploys what was saved together once", async () => {
    await watch();
    await watching?.begun;
    save("app.py", "two");
    save("Procfile", "web: other\n");
    await hears("changed app.py Procfile", "v2");
  });

  it("deploys what was saved before it could follow", async () => {
    await watch();
    save("app.py", "two");
    await hears("changed", "v2");
  });

  it("names the files, and is silent for a file that was saved as it was", async () => {
    await watch();
    await watching?.begun;
    save("app.py", "two");
    await hears("changed app.py", "v2");
    save("app.py", "two");
    save("app.py", "three");
    await hears("changed app.py", "v2", "changed app.py", "v3");
    expect(rig.platform.releases().map(({ version }) => version)).toEqual([1, 2, 3]);
  });

  it("follows new, renamed and removed folders", async () => {
    await watch();
    await watching?.begun;
    mkdirSync(join(rig.folder, "lib/deep"), { recursive: true });
    save("lib/deep/a.py", "1");
    await hears("changed", "v2");
    save("lib/deep/a.py", "2");
    await hears("changed", "v2", "changed lib/deep/a.py", "v3");
    renameSync(join(rig.folder, "lib"), join(rig.folder, "other"));
    await hears("changed", "v2", "changed lib/deep/a.py", "v3", "changed", "v4");
    told = [];
    save("other/deep/a.py", "3");
    // found by the look that follows a new folder, or told by the system: then with its name
    await expect.poll(lookedAndTold).toBe("v5");
    rmSync(join(rig.folder, "other"), { recursive: true });
    await expect.poll(lookedAndTold).toBe("v6");
  });

  it("in a working tree, follows folders that hold nothing yet", async () => {
    mkdirSync(join(rig.folder, "static/css"), { recursive: true });
    await watch();
    await watching?.begun;
    save("app.py", "two");
    await hears("changed app.py", "v2");
    save("static/css/site.css", "a {}");
    await hears("changed app.py", "v2", "changed static/css/site.css", "v3");
  });

  it("goes along no link, and into nothing that is ignored", async () => {
    const outside = mkdtempSync(join(tmpdir(), "dynosim-outside-"));
    mkdirSync(join(outside, "below"));
    save(".gitignore", "logs/\n");
    mkdirSync(join(rig.folder, "logs/old"), { recursive: true });
    symlinkSync(outside, join(rig.folder, "linked"));
    const source = await readAppSource(rig.folder, { kind: "working-tree" });
    if (!source.ok) throw new Error(source.failure.kind);
    expect([...(await sourceFolders(source.value)).folders]).toEqual([source.value.folder]);
    rmSync(outside, { recursive: true });
  });

  it("follows a folder that is removed and made anew at once", async () => {
    mkdirSync(join(rig.folder, "lib"));
    save("lib/a.py", "1");
    await watch();
    await watching?.begun;
    for (const text of ["2", "3"]) {
      rmSync(join(rig.folder, "lib"), { recursive: true });
      mkdirSync(join(rig.folder, "lib"));
      save("lib/a.py", text);
      await expect.poll(lookedAndTold).toBe(`v${text}`);
    }
    told = [];
    save("lib/a.py", "4");
    await hears("changed lib/a.py", "v4");
  });

  it("a build that fails leaves the former release, and the next change is built", async () => {
    await watch();
    await watching?.begun;
    rig.onCompile = async () => fail({ kind: "build-timeout", minutes: 15 });
    save("app.py", "broken");
    await hears("changed app.py", "failed: build-timeout");
    expect(rig.platform.releases().at(-1)?.version).toBe(1);
    rig.onCompile = async () => rig.compiled();
    save("app.py", "mended");
    await hears("changed app.py", "failed: build-timeout", "changed app.py", "v2");
  });

  it("a source that changed while it was read is read again", async () => {
    await watch();
    await watching?.begun;
    rig.onCompile = async () => {
      rig.onCompile = async () => rig.compiled();
      return fail({ kind: "source-changed", path: "app.py" });
    };
    save("app.py", "two");
    await hears("changed app.py", "changed", "v2");
  });

  it("a source that cannot be read is told", async () => {
    await watch();
    await watching?.begun;
    const elsewhere = `${rig.folder}-moved`;
    renameSync(rig.folder, elsewhere);
    await hears("failed: folder-missing");
    renameSync(elsewhere, rig.folder);
  });

  it("in a git repository, looks at tracked files alone", async () => {
    const git = execa({ cwd: rig.folder });
    await git`git init -q`;
    await git`git add Procfile app.py`;
    await git`git -c user.name=a -c user.email=a@b commit -qm one`;
    await watch({ kind: "tracked" });
    await watching?.begun;
    save("notes.txt", "untracked");
    save("app.py", "two");
    await hears("changed app.py", "v2");
    await git`git add notes.txt`;
    await hears("changed app.py", "v2", "changed", "v3");
  });

  it("ends while a release command runs, which nobody waits for", async () => {
    await watch();
    await watching?.begun;
    const ended = Promise.withResolvers<void>();
    rig.onCompile = async () => {
      await ended.promise;
      return rig.compiled();
    };
    save("app.py", "two");
    await hears("changed app.py");
    await watching?.[Symbol.asyncDispose]();
    ended.resolve();
    expect(told).toEqual(["changed app.py"]);
  });

  it("ends in the middle of a build", async () => {
    await watch();
    await watching?.begun;
    const begun = Promise.withResolvers<void>();
    rig.onCompile = async (_source, _vars, _former, { signal }) => {
      begun.resolve();
      await new Promise((resolve) => signal?.addEventListener("abort", resolve));
      return fail({ kind: "build-aborted" });
    };
    save("app.py", "two");
    await hears("changed app.py");
    await begun.promise;
    await watching?.[Symbol.asyncDispose]();
    expect(told).toEqual(["changed app.py"]);
  });
});
