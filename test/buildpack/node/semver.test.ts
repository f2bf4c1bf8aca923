import { execFileSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import semver from "semver";
import { expect, it } from "vitest";
import { BUILDPACKS } from "../rig.ts";

const VERSIONS = [
  "0.0.0",
  "0.0.1",
  "0.0.2",
  "0.1.0",
  "0.1.2",
  "0.2.0",
  "1.0.0",
  "1.0.1",
  "1.2.0",
  "1.2.3",
  "2.0.0",
  "2.1.0",
  "3.0.0",
];

/** For each range which of VERSIONS satisfy it, as the buildpack reads it; null where it is none. */
function asked(ranges: readonly string[]): readonly (readonly string[] | null)[] {
  const filter = `include "semver"; .ranges[] as $text | ($text | range) as $range
    | if $range == null then null
      else [.versions[] | . as $version | select($range | satisfies($version | split(".") | map(tonumber)))] end`;
  const output = execFileSync("jq", ["-c", "-L", join(BUILDPACKS, "nodejs/data"), filter], {
    input: JSON.stringify({ ranges, versions: VERSIONS }),
    encoding: "utf8",
  });
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as readonly string[] | null);
}

/** The same by npm's own semver, which says what is right. */
function expected(ranges: readonly string[]): readonly (readonly string[] | null)[] {
  return ranges.map((range) =>
    semver.validRange(range) === null ? null : VERSIONS.filter((version) => semver.satisfies(version, range)),
  );
}

const WRITTEN = [
  "",
  " ",
  "*",
  "x",
  "X",
  "1",
  "1.x",
  "1.*",
  "1.2",
  "1.2.x",
  "1.2.3",
  "v1.2.3",
  "=1.2.3",
  "= v1.2.3",
  "1.2.3-beta",
  "1.2.3+build",
  "^1.2",
  "^0.1.2",
  "^0.0.1",
  "^0",
  "^0.0",
  "^ 1.2.3",
  "~1.2",
  "~ 1.2",
  "~>1.2",
  "~> 1.2",
  "~=1.2",
  "~= 1",
  "~1",
  "~x",
  "^*",
  ">1",
  ">1.2",
  ">= 1.2",
  "> = 1",
  "<1",
  "<=1",
  "<= 1.2",
  "<1.x",
  ">x",
  "<*",
  ">=*",
  "<=x",
  ">=1 <2",
  ">= 1.0.0   < 2.0.0",
  ">=1,<2",
  "1 - 2",
  "1.2 - 2.0.0",
  "1.0.1 - 1.2",
  "* - 1",
  "1 - *",
  "1 -2",
  "1- 2",
  "0.1 || 2",
  "0.1||^1.2",
  "|| 1",
  "1 ||",
  "||",
  "1 || nonsense",
  "stable",
  "latest",
  "lts",
  "14.x.badversion",
  "1.2.3.4",
  "01.2.3",
  "1.02",
  "v",
  "=",
  ">",
  "^",
  "~",
  "<0.0.0",
  ">=1.2.3-0",
  "<1.2.3-0",
  ">1.0.0-rc.1 <1.2.0",
  "1.x.3",
  "x.1.2",
  "~1.x.3",
  "^x.1",
  "1.x.3 - 2",
  ">x.1",
  "1.2.x-beta",
  "v 1.2.3",
  ">=v1.2",
  "^v1",
  "~v1.2",
  "1 2",
  "! 1",
  "1.2.3-",
  "node 1",
  "\t1.2.3\t",
  "1.2\n",
];

it("A5.ranges: as npm reads them, written by hand", () => {
  const answers = asked(WRITTEN);
  expect(Object.fromEntries(WRITTEN.map((range, index) => [range, answers[index]]))).toEqual(
    Object.fromEntries(WRITTEN.map((range, index) => [range, expected(WRITTEN)[index]])),
  );
});

const number = fc.constantFrom("0", "1", "2", "3", "x", "*", "X");
const prerelease = fc.constantFrom("", "", "", "-0", "-beta.1", "+b1");
const version = fc.oneof(
  number,
  fc.tuple(number, number).map((parts) => parts.join(".")),
  fc.tuple(number, number, number, prerelease).map(([a, b, c, tail]) => `${a}.${b}.${c}${tail}`),
);
const operator = fc.constantFrom(
  "",
  "",
  "^",
  "~",
  "~>",
  ">",
  ">=",
  "<",
  "<=",
  "=",
  "v",
  ">= ",
  "< ",
  "^ ",
  "~ ",
  "=v",
);
const comparator = fc.tuple(operator, version).map((parts) => parts.join(""));
const alternative = fc.oneof(
  fc.array(comparator, { maxLength: 3 }).map((all) => all.join(" ")),
  fc.tuple(version, version).map((ends) => ends.join(" - ")),
);
const range = fc.array(alternative, { minLength: 1, maxLength: 3 }).map((all) => all.join(" || "));

it("A5.ranges: as npm reads them, whatever they are", () => {
  fc.assert(
    fc.property(fc.array(range, { minLength: 1, maxLength: 150 }), (ranges) => {
      const answers = asked(ranges);
      const right = expected(ranges);
      const wrong = ranges.filter(
        (_, index) => JSON.stringify(answers[index]) !== JSON.stringify(right[index]),
      );
      expect(wrong).toEqual([]);
    }),
    { numRuns: 12 },
  );
});
