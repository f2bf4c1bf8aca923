import type Docker from "dockerode";
import type { ImageId } from "../../heroku/names.ts";
import type { Bytes } from "../../kernel/units.ts";
import type { AppLabel } from "../app-label.ts";
import { ignoring } from "./engine-trouble.ts";
import { passingLabels, shortInstance, type Maker } from "./labels.ts";
import { tarOf } from "../tar-of.ts";

/** What a dyno may read about itself. */
export interface Shown {
  readonly quota: Bytes;
  readonly cores: number;
}

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
    await container.putArchive(await quotaFiles(shown), { path: "/v" });
  } finally {
    await ignoring([404, 409], () => container.remove({ force: true }));
  }
  return name;
}

/** As cgroup v1 writes it: the greatest number of whole pages. */
const UNLIMITED = "9223372036854771712";

function quotaFiles(shown: Shown): Promise<Buffer> {
  return tarOf([
    { path: "memory/memory.limit_in_bytes", content: `${shown.quota}\n` },
    { path: "memory.max", content: `${shown.quota}\n` },
    // Without these two libuv takes the others for missing, and V8 sizes its heap by the machine. heroku.md 10.53
    { path: "memory/memory.soft_limit_in_bytes", content: `${UNLIMITED}\n` },
    { path: "memory.high", content: "max\n" },
    // Read by the stack image's nproc: the kernel has no way to show more cores than there are.
    { path: "dynosim-cores", content: `${shown.cores}\n` },
  ]);
}
