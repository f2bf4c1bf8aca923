import { Project } from "../../journey/rig.ts";
import type { Case } from "../bench.ts";
import { Docker } from "../peer.ts";
import { releaseImage, serve } from "../product.ts";
import { byTurns } from "../samples.ts";

const COMMAND = "gunicorn app:app";

/** Nothing has changed since the last `up`: against `docker run` of the very same image with the very same command. */
export const warmUp: Case = async ({ runs }) => {
  await using project = Project.example("sleepy-gunicorn");
  await (await serve(project))[Symbol.asyncDispose]();
  const image = releaseImage(project);
  await using docker = await Docker.open();
  const { ours, peer } = await byTurns(
    runs,
    async () => {
      await using served = await serve(project);
      return served.milliseconds;
    },
    async () => {
      await using container = await docker.run(image, COMMAND);
      return container.milliseconds;
    },
  );
  return [
    {
      name: "warm `up` to first 200",
      unit: "ms",
      ours,
      peer: { name: "docker run", samples: peer },
      wanted: { kind: "ratio", most: 1.2 },
    },
  ];
};
