import { describe, expect, it } from "vitest";
import type { ImageId } from "../../src/heroku/names.ts";
import { bytes, instant } from "../../src/kernel/units.ts";
import { describePatch, patched } from "../../src/release/config-vars.ts";
import { History } from "../../src/release/history.ts";
import type { Release, ReleaseStatus } from "../../src/release/release.ts";

describe("config vars (heroku.md 5.2)", () => {
  it.each([
    [{ A: "1" }, { B: "2" }, { ok: true, value: { A: "1", B: "2" } }],
    [{ A: "1" }, { A: null }, { ok: true, value: {} }],
    [{}, { GONE: null }, { ok: true, value: {} }],
    [{}, { "1A": "x" }, { ok: false, failure: { kind: "bad-config-var", name: "1A", reason: "format" } }],
    [{}, { "A-B": "x" }, { ok: false, failure: { kind: "bad-config-var", name: "A-B", reason: "format" } }],
    [
      {},
      { HEROKU_X: "x" },
      { ok: false, failure: { kind: "bad-config-var", name: "HEROKU_X", reason: "reserved" } },
    ],
    [{}, { __A: "x" }, { ok: false, failure: { kind: "bad-config-var", name: "__A", reason: "reserved" } }],
    [
      {},
      { A: "x".repeat(32_768) },
      { ok: false, failure: { kind: "config-vars-too-large", size: 32_769, limit: 32_768 } },
    ],
  ])("%j with %j", (now, patch, result) => {
    expect(patched(now as never, patch as never)).toEqual(result);
  });

  it.each([
    [{ A: "1", B: "2" }, "Set A, B config vars"],
    [{ A: null }, "Remove A config vars"],
  ])("%j is told as %j (heroku.md 2.8)", (patch, text) => expect(describePatch(patch)).toBe(text));
});

function release(version: number, status: ReleaseStatus = "succeeded", withSlug = true): Release {
  const slug = {
    image: `image-${version}` as ImageId,
    inputs: "",
    commit: undefined,
    pythonMinor: "3.13",
    buildpacks: [],
    processTypes: {},
    size: bytes(1),
    checksum: "",
  };
  return {
    id: String(version),
    version,
    description: "",
    user: "",
    createdAt: instant(version),
    status,
    slug: withSlug ? slug : undefined,
    configVars: {},
  };
}

describe("release history", () => {
  const history = new History([
    release(1, "succeeded", false),
    release(2, "succeeded", false),
    release(3),
    release(4, "failed"),
    release(5),
    release(6, "failed"),
  ]);

  it("counts on, and runs the newest that succeeded (heroku.md 6.5)", () => {
    expect(history.nextVersion).toBe(7);
    expect(history.current?.version).toBe(5);
    expect(history.withStatus(6, "succeeded").current?.version).toBe(6);
    expect(new History([]).nextVersion).toBe(1);
  });

  it("a release command that a kill -9 cut off has failed", () => {
    const killed = history.add(release(7, "pending")).afterKill;
    expect(killed.releases.map(({ status }) => status).slice(-3)).toEqual(["succeeded", "failed", "failed"]);
    expect(killed.current?.version).toBe(5);
  });

  it.each([
    [undefined, 3],
    [3, 3],
    [5, 5],
  ])("rolls back: asked for %s, gets v%s", (asked, version) => {
    expect(history.rollbackTarget(asked)).toMatchObject({ ok: true, value: { version } });
  });

  it.each([
    [4, "a failed one"],
    [1, "one without a slug"],
    [9, "one that does not exist"],
  ])("refuses to roll back to v%s: %s", (version) => {
    expect(history.rollbackTarget(version)).toEqual({
      ok: false,
      failure: { kind: "unknown-release", version, newest: 6 },
    });
  });
});
