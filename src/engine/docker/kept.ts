import type Docker from "dockerode";
import { bytes } from "../../kernel/units.ts";
import type { Kept } from "../engine.ts";
import { ignoring } from "./engine-trouble.ts";
import { MARK, ownerOf, type Labels } from "./labels.ts";

const MARKED = { filters: { label: [MARK] } };

/** In the order in which they can be removed: what is in use comes after what uses it. engine.md 11 */
export async function listKept(docker: Docker): Promise<readonly Kept[]> {
  const [containers, networks, volumes, images] = await Promise.all([
    docker.listContainers({ all: true, ...MARKED }),
    docker.listNetworks(MARKED),
    docker.listVolumes(MARKED),
    docker.listImages(MARKED),
  ]);
  return [
    ...containers.map(({ Id, Names, Labels }) =>
      kept("container", Id, Names[0]?.replace(/^\//, ""), undefined, Labels),
    ),
    ...networks.map(({ Id, Name, Labels }) => kept("network", Id, Name, undefined, Labels)),
    ...(volumes.Volumes ?? []).map(({ Name, Labels }) => kept("volume", Name, Name, undefined, Labels)),
    // newest first: an image that another stands on cannot go before it
    ...images
      .toSorted((one, other) => other.Created - one.Created)
      .map(({ Id, RepoTags, Size, Labels }) => kept("image", Id, RepoTags?.[0], Size, Labels)),
  ];
}

export async function discardKept(docker: Docker, going: readonly Kept[]): Promise<void> {
  for (const { kind, id } of going) await ignoring([403, 404, 409], () => remove(docker, kind, id));
}

function remove(docker: Docker, kind: Kept["kind"], id: string): Promise<unknown> {
  switch (kind) {
    case "container":
      return docker.getContainer(id).remove({ force: true, v: true });
    case "network":
      return docker.getNetwork(id).remove();
    case "volume":
      return docker.getVolume(id).remove();
    // of another engine
    case "room":
    case "slug":
    case "folder":
      return Promise.resolve();
    case "image":
      return docker.getImage(id).remove({ force: true });
  }
}

function kept(
  kind: Kept["kind"],
  id: string,
  name: string | undefined,
  size: number | undefined,
  labels: Labels | null | undefined,
): Kept {
  return {
    kind,
    id,
    name: name ?? id.slice(0, 19),
    size: size === undefined ? undefined : bytes(size),
    instance: labels?.[MARK] ?? "",
    owner: ownerOf(labels),
  };
}
