import { randomUUID } from "node:crypto";
import Docker from "dockerode";
import { openDockerStage } from "../../contract/docker-stage.ts";
import { launch, specOf, type Stage } from "../../contract/stage.ts";
import type { Case } from "../bench.ts";
import type { Figure } from "../figure.ts";
import { byTurns, timed } from "../samples.ts";

const AT_ONCE = 20;

/** From the call to a dyno whose process runs, one and twenty at once: against create + start by the same engine API. */
export const dynoStart: Case = async ({ runs }) => {
  await using stage = await openDockerStage();
  await using plain = await PlainContainers.like(stage);
  const measure = async (dynos: number, most: number, name: string): Promise<Figure> => {
    const { ours, peer } = await byTurns(
      runs,
      async () => {
        const begun = performance.now();
        const started = await Promise.all(Array.from({ length: dynos }, () => launch(stage, "sleep 600")));
        const milliseconds = performance.now() - begun;
        await Promise.all(started.map((dyno) => dyno[Symbol.asyncDispose]()));
        return milliseconds;
      },
      () => plain.start(dynos),
    );
    return {
      name,
      unit: "ms",
      ours,
      peer: { name: "create + start", samples: peer },
      wanted: { kind: "ratio", most },
    };
  };
  return [
    await measure(1, 1.1, "start of a dyno"),
    await measure(AT_ONCE, 1.2, `start of ${AT_ONCE} dynos at once`),
  ];
};

/** Containers with the limits and the kind of network that a dyno has, and nothing else of dynosim. */
class PlainContainers implements AsyncDisposable {
  readonly #docker = new Docker();
  readonly #network: Docker.Network;
  readonly #stage: Stage;

  static async like(stage: Stage): Promise<PlainContainers> {
    const network = await new Docker().createNetwork({
      Name: `dynosim-bench-${randomUUID().slice(0, 8)}`,
      Options: { "com.docker.network.bridge.enable_icc": "false" },
    });
    return new PlainContainers(stage, network);
  }

  private constructor(stage: Stage, network: Docker.Network) {
    this.#stage = stage;
    this.#network = network;
  }

  /** Milliseconds until all are started. */
  async start(count: number): Promise<number> {
    const started: Docker.Container[] = [];
    const milliseconds = await timed(() =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const container = await this.#docker.createContainer(this.#options());
          started.push(container);
          await container.start();
        }),
      ),
    );
    await Promise.all(started.map((container) => container.remove({ force: true })));
    return milliseconds;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#network.remove();
  }

  #options(): Docker.ContainerCreateOptions {
    const { image, quota, killAt, processes, openFiles } = specOf(this.#stage, "sleep 600");
    return {
      Image: image,
      Entrypoint: [],
      Cmd: ["sleep", "600"],
      User: "1000:1000",
      HostConfig: {
        NetworkMode: this.#network.id,
        Memory: quota,
        MemorySwap: killAt,
        PidsLimit: processes,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges"],
        Ulimits: [{ Name: "nofile", Soft: openFiles, Hard: openFiles }],
        LogConfig: { Type: "none", Config: {} },
      },
    };
  }
}
