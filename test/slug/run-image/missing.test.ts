import { describe, expect, it } from "vitest";
import { mayBeBinary, parseAnswer, type FileFacts } from "../../../src/slug/run-image/file-facts.ts";
import { missingLibraries } from "../../../src/slug/run-image/missing-libraries.ts";
import { missingPrograms, programsOf } from "../../../src/slug/run-image/missing-programs.ts";
import { libraryNotices, programNotices } from "../../../src/slug/run-image/notices.ts";
import { parseOwners } from "../../../src/slug/run-image/package-of.ts";
import type { SlugTree, TreeEntry } from "../../../src/slug/slug-tree.ts";

const SITE = ".heroku/python/lib/python3.13/site-packages";
const APT = ".apt/usr/lib/x86_64-linux-gnu";

/** Each file's content is its own path. */
function treeOf(files: Readonly<Record<string, FileFacts | "other" | { readonly link: string }>>): {
  readonly tree: SlugTree;
  readonly known: ReadonlyMap<string, FileFacts>;
} {
  const tree = new Map<string, TreeEntry>();
  const known = new Map<string, FileFacts>();
  for (const [path, what] of Object.entries(files)) {
    const isLink = typeof what !== "string" && "link" in what;
    const facts = "755 1000:1000 0";
    tree.set(path, { type: isLink ? "l" : "f", facts, content: isLink ? what.link : path, size: 5000 });
    if (typeof what !== "string" && !isLink) known.set(path, what);
  }
  return { tree, known };
}

function needs(...needed: string[]): FileFacts {
  return { kind: "binary", needed, searched: [] };
}

function missing(
  files: Parameters<typeof treeOf>[0],
  inRunImage: readonly string[] = ["libc.so.6"],
  configVars = {},
): readonly string[] {
  const { tree, known } = treeOf(files);
  return missingLibraries(tree, known, new Set(inRunImage), configVars).map(
    ({ name, neededBy, place }) => `${name} ${neededBy.length} ${place ?? "nowhere"}`,
  );
}

describe("libraries that a dyno lacks", () => {
  const gl = { [`${SITE}/cv2/cv2.abi3.so`]: needs("libGL.so.1", "libc.so.6") };

  it.each<[string, Parameters<typeof missing>, readonly string[]]>([
    ["one that is nowhere", [gl], ["libGL.so.1 1 nowhere"]],
    ["one that the run image has", [gl, ["libGL.so.1", "libc.so.6"]], []],
    ["one that the wheel brings, elsewhere", [{ ...gl, [`${SITE}/cv2.libs/libGL.so.1`]: "other" }], []],
    ["one that apt has unpacked", [{ ...gl, [`${APT}/libGL.so.1`]: { link: "libGL.so.1.7.0" } }], []],
    [
      "one that apt has unpacked where nobody looks",
      [{ ...gl, [`${APT}/mesa/libGL.so.1`]: "other" }],
      [`libGL.so.1 1 ${APT}/mesa/libGL.so.1`],
    ],
    [
      "the same with LD_LIBRARY_PATH",
      [
        { ...gl, [`${APT}/mesa/libGL.so.1`]: "other" },
        ["libc.so.6"],
        { LD_LIBRARY_PATH: `/x:/app/${APT}/mesa/` },
      ],
      [],
    ],
    [
      "the same with RUNPATH",
      [
        {
          [`${APT}/a.so`]: { kind: "binary", needed: ["libb.so.1"], searched: ["/no", "$ORIGIN/parts"] },
          [`${APT}/parts/libb.so.1`]: "other",
        },
      ],
      [],
    ],
    [
      "a RUNPATH that leads out of the slug, as of Debian's own packages",
      [
        {
          [`${APT}/a.so`]: { kind: "binary", needed: ["libb.so.1"], searched: [`/${APT.slice(5)}/parts`] },
          [`${APT}/parts/libb.so.1`]: "other",
        },
      ],
      [`libb.so.1 1 ${APT}/parts/libb.so.1`],
    ],
    [
      "a link that leads out of the slug",
      [{ ...gl, "lib/libGL.so.1": { link: "/etc/alternatives/libGL.so.1" } }],
      ["libGL.so.1 1 nowhere"],
    ],
    ["a driver of a graphics card", [{ "torch.so": needs("libcuda.so.1", "libnvidia-ml.so.1") }], []],
    [
      "two files in need of one",
      [{ "a/long/x.so": needs("libq.so.2"), "y.node": needs("libq.so.2") }],
      ["libq.so.2 2 nowhere"],
    ],
  ])("%s", (_, args, expected) => {
    expect(missing(...args)).toEqual(expected);
  });
});

describe("programs that a dyno lacks", () => {
  it.each([
    ["gunicorn app:app --bind 0.0.0.0:$PORT", ["gunicorn"]],
    ["DEBUG=1 exec env A=b python manage.py migrate && psql -c 'a; b' | tee log", ["python", "psql", "tee"]],
    ["cd web; ./start --x & wait", ["./start"]],
    ['bash -c "git pull"', ["bash"]],
    ["$(npm bin)/next start", []],
    ["if [ -f x ]; then cmake .; fi", ["cmake"]],
    ["", []],
  ])("%s", (command, programs) => {
    expect(programsOf(command)).toEqual(programs);
  });

  it("are those that process types and scripts name, and neither slug nor run image has", () => {
    const { tree, known } = treeOf({
      ".heroku/python/bin/gunicorn": "other",
      "node_modules/.bin/next": { link: "../next/x" },
      ".apt/usr/bin/tree": "other",
      "bin/env": { kind: "script", interpreter: "/usr/bin/env -S psql -f" },
      "bin/plain": { kind: "script", interpreter: "/bin/bash -e" },
      "bin/deep/not": { kind: "script", interpreter: "/usr/bin/nowhere" },
      "tools/start": { kind: "script", interpreter: "/usr/bin/python3" },
    });
    const types = {
      web: "gunicorn a",
      front: "next",
      list: "tree; ls",
      worker: "git fetch",
      other: "/opt/x y; /app/bin/plain; tools/start; ./absent",
    };
    const run = new Set(["/bin/bash", "/usr/bin/ls", "/usr/bin/env"]);
    expect(missingPrograms(tree, known, run, types)).toEqual([
      { name: "git", wantedBy: "worker" },
      { name: "/opt/x", wantedBy: "other" },
      { name: "/usr/bin/python3", wantedBy: "tools/start" },
      { name: "psql", wantedBy: "bin/env" },
    ]);
  });
});

describe("what the box says", () => {
  const ELF = (machine: string): string =>
    `  Class:                             ELF64\n  Machine: ${machine}\n`;
  const need = (name: string): string =>
    ` 0x0000000000000001 (NEEDED)             Shared library: [${name}]\n`;

  it("is read file by file, but for other machines and other C libraries", () => {
    const answer = [
      `\nFile: ./a.so\n${ELF("X86-64")}${need("libGL.so.1")} 0x01d (RUNPATH) Library runpath: [$ORIGIN/x:/y]\n`,
      `\nFile: ./arm.so\n${ELF("AArch64")}${need("libGL.so.1")}`,
      `\nFile: ./musl.node\n${ELF("X86-64")}${need("libc.musl-x86_64.so.1")}${need("libz.so.9")}`,
      `\nFile: ./static\n${ELF("X86-64")}\nThere is no dynamic section in this file.\n`,
      `\nFile: /bin/bash\n${ELF("X86-64")}${need("libc.so.6")}`,
      "Script: ./bin/x\n#! /usr/bin/env ruby \n",
      "Script: ./bin/y\nnothing\n",
    ].join("");
    expect([...parseAnswer(answer)]).toEqual([
      ["a.so", { kind: "binary", needed: ["libGL.so.1"], searched: ["$ORIGIN/x", "/y"] }],
      ["musl.node", { kind: "other" }],
      ["static", { kind: "binary", needed: [], searched: [] }],
      ["bin/x", { kind: "script", interpreter: "/usr/bin/env ruby" }],
    ]);
  });

  it("gives the packages of libraries, and of programs by where they stand or lead", () => {
    const answer = [
      "cc\t/usr/bin/cc\t/usr/bin/x86_64-linux-gnu-gcc-14",
      "own\t/usr/local/bin/own\t/usr/local/bin/own",
      "libsm6:amd64: /usr/lib/x86_64-linux-gnu/libSM.so.6",
      "gcc-14-x86-64-linux-gnu: /usr/bin/x86_64-linux-gnu-gcc-14",
      "diversion by x from: /usr/bin/y",
    ].join("\n");
    expect([...parseOwners(answer, new Set(["libSM.so.6"]))]).toEqual([
      ["libSM.so.6", "libsm6"],
      ["cc", "gcc-14-x86-64-linux-gnu"],
      ["own", ""],
    ]);
  });
});

describe("which files are looked at", () => {
  it.each([
    ["a/b.so", "644", 5000, true],
    ["libpq.so.5.17", "644", 5000, true],
    ["build/x.node", "644", 5000, true],
    ["bin/server", "755", 5000, true],
    ["bin/server", "644", 5000, false],
    ["cli.js", "755", 5000, false],
    ["b.so", "644", 10, false],
    [".heroku/python/bin/python3.13", "755", 5000, false],
    [".heroku/python/lib/python3.13/lib-dynload/_ssl.so", "755", 5000, false],
  ])("%s %s %d: %s", (path, mode, size, expected) => {
    const entry = { type: "f", facts: `${mode} 1000:1000 0`, content: "", size };
    expect(mayBeBinary(path, entry)).toBe(expected);
  });
});

describe("the notices", () => {
  it("one for each file in need, with what goes into the Aptfile", () => {
    const neededBy = [`${SITE}/cv2/cv2.abi3.so`, `${SITE}/cv2/other.so`];
    const lines = libraryNotices(
      [
        { name: "libGL.so.1", neededBy, place: undefined },
        { name: "libgone.so.3", neededBy, place: undefined },
        { name: "libSM.so.6", neededBy, place: undefined },
        { name: "libblas.so.3", neededBy: ["a.so"], place: `${APT}/blas/libblas.so.3` },
      ],
      { owners: new Map([["libSM.so.6", "libsm6"]]), usesApt: false },
    );
    expect(lines).toEqual([
      'cv2/cv2.abi3.so (and 1 more) needs libGL.so.1, libgone.so.3, which a dyno does not have: what uses it fails with "libGL.so.1: cannot open shared object file". Put libgl1 into the Aptfile and set heroku-community/apt before the other buildpacks. Which package has libgone.so.3: apt-file search libgone.so.3, or the search of package contents at packages.debian.org; its name goes into the Aptfile.',
      `cv2/cv2.abi3.so (and 1 more) needs libSM.so.6, which Heroku's image has, but not the one here: what uses it fails with "libSM.so.6: cannot open shared object file". Put libsm6 into the Aptfile and set heroku-community/apt before the other buildpacks.`,
      `a.so needs libblas.so.3, in ${APT}/blas, where the loader of a dyno does not look: what uses it fails with "libblas.so.3: cannot open shared object file". To let it look there: config:set LD_LIBRARY_PATH=/app/${APT}/blas`,
    ]);
  });

  it("of many files names the first", () => {
    const many = Array.from({ length: 8 }, (_, index) => ({
      name: `lib${index}.so`,
      neededBy: [`${index}.so`],
      place: undefined,
    }));
    const lines = libraryNotices(many, { owners: new Map(), usesApt: true });
    expect(lines).toHaveLength(7);
    expect(lines[0]).not.toContain("heroku-community/apt");
    expect(lines.at(-1)).toBe("Not on a dyno either: lib6.so, lib7.so.");
  });

  it("of programs only those that are in the build image, or in Heroku's", () => {
    const wanted = ["git", "psql", "own", "misspelt"].map((name) => ({ name, wantedBy: "web" }));
    const owners = new Map([
      ["git", "git"],
      ["own", ""],
    ]);
    const lines = programNotices(wanted, { owners, usesApt: false });
    expect(lines).toEqual([
      'web runs git, which is there while the app is built, but not on a dyno: "git: command not found". Put git into the Aptfile and set heroku-community/apt before the other buildpacks.',
      'web runs psql, which Heroku\'s image has, but not the one here: "psql: command not found". Put postgresql-client-common into the Aptfile and set heroku-community/apt before the other buildpacks.',
      'web runs own, which is there while the app is built, but not on a dyno: "own: command not found".',
    ]);
  });
});
