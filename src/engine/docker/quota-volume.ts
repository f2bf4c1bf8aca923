import type Docker from "dockerode";
import type { ImageId } from "../../heroku/names.ts";
import type { AppLabel } from "../app-label.ts";
import { shownFiles, type Shown } from "../shown-quota.ts";
import { ignoring } from "./engine-trouble.ts";
import { passingLabels, shortInstance, type Maker } from "./labels.ts";
import { tarOf } from "../tar-of.ts";

/**
 * A small volume that lies over /sys/fs/cgroup and tells the quota where Heroku's dynos have it, whatever cgroup
 * version the host has: buildpack scripts size themselves by it. heroku.md 1.1, engine.md 3
 * One for each (quota, cores) of an app; the engine still enforces its own limit.
 */
export async function makeQuotaVolume(
  docker: Docker,
  app: AppLabel,
  maker: Maker,
  shown: Shown,
  image: ImageId,
): Promise<string> {
  const name = `dynosim-quota-${shortInstance(app)}-${shown.quota}-${shown.cores}`;
  const Labels = { ...passingLabels(app, "quota", maker) };
  await docker.createVolume({ Name: name, Labels });
  // A volume can be written only through a container; this one never runs.
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: [],
    Cmd: ["true"],
    Labels,
    HostConfig: { Mounts: [{ Type: "volume", Source: name, Target: "/v" }], NetworkMode: "none" },
  });
  try {
    await container.putArchive(await tarOf(shownFiles(shown)), { path: "/v" });
  } finally {
    await ignoring([404, 409], () => container.remove({ force: true }));
  }
  return name;
}
