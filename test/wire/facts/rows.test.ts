import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { namedRows } from "./named-rows.ts";
import { HEROKU_ROWS, ROUTER_ROWS, UNCASED } from "./rows.ts";

const WIRE = join(import.meta.dirname, "..");
/** They stand beside the repository; without them this fails, as the tests of the samples there do. */
const FACTS = join(import.meta.dirname, "../../../../shared/facts");
/** Fewer files of cases than this would mean that the check had looked at nothing. */
const LEAST_FILES = 8;

const A_ROW = /^(?:router\.md |heroku\.md 3\.[3-9](?:\.| H))/;

const ALL = [
  ...ROUTER_ROWS.map((row) => `router.md ${row}`),
  ...HEROKU_ROWS.map((row) => `heroku.md ${row}`),
];

it("each row of the facts is held by a case on the wire, or the reason stands beside it", async () => {
  const named = await rowsOfCases();
  expect(ALL.filter((row) => !named.has(row) && !UNCASED.has(row))).toEqual([]);
  expect([...UNCASED.keys()].filter((row) => named.has(row) || !ALL.includes(row))).toEqual([]);
  // Whole sections may be named, and others than these; a row that is none is a slip.
  expect([...named].filter((row) => A_ROW.test(row) && !ALL.includes(row))).toEqual([]);
});

it("reads the rows a case names, not the comments beside it", () => {
  const text = `
    // router.md 3.1
    /** router.md 3.2 */
    it("ends (router.md L1, 8.17 to 8.19, heroku.md 3.5.4, 3.9 H12)", () => {});
    const table = [["L13 six"], ["8.2 none"], ["H11 above"], [\`12.3 \${x}\`], ["3.2"], ["10.5s"]];`;
  expect(namedRows("x.ts", text)).toEqual([
    ...["L1", "8.17", "8.18", "8.19"].map((row) => `router.md ${row}`),
    "heroku.md 3.5.4",
    "heroku.md 3.9 H12",
    "router.md L13",
    "router.md 8.2",
    "heroku.md 3.9 H11",
  ]);
});

it("the list of rows is that of the facts", async () => {
  const router = await readFile(join(FACTS, "router.md"), "utf8");
  const rows = [...router.matchAll(/^\| ([LE]?\d+(?:\.\d+)?) \|/gm)].map(([, row]) => row!);
  expect(rows.toSorted()).toEqual([...ROUTER_ROWS].sort());

  const heroku = await readFile(join(FACTS, "heroku.md"), "utf8");
  const sections = heroku.split(/^### /m);
  for (const number of ["3.3", "3.4", "3.5", "3.6", "3.8"]) {
    const section = sections.find((text) => text.startsWith(`${number} `)) ?? "";
    const lines = section
      .split("\n")
      .filter((line) => /^(?:- |\| )/.test(line) && !line.startsWith("| Item"));
    const wanted = HEROKU_ROWS.filter((row) => row.startsWith(`${number}.`));
    expect([number, lines.length]).toEqual([number, wanted.length]);
  }
  const codes = [...heroku.matchAll(/^\| (H\d\d) \|/gm)].map(([, code]) => `3.9 ${code!}`);
  expect(codes).toEqual(HEROKU_ROWS.filter((row) => row.startsWith("3.9 ")));
});

async function rowsOfCases(): Promise<ReadonlySet<string>> {
  const files = (await readdir(WIRE)).filter((name) => name.endsWith(".test.ts"));
  if (files.length < LEAST_FILES) throw new Error(`only ${String(files.length)} files of cases in ${WIRE}`);
  const texts = await Promise.all(files.map(async (name) => readFile(join(WIRE, name), "utf8")));
  return new Set(texts.flatMap((text, index) => namedRows(files[index]!, text)));
}
