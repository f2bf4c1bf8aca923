import type Docker from "dockerode";
import { ignoring } from "../engine-trouble.ts";
import { WORK_MARK } from "./references.ts";

/** Removes what a killed build of this minor left: containers, then images without a name. Only under the lock. */
export async function sweepUnfinished(docker: Docker, minor: string): Promise<void> {
  const ofMinor = `dynosim.minor=${minor}`;
  const label = [`dynosim.kind=${WORK_MARK}`, ofMinor];
  for (const container of await docker.listContainers({ all: true, filters: { label } }))
    await ignoring([404, 409], () => docker.getContainer(container.Id).remove({ force: true, v: true }));
  const dangling = { label: [ofMinor, "dynosim=stack"], dangling: ["true"] };
  for (const image of await docker.listImages({ filters: dangling }))
    // 409: an image of an older recipe, and a release still stands on it.
    await ignoring([404, 409], () => docker.getImage(image.Id).remove());
}
