import { describe, it } from "vitest";
import { PythonRig, type PythonScript } from "./rig.ts";
import type { Rule } from "./rules.ts";

/** One build on the puppet Python. The whole output is kept in the snapshot beside the test file. */
export interface BuildCase extends PythonScript {
  readonly rule: Rule;
  readonly name: string;
  /** First lines of the blocks, in order: the labels of the facts. */
  readonly blocks?: readonly string[];
  /** Step lines without their arrow, in order; not compared if absent. */
  readonly steps?: readonly string[];
  /** Failure identifier; the build must then end with status 1. Absent: it succeeds. */
  readonly failure?: string;
  readonly image?: string;
}

export function buildCases(title: string, cases: readonly BuildCase[]): void {
  // oxlint-disable-next-line vitest/valid-title -- a table's title is its argument
  describe(title, () => {
    it.concurrent.for(cases)("$rule: $name", async (build, { expect }) => {
      await using rig = await PythonRig.open(build.image);
      const { output, status, failure } = await rig.compile(build);
      const fails = build.failure !== undefined;
      expect({ status, failure, output }).toEqual({
        status: fails ? 1 : 0,
        failure: build.failure ?? "",
        output: expect.any(String),
      });
      if (build.steps !== undefined) expect(steps(output)).toEqual(build.steps);
      expect(labels(output)).toEqual([
        ...(build.blocks ?? []),
        ...(fails || "uv.lock" in (build.files ?? {}) ? [] : [UV_NOTICE]),
      ]);
      expect(steadied(output)).toMatchSnapshot();
    });
  });
}

/** A line of our own script may move, and each release of jq has its own way to begin. */
function steadied(output: string): string {
  return output
    .replace(/, line \d+\)$/m, ", line N)")
    .replace(/^( !     )(?:jq: )?(parse error|error)(?: \(at \S+\))?: /m, "$1jq: $2: ");
}

export const UV_NOTICE = "Note: Heroku recommends uv for Python apps.";

export function steps(output: string): readonly string[] {
  return output.split("\n").flatMap((line) => (line.startsWith("-----> ") ? [line.slice(7)] : []));
}

/** A block begins after an empty line. */
export function labels(output: string): readonly string[] {
  const lines = output.split("\n");
  return lines.flatMap((line, index) =>
    line.startsWith(" !     ") && (lines[index - 1] ?? "") === "" ? [line.slice(7)] : [],
  );
}
