import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Confinement } from "../../src/engine/process/confinement.ts";
import { findConfinement } from "../../src/engine/process/find-confinement.ts";
import { placesIn, type Places } from "../../src/engine/process/places.ts";
import { openProcessEngine } from "../../src/engine/process/process-engine.ts";
import { unconfined } from "../../src/engine/process/unconfined.ts";
import { tarOf } from "../../src/engine/tar-of.ts";
import { invariant } from "../../src/kernel/invariant.ts";
import { SystemClock } from "../../src/kernel/system-clock.ts";
import { port, type Port } from "../../src/kernel/units.ts";
import { startOf } from "../../src/platform/run-file.ts";
import { newApp, valueOf, type Stage } from "./stage.ts";

/** How dynos are shut in: not at all, or as well as this machine can. */
export type Walls = "none" | "best";

export interface ProcessStage extends Stage {
  readonly places: Places;
}

const PUPPET: URL = new URL("../fixtures/puppet/puppet", import.meta.url);

const OWNER: { readonly pid: number; readonly started: string } = {
  pid: process.pid,
  started: startOf(process.pid) ?? "",
};

/** Host processes in a temp folder of their own, which is gone at the end unless it is the caller's. */
export async function openProcessStage(walls: Walls, temp?: string): Promise<ProcessStage> {
  const folder = temp ?? (await mkdtemp(join(tmpdir(), "dynosim-test-")));
  const places = placesIn(folder);
  const engine = valueOf(
    await openProcessEngine({
      environment: process.env,
      clock: new SystemClock(),
      owner: OWNER,
      places,
      confinement: await confinementOf(walls, places),
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
    places,
    port: await freePort(),
    [Symbol.asyncDispose]: async () => {
      await engine.closeApp(app, "everything");
      await engine[Symbol.asyncDispose]();
      if (temp === undefined) await rm(folder, { recursive: true });
    },
  };
}

/** The best is one that shuts in: where a machine has none, these tests fail, for then nobody has tried it. */
async function confinementOf(walls: Walls, { root }: Places): Promise<Confinement> {
  if (walls === "none") return unconfined({ refusesLowPorts: false, reason: undefined });
  const found = await findConfinement({ root });
  invariant(found.isShut, `nothing here shuts dynos in: ${found.reason}`);
  return found;
}

/** Of this machine: its dynos share the network with all else. */
async function freePort(): Promise<Port> {
  const server = createServer().listen(0);
  await new Promise((resolve) => server.once("listening", resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port(free);
}
