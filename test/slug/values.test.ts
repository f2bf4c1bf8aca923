import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { mebibytes } from "../../src/kernel/units.ts";
import { humanSize, OUTPUT, softLimitWarning } from "../../src/slug/build-output.ts";
import { measuredTree } from "../../src/slug/measured-tree.ts";
import { slugInputs, type Inputs } from "../../src/slug/slug-inputs.ts";
import { madeMinor, mayUsePython, PYTHON_SIGNS, stackMinor } from "../../src/slug/stack-minor.ts";

describe("inputs of a slug", () => {
  const inputs: Inputs = {
    treeHash: "t",
    buildpacks: [{ name: "p", hash: "h", tar: () => Readable.from([]) }],
    images: ["one", "two"],
    pythonMinor: "3.13",
    strict: false,
  };

  it("do not depend on order", () => {
    const turned = { ...inputs, images: ["two", "one"] };
    expect(slugInputs(turned)).toBe(slugInputs(inputs));
  });

  it.each<Partial<Inputs>>([
    { treeHash: "other" },
    { buildpacks: [] },
    { images: ["one"] },
    { pythonMinor: "3.14" },
    { strict: true },
    { detects: true },
  ])("change with %j", (change) => {
    expect(slugInputs({ ...inputs, ...change })).not.toBe(slugInputs(inputs));
  });
});

describe("the stack's minor", () => {
  it.each<[named: string | undefined, last: string | undefined, available: string[], minor: string]>([
    ["3.11", "3.13", ["3.11", "3.13"], "3.11"],
    [undefined, "3.13", ["3.11", "3.13", "3.14"], "3.13"],
    [undefined, undefined, ["3.11", "3.13", "3.14"], "3.14"],
    [undefined, undefined, ["3.11", "3.13"], "3.13"],
    ["3.12", undefined, ["3.11", "3.13", "3.14"], "3.13"],
  ])("%s, last %s, of %j", (named, last, available, minor) => {
    expect(stackMinor(named, last, available)).toBe(minor);
  });
});

describe("the stack's minor of a build without Python", () => {
  it.each<[last: string | undefined, made: string[], minor: string | undefined]>([
    [undefined, [], undefined],
    [undefined, ["3.9", "3.13", "3.10"], "3.13"],
    ["3.10", ["3.13", "3.10"], "3.10"],
    ["3.14", ["3.13", "3.10"], "3.13"],
  ])("last slug %s, made are %j", (last, made, minor) => {
    expect(madeMinor(last, made)).toBe(minor);
  });

  it.each<[buildpacks: string[] | undefined, files: string[], python: boolean]>([
    [undefined, ["package.json", "requirements.txt"], false],
    [undefined, ["sub/package.json", "requirements.txt"], true],
    [[], ["package.json"], false],
    [["heroku/nodejs"], ["requirements.txt"], false],
    [["heroku/nodejs", "heroku/python"], ["package.json"], true],
    [["heroku/procfile"], [], false],
    [undefined, ["Dockerfile", "docs/requirements.txt"], false],
    [undefined, ["venv/pyvenv.cfg"], true],
  ])("is used with %j and %j: %s", (buildpacks, files, python) => {
    expect(mayUsePython(buildpacks, files)).toBe(python);
  });

  it("is looked for by the signs that the buildpack's detection has", () => {
    const detect = readFileSync("buildpack-sim/python/bin/detect", "utf8");
    const [, signs = ""] = /^SIGNS=\(([^)]*)\)/m.exec(detect) ?? [];
    expect(signs.trim().split(/\s+/)).toEqual(PYTHON_SIGNS);
  });
});

async function* goesWrong(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("a");
  throw new Error("gone");
}

describe("a measured tree", () => {
  it("passes the bytes on and weighs them compressed", async () => {
    const chunks = Array.from({ length: 40 }, (_, index) => Buffer.alloc(100_000, index));
    const { tree, measure } = measuredTree(Readable.from(chunks));
    expect((await buffer(tree)).equals(Buffer.concat(chunks))).toBe(true);
    const { size, checksum } = await measure;
    expect(size).toBeGreaterThan(0);
    expect(size).toBeLessThan(100_000);
    expect(checksum).toMatch(/^SHA256:[0-9a-f]{64}$/);
  });

  it("fails with the stream it comes from, and when it is not read to its end", async () => {
    const broken = measuredTree(Readable.from(goesWrong()));
    await expect(buffer(broken.tree)).rejects.toThrow("gone");
    await expect(broken.measure).rejects.toThrow("gone");
    const dropped = measuredTree(Readable.from([Buffer.from("a"), Buffer.from("b")]));
    for await (const _ of dropped.tree) break;
    await expect(dropped.measure).rejects.toBeInstanceOf(Error);
  });
});

describe("sizes in Heroku's lines", () => {
  it.each<[size: number, text: string]>([
    [22.3 * 1_048_576, "22.3M"],
    [166.5 * 1_048_576, "166.5M"],
    [10_240, "10K"],
    [30 * 1_048_576, "30M"],
    [29.97 * 1_048_576, "30M"],
    [3.2 * 1_073_741_824, "3.2G"],
    [1_073_741_824, "1G"],
    [0, "0K"],
  ])("%d is %s", (size, text) => {
    expect(humanSize(size)).toBe(text);
  });

  it.each<[size: number, text: string | undefined]>([
    [300, undefined],
    [
      346.4,
      " !     Warning: Your slug size (346 MB) exceeds our soft limit (300 MB) which may affect boot time.",
    ],
    [
      364.6,
      " !     Warning: Your slug size (364 MB) exceeds our soft limit (300 MB) which may affect boot time.",
    ],
  ])("warns above the soft limit: %d MB", (size, text) => {
    expect(softLimitWarning(size * 1_048_576)).toEqual(text === undefined ? [] : [text]);
  });

  it("names the limit that was passed", () => {
    expect(OUTPUT.tooLarge(mebibytes(731), mebibytes(500))[0]).toBe(
      " !     Compiled slug size: 731M is too large (max is 500M).",
    );
  });
});
