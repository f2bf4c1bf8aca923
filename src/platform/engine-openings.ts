import type { Engine } from "../engine/engine.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Openings } from "./choose-engine.ts";
import { startOf } from "./run-file.ts";

/**
 * How this process opens an engine. Each is loaded when it is asked for, and no sooner: the one that is not taken would cost
 * an app's start a tenth of a second.
 */
export function engineOpenings(
  environment: Readonly<Record<string, string | undefined>>,
  clock: Clock,
): Openings<Engine & AsyncDisposable> {
  const owner = { pid: process.pid, started: startOf(process.pid) ?? "" };
  return {
    docker: async () => {
      const { openDockerEngine } = await import("../engine/docker/docker-engine.ts");
      const { DockerStackImages } = await import("../engine/docker/stack-images/stack-images.ts");
      const recipes = new URL("../../images/", import.meta.url);
      return openDockerEngine({
        environment,
        stack: (api) => new DockerStackImages(api, recipes, environment),
        clock,
        owner,
      });
    },
    process: async () => {
      const { openProcessEngine } = await import("../engine/process/process-engine.ts");
      return openProcessEngine({ environment, clock, owner });
    },
  };
}
