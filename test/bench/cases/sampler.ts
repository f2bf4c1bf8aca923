import { setTimeout as pause } from "node:timers/promises";
import { stdlibApp } from "../../journey/stdlib-app.ts";
import type { Case } from "../bench.ts";
import { processorTime } from "../process-facts.ts";

const DYNOS = 20;
/** One sample of each dyno. heroku.md 4 */
const WINDOW = 20_000;

/** What the `up` process takes of a core while it looks at 20 dynos as often as Heroku, with runtime metrics on. */
export const sampler: Case = async ({ runs }) => {
  await using project = stdlibApp("web: python server.py\nworker: sleep 86400");
  await using app = await project.up("--dyno-type", "standard-1x", "web");
  for (const words of [
    ["labs:enable", "log-runtime-metrics"],
    ["ps:scale", `worker=${DYNOS}`],
  ]) {
    const { exitCode, stderr } = await project.dynosim(...words);
    if (exitCode !== 0) throw new Error(stderr);
  }
  await app.logged(`heroku[worker.${DYNOS}]: source=worker.${DYNOS} `);
  const pid = app.process.pid ?? 0;
  const ours: number[] = [];
  for (let look = 0; look < runs; look++) {
    const [before, begun] = [processorTime(pid), performance.now()];
    await pause(WINDOW);
    const microseconds = (performance.now() - begun) * 1000;
    ours.push((100 * (processorTime(pid) - before)) / microseconds);
  }
  return [
    {
      name: `sampling ${DYNOS} dynos`,
      unit: "% of a core",
      digits: 2,
      ours,
      peer: undefined,
      wanted: { kind: "at-most", most: 2 },
    },
  ];
};
