import type Docker from "dockerode";
import type { AppLabel } from "../app-label.ts";
import { removeNetworks } from "./app-network.ts";
import { ignoring } from "./engine-trouble.ts";
import { ofApp } from "./labels.ts";

/** Removes what runs of an app and what it ran in; with `everything` its images and caches as well. */
export async function clearApp(docker: Docker, app: AppLabel, what: "running" | "everything"): Promise<void> {
  const filters = ofApp(app);
  const containers = await docker.listContainers({ all: true, filters });
  await Promise.all(
    containers.map(({ Id }) =>
      ignoring([404, 409], () => docker.getContainer(Id).remove({ force: true, v: true })),
    ),
  );
  await removeNetworks(docker, app);
  const { Volumes } = await docker.listVolumes({ filters });
  for (const { Name, Labels } of Volumes ?? [])
    if (what === "everything" || Labels?.["dynosim.kind"] === "quota")
      await ignoring([404, 409], () => docker.getVolume(Name).remove());
  if (what === "running") return;
  for (const { Id } of await docker.listImages({ filters }))
    await ignoring([404, 409], () => docker.getImage(Id).remove({ force: true }));
}
