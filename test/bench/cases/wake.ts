import { Project } from "../../journey/rig.ts";
import type { Case } from "../bench.ts";
import { Docker } from "../peer.ts";
import { releaseImage, serve } from "../product.ts";
import { byTurns } from "../samples.ts";
import { woken } from "../woken.ts";

/**
 * A sleeping app's next request: against container start plus the app's own boot, and against that boot alone, in a
 * container that has been waiting for its command.
 */
export const wake: Case = async ({ runs }) => {
  await using project = Project.example("sleepy-gunicorn");
  await using served = await serve(project);
  const image = releaseImage(project);
  await using docker = await Docker.open();
  const { ours, peer } = await byTurns(
    runs,
    () => woken(project, served.url),
    async () => {
      await using container = await docker.run(image, "gunicorn app:app");
      return container.milliseconds;
    },
  );
  const boots: number[] = [];
  for (let run = 0; run < runs; run++) {
    await using container = await docker.runWaiting(image, "gunicorn app:app");
    boots.push(container.milliseconds);
  }
  return [
    {
      name: "wake to first byte",
      unit: "ms",
      ours,
      peer: { name: "docker run", samples: peer },
      wanted: { kind: "above-peer", most: 50 },
    },
    {
      name: "wake to first byte",
      unit: "ms",
      ours,
      peer: { name: "the app's own boot", samples: boots },
      wanted: { kind: "above-peer", most: 50 },
    },
  ];
};
