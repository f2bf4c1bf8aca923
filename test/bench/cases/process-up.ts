import { Project } from "../../journey/rig.ts";
import type { Case } from "../bench.ts";
import { honchoStart, readyVenv } from "../honcho.ts";
import { serve } from "../product.ts";
import { byTurns } from "../samples.ts";

/** What an engine without containers costs: against `honcho start` of the same Procfile in a venv that is ready. */
export const processUp: Case = async ({ runs }) => {
  await using project = Project.example("sleepy-gunicorn").environment({ DYNOSIM_ENGINE: "process" });
  await (await serve(project))[Symbol.asyncDispose]();
  await using venv = await readyVenv("3.13", project.folder);
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
  return [
    {
      name: "warm `up` to first 200 without containers",
      unit: "ms",
      ours,
      peer: { name: "honcho start", samples: peer },
      wanted: { kind: "ratio", most: 1.3 },
    },
  ];
};
