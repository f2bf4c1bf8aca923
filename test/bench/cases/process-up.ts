import { Project } from "../../journey/rig.ts";
import type { Case } from "../bench.ts";
import type { Figure } from "../figure.ts";
import { bareStart, honchoStart, readyVenv } from "../honcho.ts";
import { serve } from "../product.ts";
import { byTurns } from "../samples.ts";
import { woken } from "../woken.ts";

const COMMAND = "gunicorn app:app";
/** As the examples pin it. */
const MINOR = "3.13";

/** What an engine without containers costs: against `honcho start` of the same Procfile in a venv that is ready. */
export const processUp: Case = async ({ runs }) => [
  await warmUp("sleepy-gunicorn", runs),
  await warmUp("dash-app", runs),
  await dynoStart(runs),
];

async function warmUp(example: string, runs: number): Promise<Figure> {
  await using project = withoutContainers(example);
  await (await serve(project))[Symbol.asyncDispose]();
  await using venv = await readyVenv(MINOR, project.folder);
  const { ours, peer } = await byTurns(
    runs,
    async () => {
      await using served = await serve(project);
      return served.milliseconds;
    },
    async () => {
      await using served = await honchoStart(project.folder, venv);
      return served.milliseconds;
    },
  );
  return {
    name: `warm \`up\` of ${example} without containers`,
    unit: "ms",
    ours,
    peer: { name: "honcho start", samples: peer },
    wanted: { kind: "ratio", most: 1.3 },
  };
}

/** A dyno that a request wakes: against the command alone in a ready venv. */
async function dynoStart(runs: number): Promise<Figure> {
  await using project = withoutContainers("sleepy-gunicorn");
  await using venv = await readyVenv(MINOR, project.folder);
  await using served = await serve(project);
  const { ours, peer } = await byTurns(
    runs,
    () => woken(project, served.url),
    async () => {
      await using app = await bareStart(project.folder, COMMAND, venv);
      return app.milliseconds;
    },
  );
  return {
    name: "start of a dyno without containers, to its first byte",
    unit: "ms",
    ours,
    peer: { name: "the command alone", samples: peer },
    wanted: { kind: "above-peer", most: 50 },
  };
}

function withoutContainers(example: string): Project {
  return Project.example(example).environment({ DYNOSIM_ENGINE: "process" });
}
