import { connect, createServer, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { dynoName, WEB } from "../../src/heroku/names.ts";
import { port } from "../../src/kernel/units.ts";
import type { Lease } from "../../src/router/backends.ts";
import { DynoLife } from "../../src/router/dyno-life.ts";
import { portOf } from "./rig.ts";

/** A dyno `web.NUMBER` at a port of the test's. */
export function leaseOf(number: number, at: number): Lease {
  return { dyno: dynoName(WEB, number), life: new DynoLife(), host: "127.0.0.1", port: port(at) };
}

/** Nobody listens there. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const free = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return free;
}

/** A listener that never accepts, its queue filled: the next connection hangs, and nothing leaves this machine. */
export async function fullBacklog(): Promise<{ port: number; close: () => void }> {
  const worker = new Worker(
    `const { parentPort } = require("node:worker_threads");
     const server = require("node:net").createServer();
     server.listen({ host: "127.0.0.1", port: 0, backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
     });`,
    { eval: true },
  );
  const at = await new Promise<number>((resolve) => worker.once("message", resolve));
  // A queue of length 1 holds two on Linux; one after the other, so that both stand in it when this returns.
  const fillers: Socket[] = [];
  for (let count = 0; count < 2; count++) {
    const filler = connect({ host: "127.0.0.1", port: at });
    fillers.push(filler.on("error", () => {}));
    await new Promise((resolve) => filler.once("connect", resolve));
  }
  return {
    port: at,
    close: () => {
      for (const filler of fillers) filler.destroy();
      void worker.terminate();
    },
  };
}
