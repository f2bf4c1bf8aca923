import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseAppJson } from "../../../src/manifest/app-json.ts";
import { parseProcfile } from "../../../src/manifest/procfile.ts";
import type { Case } from "../bench.ts";
import { ROOT } from "../product.ts";

const DATA = resolve(process.env["DYNOSIM_BENCH_DATA"] ?? resolve(ROOT, "../shared/data"));

/** Every Procfile and app.json of the samples, one after another. The first run meets code that was never run before. */
export const parseSamples: Case = async ({ runs }) => {
  const procfiles = samples("procfiles.json").map((text) => Buffer.from(text));
  const documents = samples("app-json.json");
  const ours: number[] = [];
  for (let run = 0; run < runs; run++) {
    const begun = performance.now();
    for (const text of procfiles) parseProcfile(text);
    for (const text of documents) parseAppJson(text);
    ours.push(performance.now() - begun);
  }
  return [
    {
      name: `parsing ${procfiles.length} Procfiles and ${documents.length} app.json`,
      unit: "ms",
      digits: 1,
      ours,
      peer: undefined,
      wanted: { kind: "at-most", most: 100 },
    },
  ];
};

function samples(name: string): readonly string[] {
  const read = JSON.parse(readFileSync(resolve(DATA, name), "utf8")) as readonly { readonly text: string }[];
  return read.map(({ text }) => text);
}
