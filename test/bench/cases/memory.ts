import { setTimeout as pause } from "node:timers/promises";
import { Project } from "../../journey/rig.ts";
import type { Case } from "../bench.ts";
import { firstOk } from "../first-answer.ts";
import { residentMemory } from "../process-facts.ts";
import { serve } from "../product.ts";

const DYNOS = 5;
const REQUESTS = 500;
const LOOK_EVERY = 1000;

/** Resident memory of the `up` process while five dynos run and after they have had some requests. */
export const memory: Case = async ({ runs }) => {
  await using project = Project.example("sleepy-gunicorn");
  await using served = await serve(project, "--dyno-type", "standard-1x");
  const scaled = await project.dynosim("ps:scale", `web=${DYNOS}`);
  if (scaled.exitCode !== 0) throw new Error(scaled.stderr);
  await served.app.logged(/heroku\[web\.5\]: State changed from starting to up/);
  for (let request = 0; request < REQUESTS; request++) await firstOk(served.url);
  const ours: number[] = [];
  for (let look = 0; look < runs; look++) {
    await pause(LOOK_EVERY);
    ours.push(residentMemory(served.app.process.pid ?? 0) / 1_048_576);
  }
  return [
    {
      name: `own memory with ${DYNOS} dynos`,
      unit: "MiB",
      ours,
      peer: undefined,
      wanted: { kind: "at-most", most: 150 },
    },
  ];
};
