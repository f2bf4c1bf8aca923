import { chownSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { describeRoom, kindsHere } from "./confinement-cases.ts";

/** Who owns nothing, on every Linux. */
const NOBODY = 65_534;

const temp = mkdtempSync(join(realpathSync(tmpdir()), "nobodys-"));
const isRoot = process.getuid?.() === 0;

// each file of tests is a process: this one goes on as an ordinary user, who may do less than root may
if (isRoot) {
  chownSync(temp, NOBODY, NOBODY);
  process.setgroups?.([]);
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}
// an ordinary user's are in the other file
const kinds = isRoot ? await kindsHere(temp) : [];

describe("an ordinary user's room", () => {
  afterAll(() => rmSync(temp, { recursive: true, force: true }));

  it("is tried as an ordinary user", () => {
    expect(process.getuid?.()).not.toBe(0);
  });

  for (const kind of kinds) describeRoom(kind, temp);
});
