import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { expect, it } from "vitest";
import type { ImageId } from "../../src/heroku/names.ts";
import { mebibytes } from "../../src/kernel/units.ts";
import { engineContract } from "./engine-contract.ts";
import { openDocker, openDockerStage, OWNER } from "./docker-stage.ts";
import { launch, puppet, type Stage } from "./stage.ts";

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

it("memory is what the engine tells: that of the cgroup; who runs, its ps; whom the kernel killed is not known", async () => {
  const relay = await openRelay();
  const { port } = relay.address() as AddressInfo;
  await using far = await openDockerStage({ ...process.env, DOCKER_HOST: `tcp://127.0.0.1:${port}` });
  await using near = await openDocker();
  await using seen = await puppet(far, "eat 100");
  await using compared = await puppet({ ...far, engine: near }, "eat 100");
  await Promise.all([seen.said("full"), compared.said("full")]);
  // the engine tells once a second
  await expect.poll(async () => (await seen.launched.memory())?.rss).toBeGreaterThan(mebibytes(100));
  const [told, read] = await Promise.all([seen.launched.memory(), compared.launched.memory()]);
  expect(Math.abs((told?.rss ?? 0) / (read?.rss ?? 1) - 1)).toBeLessThan(0.02);
  expect(told?.pagesIn).toBeGreaterThan(mebibytes(100) / 4096);
  // Docker leaves these two out of what it tells of cgroup v1
  expect(told).toMatchObject({ swap: undefined, shared: undefined });
  await using busy = await launch(far, "while :; do :; done & while :; do :; done & wait");
  await expect.poll(() => busy.launched.runnableTasks()).toBe(2);
  await expect.poll(() => seen.launched.runnableTasks()).toBe(0);
  await using mother = await puppet(far, "feed 500", { quota: mebibytes(64), killAt: mebibytes(128) });
  expect(await new Promise((resolve) => mother.launched.onOutOfMemory(resolve))).toBeUndefined();
  relay.close();
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
