import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { expect, it } from "vitest";
import type { ImageId } from "../../src/heroku/names.ts";
import { engineContract } from "./engine-contract.ts";
import { openDocker, openDockerStage, OWNER } from "./docker-stage.ts";
import type { Stage } from "./stage.ts";

/** As an engine on another machine: reached by TCP, so that nothing of it is looked up on this one. */
engineContract("remote docker", async (): Promise<Stage> => {
  const relay = await openRelay();
  const { port } = relay.address() as AddressInfo;
  const stage = await openDockerStage({ ...process.env, DOCKER_HOST: `tcp://127.0.0.1:${port}` });
  return {
    ...stage,
    [Symbol.asyncDispose]: async () => {
      await stage[Symbol.asyncDispose]();
      relay.close();
    },
  };
});

it("an engine that has gone has lost no image: what is wanted of it next tells", async () => {
  const relay = await openRelay();
  const passing = new Set<Socket>();
  relay.on("connection", (socket) => passing.add(socket));
  const { port } = relay.address() as AddressInfo;
  await using engine = await openDocker(OWNER, { ...process.env, DOCKER_HOST: `tcp://127.0.0.1:${port}` });
  expect(await engine.hasImage("sha256:none" as ImageId)).toBe(false);
  relay.close();
  for (const socket of passing) socket.destroy();
  expect(await engine.hasImage("sha256:none" as ImageId)).toBe(true);
});

async function openRelay(): Promise<Server> {
  const relay = createServer({ allowHalfOpen: true }, (client) => {
    const engine = connect({ path: "/var/run/docker.sock", allowHalfOpen: true });
    client.on("error", () => engine.destroy()).on("close", () => engine.destroy());
    engine.on("error", () => client.destroy()).on("close", () => client.destroy());
    client.pipe(engine).pipe(client);
  });
  relay.listen(0, "127.0.0.1");
  await once(relay, "listening");
  return relay;
}
