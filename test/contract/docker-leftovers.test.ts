import Docker from "dockerode";
import { describe, expect, it } from "vitest";
import { openDocker, openDockerStage, OWNER } from "./docker-stage.ts";
import { puppet, valueOf } from "./stage.ts";

const docker = new Docker();

async function left(instance: string): Promise<Record<string, number>> {
  const filters = { label: [`dynosim=${instance}`] };
  return {
    containers: (await docker.listContainers({ all: true, filters })).length,
    networks: (await docker.listNetworks({ filters })).length,
    volumes: (await docker.listVolumes({ filters })).Volumes?.length ?? 0,
    images: (await docker.listImages({ filters })).length,
  };
}

describe("what a run leaves behind", () => {
  it("is nothing but the release after closing, and nothing at all after closing everything", async () => {
    await using stage = await openDockerStage();
    await using _dyno = await puppet(stage, "wait");
    await stage.engine.closeApp(stage.app, "running");
    expect(await left(stage.app.instance)).toEqual({ containers: 0, networks: 0, volumes: 0, images: 1 });
    await stage.engine.closeApp(stage.app, "everything");
    expect(await left(stage.app.instance)).toEqual({ containers: 0, networks: 0, volumes: 0, images: 0 });
  });

  it("is swept by the next start when its process is dead, and left alone while it lives", async () => {
    await using stage = await openDockerStage();
    await using dyno = await puppet(stage, "wait");
    await dyno.said("ready");
    await using other = await openDocker({ ...OWNER, started: "later" });
    const mine = (owner: { readonly instance: string }): boolean => owner.instance === stage.app.instance;

    valueOf(await other.sweep(() => true));
    expect(await left(stage.app.instance)).toMatchObject({ containers: 1, networks: 1 });

    const swept = valueOf(await other.sweep((owner) => !(mine(owner) && owner.started === OWNER.started)));
    expect(swept).toEqual({ containers: 1, networks: 1 });
    expect(await left(stage.app.instance)).toEqual({ containers: 0, networks: 0, volumes: 0, images: 1 });
    expect(await dyno.end()).toMatchObject({ lost: true });
  });
});
