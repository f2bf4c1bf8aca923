import { randomBytes } from "node:crypto";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { stdlibApp } from "../../journey/stdlib-app.ts";
import type { Case } from "../bench.ts";
import { peakMemory, residentMemory } from "../process-facts.ts";
import { serve } from "../product.ts";

const MEGABYTES = 400;
const MEBIBYTE = 1_048_576;
/** Until what a start has left behind is collected. */
const SETTLED = 3000;

/** The most that `up` ever has while it reads, sends, weighs and stores 400 MB that cannot be compressed. */
export const slugMemory: Case = async ({ runs }) => {
  const ours: number[] = [];
  const idle: number[] = [];
  for (let run = 0; run < runs; run++) {
    idle.push(await memoryOfUp(0, residentMemory));
    ours.push(await memoryOfUp(MEGABYTES, peakMemory));
  }
  return [
    {
      name: `peak of own memory, a slug of ${MEGABYTES} MB`,
      unit: "MiB",
      ours,
      peer: { name: "idle", samples: idle },
      wanted: { kind: "above-peer", most: 100 },
    },
  ];
};

async function memoryOfUp(megabytes: number, measure: (pid: number) => number): Promise<number> {
  await using project = stdlibApp("web: python server.py");
  const file = join(project.folder, "model.bin");
  for (let written = 0; written < megabytes; written++) appendFileSync(file, randomBytes(1_000_000));
  await using served = await serve(project);
  await pause(SETTLED);
  return measure(served.app.process.pid ?? 0) / MEBIBYTE;
}
