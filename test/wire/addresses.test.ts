import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { listen } from "../../src/platform/listen.ts";
import { ownAddresses } from "../../src/platform/reach.ts";
import { Peer } from "./peer.ts";
import { get, OK, portOf, Rig } from "./rig.ts";

/** `localhost` is two addresses; a machine without IPv6 has one of them. */
const LOOPBACK = await hasIPv6().then((has) => (has ? ["127.0.0.1", "::1"] : ["127.0.0.1"]));

async function hasIPv6(): Promise<boolean> {
  const server = createServer();
  const opened = Promise.race([
    once(server, "listening").then(() => true),
    once(server, "error").then(() => false),
  ]);
  server.listen(0, "::1");
  const has = await opened;
  server.close();
  return has;
}

async function reach(host: string, port: number): Promise<Peer> {
  const socket: Socket = connect({ host, port, noDelay: true });
  const peer = new Peer(socket);
  await once(socket, "connect");
  return peer;
}

/** Another program's port. */
async function taken(host: string): Promise<Server & { readonly at: number }> {
  const server = createServer();
  server.listen(0, host);
  await once(server, "listening");
  return Object.assign(server, { at: portOf(server) });
}

async function open(rig: Rig, wanted: number | undefined, bind?: string): Promise<number> {
  const listening = await listen(rig.router, wanted, bind);
  if (!listening.ok) throw new Error(listening.failure.code);
  return listening.value;
}

describe("where the router listens", () => {
  it.each(LOOPBACK)("on the loopback address %s, and the app is told of it", async (host) => {
    await using rig = await Rig.open();
    const client = await reach(host, await open(rig, 0));
    client.write(get());
    const dyno = await rig.dyno();
    expect(await dyno.head()).toContain(`X-Forwarded-For: ${host}\r\n`);
    dyno.write(OK);
    await client.upTo("~~");
    expect(await rig.event()).toMatchObject({ forwardedFor: host });
    client.socket.destroy();
  });

  it("nowhere else, unless it is asked to", async () => {
    await using rig = await Rig.open();
    const port = await open(rig, 0);
    for (const host of ownAddresses()) await expect(reach(host, port)).rejects.toThrow("ECONNREFUSED");
  });

  it.each(LOOPBACK)(
    "a port asked for and taken on %s alone is refused, and nothing is opened",
    async (host) => {
      const other = await taken(host);
      await using rig = await Rig.open();
      expect(await listen(rig.router, other.at, undefined)).toEqual({
        ok: false,
        failure: { kind: "cannot-listen", host, port: other.at, code: "EADDRINUSE" },
      });
      other.close();
      await once(other, "close");
      for (const one of LOOPBACK) await expect(reach(one, other.at)).rejects.toThrow("ECONNREFUSED");
    },
  );

  it("not asked for a port, on any that is free", async () => {
    await using one = await Rig.open();
    await using two = await Rig.open();
    const ports = [await open(one, undefined), await open(two, undefined)];
    expect(ports[0]).not.toBe(ports[1]);
    for (const port of ports) (await reach("127.0.0.1", port)).socket.destroy();
  });

  it.each([["0.0.0.0"], ["::"]].filter(([bind]) => bind === "0.0.0.0" || LOOPBACK.length > 1))(
    "--bind %s: on every address, loopback included; a client of IPv4 is shown as one",
    async (bind) => {
      await using rig = await Rig.open({ features: ["http-disable-keepalive-to-dyno"] });
      const port = await open(rig, 0, bind);
      const others = ownAddresses().filter((host) => bind === "::" || !host.includes(":"));
      for (const host of [...LOOPBACK, ...others]) {
        const client = await reach(host, port);
        client.write(get());
        const dyno = await rig.dyno();
        expect(await dyno.head()).toContain(`X-Forwarded-For: ${client.socket.localAddress}\r\n`);
        dyno.write(OK);
        await client.upTo("~~");
        client.socket.destroy();
      }
    },
  );

  it("--bind of one address: there and on loopback", async () => {
    const bind = ownAddresses()[0] ?? "127.0.0.2";
    await using rig = await Rig.open();
    const port = await open(rig, 0, bind);
    for (const host of [...LOOPBACK, bind]) (await reach(host, port)).socket.destroy();
  });

  it("--bind of an address that is not this machine's is refused, and nothing is opened", async () => {
    await using rig = await Rig.open();
    // TEST-NET-3, RFC 5737
    expect(await listen(rig.router, 0, "203.0.113.77")).toMatchObject({
      ok: false,
      failure: { host: "203.0.113.77", code: "EADDRNOTAVAIL" },
    });
  });
});
