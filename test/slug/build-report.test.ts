import { describe, expect, it } from "vitest";
import { parseBuildReport } from "../../src/slug/build-report.ts";
import { build, good, PACK, SH } from "./compiling.ts";

const APP = { "requirements.txt": "flask", Procfile: "web: x" };
/** Tells what it was called with, as the fields of a report. */
const REPORT = `${SH}echo noise >&2; echo "build: $([[ -d $1/.heroku ]] && echo seen)"; echo "cache: '\${2##*/}'"; echo "env: '\${3##*/}'"`;

describe("bin/report", () => {
  it("is asked after the build, with its three folders; those without one say nothing", async () => {
    const { result } = await build({
      app: APP,
      packs: [{ ...PACK, "bin/report": REPORT }, PACK],
      set: true,
    });
    expect(good(result).reports).toEqual({
      "pack-0": { build: "seen", cache: "cache", env: expect.stringMatching(/^d[0-9a-f]{8}$/) },
    });
  });

  it("one that fails harms nothing", async () => {
    const { result } = await build({
      app: APP,
      packs: [{ ...PACK, "bin/report": `${SH}echo "half: 1"; exit 1` }],
    });
    expect(good(result).reports).toEqual({});
  });

  it("speaks of a failed build, and names its failure where nothing else does", async () => {
    const { result } = await build({
      app: APP,
      packs: [
        {
          ...PACK,
          "bin/compile": `${SH}exit 1`,
          "bin/report": `${SH}echo "failure_reason: 'a::b'"; echo "n: 1.5"`,
        },
      ],
    });
    expect(result).toMatchObject({
      failure: { kind: "compile-failed", identifier: "a::b", report: { failure_reason: "a::b", n: 1.5 } },
    });
  });
});

it.each([
  ["a: 1\nb: 'x'\nc: true\n", { a: 1, b: "x", c: true }],
  ["a: [1]\nb: {c: 1}\nd: ~\ne: 1", { e: 1 }],
  ["", {}],
  ["- a\n", {}],
  ["a: b: c", {}],
])("%j is read as %j", (yaml, report) => {
  expect(parseBuildReport(yaml)).toEqual(report);
});
