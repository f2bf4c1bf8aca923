import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { lentFiles, proxiesFrom } from "../../src/engine/docker/stack-images/host-settings.ts";
import { lentOptions, mirrorIn } from "../../src/engine/lent/apt.ts";
import { readRecipes } from "../../src/engine/docker/stack-images/recipes.ts";
import {
  buildReference,
  parseReference,
  runReference,
} from "../../src/engine/docker/stack-images/references.ts";

const IMAGES = join(import.meta.dirname, "../../images");

describe("names of base images", () => {
  test("are the stack's, with the minor", () => {
    expect(runReference("3.13")).toBe("dynosim/stack-run:heroku-24-py3.13");
    expect(buildReference("3.13")).toBe("dynosim/stack-build:heroku-24-py3.13");
  });

  test.each([
    ["dynosim/stack-run:heroku-24-py3.13", { minor: "3.13", role: "run" }],
    ["dynosim/stack-build:heroku-24-py3.9", { minor: "3.9", role: "build" }],
    ["dynosim/stack-run:latest", undefined],
    ["dynosim/stack-test:heroku-24-py3.13", undefined],
    ["registry/dynosim/stack-run:heroku-24-py3.13", undefined],
    ["dynosim/myapp:v3", undefined],
  ])("%s is read back", (reference, expected) => {
    expect(parseReference(reference)).toEqual(expected);
  });
});

describe("recipes", () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });
  const copy = (): string => {
    const folder = mkdtempSync(join(tmpdir(), "dynosim-recipes-"));
    folders.push(folder);
    cpSync(IMAGES, folder, { recursive: true });
    return folder;
  };

  test("give each minor its suite, the oldest first", () => {
    expect([...readRecipes(IMAGES).suites]).toEqual([
      ["3.11", "bookworm"],
      ["3.13", "trixie"],
      ["3.14", "forky"],
    ]);
  });

  test("order minors as numbers", () => {
    const folder = copy();
    writeFileSync(join(folder, "minors.json"), '{"3.10":"a","3.9":"b"}');
    expect([...readRecipes(folder).suites.keys()]).toEqual(["3.9", "3.10"]);
  });

  test("are the same by path and by URL, wherever they lie", () => {
    const url = new URL("../../images/", import.meta.url);
    expect(readRecipes(url).hash).toBe(readRecipes(IMAGES).hash);
    expect(readRecipes(copy()).hash).toBe(readRecipes(IMAGES).hash);
  });

  test("have another hash when a file changes, comes or goes, but not for the notes", () => {
    const folder = copy();
    const hashes = [readRecipes(folder).hash];
    writeFileSync(join(folder, "README.md"), "other words");
    expect(readRecipes(folder).hash).toBe(hashes[0]);
    writeFileSync(join(folder, "run-packages"), "bash\n");
    hashes.push(readRecipes(folder).hash);
    writeFileSync(join(folder, "more"), "");
    hashes.push(readRecipes(folder).hash);
    rmSync(join(folder, "nproc"));
    hashes.push(readRecipes(folder).hash);
    expect(new Set(hashes).size).toBe(4);
  });

  test.each(["run-packages", "build-packages"])("%s names no package twice", (list) => {
    const lines = readFileSync(join(IMAGES, list), "utf8").split("\n");
    const names = lines.filter((line) => line !== "" && !line.startsWith("#"));
    expect(names.length).toBeGreaterThan(20);
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
  });

  test("the run image has no compiler, no header, no git, no Python", () => {
    const text = readFileSync(join(IMAGES, "run-packages"), "utf8").replaceAll(/^#.*$/gm, "");
    expect(text).not.toMatch(/^(gcc|g\+\+|build-essential|git|python.*|.*-dev)$/m);
  });
});

describe("what this machine lends to a build", () => {
  test.each([
    ["Types: deb\n# http://old/debian\nURIs: http://mirror.example/debian\n", "http://mirror.example/debian"],
    ["deb [arch=amd64] https://mirror.example/debian/ trixie main\n", "https://mirror.example/debian"],
    [
      "# deb http://a.example/debian trixie main\ndeb http://b.example/debian trixie main",
      "http://b.example/debian",
    ],
    ["deb http://mirror.example/debian-security trixie-security main", undefined],
    ["deb file:/srv/debian trixie main", undefined],
    ["", undefined],
  ])("mirror in %j", (sources, mirror) => {
    expect(mirrorIn(sources)).toBe(mirror);
  });

  test("apt options: proxies and clock checks, not its folders or passwords", () => {
    const dump = [
      'Acquire::http::Proxy "http://proxy:3128";',
      'Acquire::https::Proxy::mirror.example "DIRECT";',
      'Acquire::Check-Valid-Until "false";',
      'Acquire::http::Proxy-Auto-Detect "/usr/bin/detect";',
      'Dir::Etc "etc/apt";',
      'Acquire::GzipIndexes "true";',
    ].join("\n");
    expect(lentOptions(dump)).toEqual([
      'Acquire::http::Proxy "http://proxy:3128";',
      'Acquire::https::Proxy::mirror.example "DIRECT";',
      'Acquire::Check-Valid-Until "false";',
    ]);
  });

  test("proxy variables in both cases, whichever was set; empty ones are none", () => {
    const found = proxiesFrom({ HTTP_PROXY: "http://p:1", no_proxy: "a,b", https_proxy: "", PATH: "/bin" });
    expect(found).toEqual({
      http_proxy: "http://p:1",
      HTTP_PROXY: "http://p:1",
      no_proxy: "a,b",
      NO_PROXY: "a,b",
    });
  });

  test("certificates only where there are some", () => {
    const settings = { mirror: "", proxies: {}, aptOptions: ['A "b";'], hostNetwork: false };
    expect(lentFiles({ ...settings, certificates: undefined })).toEqual([
      { path: "etc/apt/apt.conf.d/99dynosim-host", content: 'A "b";\n' },
    ]);
    const [options, certificates] = lentFiles({ ...settings, certificates: Buffer.from("PEM") });
    expect(options?.content).toContain('Acquire::https::CaInfo "/opt/dynosim-recipe/host-certificates.crt";');
    expect(certificates?.content.toString()).toBe("PEM");
  });
});
