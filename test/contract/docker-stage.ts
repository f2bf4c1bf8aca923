import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import type { Environment } from "../../src/engine/environment.ts";
import { openDockerEngine } from "../../src/engine/docker/docker-engine.ts";
import { DockerStackImages } from "../../src/engine/docker/stack-images/stack-images.ts";
import { tarOf } from "../../src/engine/tar-of.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { SystemClock } from "../../src/kernel/system-clock.ts";
import { startOf } from "../../src/platform/run-file.ts";
import { newApp, valueOf, WEB_PORT, type Stage } from "./stage.ts";

/** The Python minor that the examples pin: the one pair of stack images the core suite makes. */
export const MINOR = "3.13";
/** As the product names itself: a sweep by a dynosim that runs beside these tests leaves their dynos alone. */
export const OWNER: { readonly pid: number; readonly started: string } = {
  pid: process.pid,
  started: startOf(process.pid) ?? "",
};

const PUPPET: URL = new URL("../fixtures/puppet/puppet", import.meta.url);
const RECIPES: URL = new URL("../../images/", import.meta.url);

export async function openDocker(
  owner: typeof OWNER = OWNER,
  environment: Environment = process.env,
): Promise<Engine & AsyncDisposable> {
  return valueOf(
    await openDockerEngine({
      environment,
      clock: new SystemClock(),
      owner,
      stack: (docker) => new DockerStackImages(docker, RECIPES, process.env),
    }),
  );
}

/** A real engine with an app of its own, and nothing left of it at the end. Fails where there is no engine. */
export async function openDockerStage(environment: Environment = process.env): Promise<Stage> {
  const engine = await openDocker(OWNER, environment);
  const app = newApp();
  const tree = Readable.from([
    await tarOf([
      { path: "app/puppet", content: await readFile(PUPPET), mode: 0o755 },
      { path: "app/Procfile", content: "web: ./puppet serve\n", owner: 1000 },
      { path: "app/.profile.d/early.sh", content: "export EARLY=sourced\n" },
      { path: "app/.profile", content: "export LATE=$EARLY-too\n" },
    ]),
  ]);
  const image = valueOf(await engine.bake({ label: app, pythonMinor: MINOR, release: 1, tree }));
  valueOf(await engine.openApp(app));
  return {
    engine,
    app,
    image,
    port: WEB_PORT,
    [Symbol.asyncDispose]: async () => {
      await engine.closeApp(app, "everything");
      await engine[Symbol.asyncDispose]();
    },
  };
}
