import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import type { Case } from "./bench.ts";
import { changedLine } from "./cases/changed-line.ts";
import { commands } from "./cases/commands.ts";
import { dynoStart } from "./cases/dyno-start.ts";
import { memory } from "./cases/memory.ts";
import { noChange } from "./cases/no-change.ts";
import { npmBuild } from "./cases/npm-build.ts";
import { parseSamples } from "./cases/parse-samples.ts";
import { pipBuild } from "./cases/pip-build.ts";
import { processCopy } from "./cases/process-copy.ts";
import { processUp } from "./cases/process-up.ts";
import { routerPeers } from "./cases/router-peers.ts";
import { processSampler } from "./cases/process-sampler.ts";
import { router } from "./cases/router.ts";
import { routerMemory } from "./cases/router-memory.ts";
import { routerSoak } from "./cases/router-soak.ts";
import { sampler } from "./cases/sampler.ts";
import { sigterm } from "./cases/sigterm.ts";
import { simulation } from "./cases/simulation.ts";
import { slugMemory } from "./cases/slug-memory.ts";
import { transitions } from "./cases/transitions.ts";
import { wake } from "./cases/wake.ts";
import { warmUp } from "./cases/warm-up.ts";
import { isMet, ratio, table, type Figure } from "./figure.ts";
import { buildProduct } from "./product.ts";

const CASES: Readonly<Record<string, Case>> = {
  "warm-up": warmUp,
  "changed-line": changedLine,
  "no-change": noChange,
  "pip-build": pipBuild,
  "npm-build": npmBuild,
  "slug-memory": slugMemory,
  "parse-samples": parseSamples,
  wake,
  "dyno-start": dynoStart,
  commands,
  memory,
  sampler,
  "process-sampler": processSampler,
  sigterm,
  router,
  "process-copy": processCopy,
  "process-up": processUp,
  "router-peers": routerPeers,
  "router-memory": routerMemory,
  "router-soak": routerSoak,
  simulation,
  transitions,
};
/** Takes minutes: only for those who name it. */
const ONLY_NAMED: ReadonlySet<string> = new Set(["router-soak"]);

const USAGE = `npm run bench -- [NAME...] [--runs N] [--json FILE] [--soak SECONDS] [--strict] [--no-build]

Measures dynosim beside what it is to be compared with, by turns, on this machine.
NAME: ${Object.keys(CASES).join(", ")}; all of them but ${[...ONLY_NAMED].join(", ")} by default.
--strict: exit status 1 when a wanted figure is missed.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    runs: { type: "string", default: "5" },
    soak: { type: "string", default: "600" },
    json: { type: "string" },
    strict: { type: "boolean", default: false },
    build: { type: "boolean", default: true },
    help: { type: "boolean", default: false },
  },
});
process.exitCode = await main();

async function main(): Promise<number> {
  const runs = Number(values.runs);
  const unknown = positionals.find((name) => !(name in CASES));
  if (values.help || unknown !== undefined || !(runs >= 1) || !(Number(values.soak) >= 10)) {
    process.stderr.write(USAGE);
    return values.help ? 0 : 2;
  }
  if (values.build) await buildProduct();
  const figures: Figure[] = [];
  for (const [name, measure] of Object.entries(CASES)) {
    if (!(positionals.length > 0 ? positionals.includes(name) : !ONLY_NAMED.has(name))) continue;
    tell(`${name}: ${runs} runs`);
    figures.push(...(await measure({ runs, soak: Number(values.soak), tell })));
  }
  process.stdout.write(`${machine()}\nmedian (least..greatest) of each figure's runs\n\n${table(figures)}\n`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(record(figures), null, 1)}\n`);
  return values.strict && figures.some((figure) => isMet(figure) === false) ? 1 : 0;
}

function tell(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}

function machine(): string {
  const [processor] = cpus();
  const memory = Math.round(totalmem() / 1_073_741_824);
  return `${cpus().length} cores of ${processor?.model.trim()}, ${memory} GiB, Node ${process.versions.node}`;
}

function record(figures: readonly Figure[]): object {
  return {
    machine: machine(),
    figures: figures.map((figure) => ({ ...figure, ratio: ratio(figure), met: isMet(figure) })),
  };
}
