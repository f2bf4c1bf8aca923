import { expect, it } from "vitest";
import type { Checkout } from "../../src/router/backends.ts";
import { get, HOST, OK, post, Rig } from "./rig.ts";

it("each request shows where it is on its way, and is gone with its access line", async () => {
  const { promise: chosen, resolve: choose } = Promise.withResolvers<Checkout>();
  await using rig = await Rig.open({
    checkout: async (_tried, _gone, lease) => {
      await chosen;
      return { kind: "leased", lease };
    },
  });
  const client = await rig.client(post("ab", "Content-Length: 4"));
  await expect
    .poll(() => underWay(rig))
    .toMatchObject({
      phase: "awaiting-dyno",
      method: "POST",
      target: "/",
      host: "app.localhost",
      forwardedFor: "127.0.0.1",
      dyno: undefined,
      connect: undefined,
      status: undefined,
    });
  choose({ kind: "refused", reason: "crashed" });
  const dyno = await rig.dyno();
  await dyno.upTo("ab");
  expect(underWay(rig)).toMatchObject({ phase: "sending", dyno: "web.1", received: 2 });
  client.write("cd");
  await dyno.upTo("cd");
  await expect.poll(() => underWay(rig)?.phase).toBe("waiting");
  expect(underWay(rig)).toMatchObject({ received: 4, sent: 0 });
  dyno.write("HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nxy");
  await client.upTo("xy");
  expect(underWay(rig)).toMatchObject({ phase: "answering", status: 201, sent: 2 });
  expect(underWay(rig)?.age).toBeGreaterThanOrEqual(underWay(rig)?.service ?? Infinity);
  dyno.write("zz");
  await client.upTo("zz");
  await rig.event();
  expect(rig.router.requestsUnderWay()).toEqual([]);
});

it("an upgraded connection counts its bytes both ways", async () => {
  await using rig = await Rig.open();
  const { client, dyno } = await rig.exchange(
    get("/ws", "Connection: Upgrade", "Upgrade: websocket"),
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
  );
  await client.head();
  client.write("ping");
  await dyno.upTo("ping");
  dyno.write("pong!");
  await client.upTo("pong!");
  expect(underWay(rig)).toMatchObject({ phase: "upgraded", status: 101, received: 4, sent: 5 });
});

it("oldest first; what has no app is not among them", async () => {
  await using rig = await Rig.open();
  const first = await rig.client(get("/first"));
  await (await rig.dyno()).head();
  const second = await rig.client(get("/second"));
  await (await rig.dyno()).head();
  const lost = await rig.client(`GET / HTTP/1.1\r\nHost: nobody.example\r\n\r\n`);
  await lost.rest();
  expect(rig.router.requestsUnderWay().map(({ target }) => target)).toEqual(["/first", "/second"]);
  first.socket.destroy();
  second.socket.destroy();
  await rig.event();
  await rig.event();
  expect(rig.router.requestsUnderWay()).toEqual([]);
  const { client } = await rig.exchange(`GET / HTTP/1.1\r\n${HOST}\r\n`, OK);
  await client.upTo("~~");
});

function underWay(rig: Rig): ReturnType<Rig["router"]["requestsUnderWay"]>[number] | undefined {
  return rig.router.requestsUnderWay()[0];
}
