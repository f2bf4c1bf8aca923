import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { tarOf } from "../../src/engine/tar-of.ts";
import type { Confinement } from "../../src/engine/process/confinement.ts";
import { placesIn } from "../../src/engine/process/places.ts";
import { openProcessEngine } from "../../src/engine/process/process-engine.ts";
import { SystemClock } from "../../src/kernel/system-clock.ts";
import { startOf } from "../../src/platform/run-file.ts";
import { newApp, valueOf, type Stage } from "./stage.ts";

const PUPPET: URL = new URL("../fixtures/puppet/puppet", import.meta.url);

const OWNER: { readonly pid: number; readonly started: string } = {
  pid: process.pid,
  started: startOf(process.pid) ?? "",
};

export async function openProcessStage(confinement: Confinement): Promise<Stage> {
  const temp = await mkdtemp(join(tmpdir(), "dynosim-test-"));
  const engine = valueOf(
    await openProcessEngine({
      environment: {},
      clock: new SystemClock(),
      owner: OWNER,
      places: placesIn(temp),
      confinement,
    }),
  );
  const app = newApp();
  const tree = Readable.from([
    await tarOf([
      { path: "app/puppet", content: await readFile(PUPPET), mode: 0o755 },
      { path: "app/Procfile", content: "web: ./puppet serve\n", owner: 1000 },
      { path: "app/.profile.d/early.sh", content: "export EARLY=sourced\n" },
      { path: "app/.profile", content: "export LATE=$EARLY-too\n" },
    ]),
  ]);
  const image = valueOf(await engine.bake({ label: app, pythonMinor: "3.13", release: 1, tree }));
  valueOf(await engine.openApp(app));
  return {
    engine,
    app,
    image,
    [Symbol.asyncDispose]: async () => {
      await engine.closeApp(app, "everything");
      await engine[Symbol.asyncDispose]();
      await rm(temp, { recursive: true });
    },
  };
}
