import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ReleaseOutputs } from "../../src/platform/release-output.ts";

const V5 = { id: "11111111-0000-4000-8000-000000000005" };
let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "dynosim-output-"))));
afterEach(() => rmSync(folder, { recursive: true }));

async function all(outputs: ReleaseOutputs): Promise<string> {
  let text = "";
  for await (const piece of outputs.read(V5) ?? []) text += piece;
  return text;
}

describe("what a release command wrote", () => {
  it("is kept, and there for whoever comes later", async () => {
    const outputs = new ReleaseOutputs(folder);
    expect(outputs.read(V5)).toBeUndefined();
    using output = outputs.open(V5);
    output.line("migrating");
    output.line("fertig: äöü");
    output[Symbol.dispose]();
    expect(await all(new ReleaseOutputs(folder))).toBe("migrating\nfertig: äöü\n");
  });

  it("is followed while it is written, from its beginning to its end", async () => {
    const outputs = new ReleaseOutputs(folder, 20);
    const output = outputs.open(V5);
    output.line("first line of all");
    const pieces: string[] = [];
    const following = (async () => {
      for await (const piece of outputs.read(V5) ?? []) pieces.push(piece);
    })();
    await expect.poll(() => pieces).toEqual(["first line of all\n"]);
    output.line("second");
    output.line("third, in the next file");
    await expect.poll(() => pieces.join("")).toContain("third");
    output[Symbol.dispose]();
    await following;
    expect(pieces.join("")).toBe("first line of all\nsecond\nthird, in the next file\n");
  });

  it("is cut from the start, a chunk at a time (heroku.md 0)", async () => {
    const outputs = new ReleaseOutputs(folder, 100);
    const output = outputs.open(V5);
    for (let number = 10; number < 100; number += 1) output.line(`line ${number}`);
    output[Symbol.dispose]();
    const text = await all(outputs);
    expect(text.endsWith("line 98\nline 99\n")).toBe(true);
    expect(text.length).toBeGreaterThan(100);
    expect(text.length).toBeLessThanOrEqual(220);
    expect(readdirSync(join(folder, "releases"))).toHaveLength(2);
  });

  it("of a release that is run anew begins anew", async () => {
    const outputs = new ReleaseOutputs(folder);
    for (const words of ["once", "again"]) {
      using output = outputs.open(V5);
      output.line(words);
    }
    expect(await all(outputs)).toBe("again\n");
  });
});
