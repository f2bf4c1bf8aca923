import type Docker from "dockerode";
import type { Owner } from "../app-label.ts";
import type { Swept } from "../engine.ts";
import { ignoring } from "./engine-trouble.ts";
import { MARK, ownerOf } from "./labels.ts";

type Dead = (labels: Readonly<Record<string, string>> | null | undefined) => boolean;

/**
 * Removes what killed runs left behind. Containers before networks and volumes: what is in use cannot be removed.
 * Images and caches have no owner and stay. engine.md 11
 */
export async function sweep(docker: Docker, isAlive: (owner: Owner) => boolean): Promise<Swept> {
  const dead: Dead = (labels) => {
    const owner = ownerOf(labels);
    return owner !== undefined && !isAlive(owner);
  };
  const containers = await sweepContainers(docker, dead);
  const networks = await sweepNetworks(docker, dead);
  await sweepVolumes(docker, dead);
  return { containers, networks };
}

async function sweepContainers(docker: Docker, dead: Dead): Promise<number> {
  const listed = await docker.listContainers({ all: true, filters: { label: [MARK] } });
  const left = listed.filter((container) => dead(container.Labels));
  await Promise.all(
    left.map(({ Id }) =>
      ignoring([404, 409], () => docker.getContainer(Id).remove({ force: true, v: true })),
    ),
  );
  return left.length;
}

async function sweepNetworks(docker: Docker, dead: Dead): Promise<number> {
  const left = (await docker.listNetworks({ filters: { label: [MARK] } })).filter((network) =>
    dead(network.Labels),
  );
  for (const { Id } of left) await ignoring([403, 404, 409], () => docker.getNetwork(Id).remove());
  return left.length;
}

async function sweepVolumes(docker: Docker, dead: Dead): Promise<void> {
  const { Volumes } = await docker.listVolumes({ filters: { label: [MARK] } });
  for (const { Name, Labels } of Volumes ?? [])
    if (dead(Labels)) await ignoring([404, 409], () => docker.getVolume(Name).remove());
}
