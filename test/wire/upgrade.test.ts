import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { millis, port } from "../../src/kernel/units.ts";
import { get, HOST, OK, masked, portOf, Rig } from "./rig.ts";

const ASK = get("/ws", "Connection: keep-alive, Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: k");
const AGREE =
  "HTTP/1.1 101 Whatever\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: a\r\n\r\n";

describe("upgrade", () => {
  it("becomes a byte pipe and is told once, status 101 (router.md 10.1, 10.5, 10.7, 10.12)", async () => {
    await using rig = await Rig.open();
    const { client, dyno, toDyno } = await rig.exchange(ASK, `${AGREE}early`);
    expect(masked(toDyno).slice(0, 5)).toEqual([
      "GET /ws HTTP/1.1",
      "Host: app.localhost",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-Websocket-Key: k",
    ]);
    expect(await client.upTo("early")).toBe(
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-Websocket-Accept: a\r\nVia: 1.1 heroku-router\r\n\r\nearly",
    );
    client.write("\x00\x01raw");
    await dyno.upTo("\x00\x01raw");
    dyno.write("back");
    await client.upTo("back");
    expect(rig.events).toEqual([]);
    dyno.socket.end();
    expect(await client.rest()).toBe("");
    expect(await rig.event()).toMatchObject({
      level: "info",
      status: 101,
      bytes: 9,
      code: undefined,
      dyno: "web.1",
    });
    expect(rig.checkins).toEqual([{ dyno: "web.1", end: "served" }]);
  });

  it("ends with the client as well (router.md 10.8)", async () => {
    await using rig = await Rig.open();
    const { client, dyno } = await rig.exchange(ASK, AGREE);
    await client.head();
    client.socket.end();
    expect(await dyno.rest()).toBe("");
    expect(await rig.event()).toMatchObject({ level: "info", status: 101 });
  });

  it("keeps early bytes of the client until the answer (router.md 10.6)", async () => {
    await using rig = await Rig.open();
    const client = await rig.client(`${ASK}early`);
    const dyno = await rig.dyno();
    await dyno.head();
    dyno.write(AGREE);
    expect(await dyno.upTo("early")).toBe("early");
    expect(client.over).toBe(false);
  });

  it("stays HTTP when the dyno declines (router.md 10.9)", async () => {
    await using rig = await Rig.open();
    const { client, dyno } = await rig.exchange(`${ASK}${get("/next")}`, OK);
    expect(await client.upTo("~~")).toMatch(/^HTTP\/1.1 200 /);
    expect(await dyno.head()).toMatch(/^GET \/next /);
  });

  it.each(["foo/1.0", "a, b"])("tolerates any protocol: %s (router.md 17.5)", async (protocol) => {
    await using rig = await Rig.open();
    const { toDyno } = await rig.exchange(get("/", "Connection: upgrade", `Upgrade: ${protocol}`), OK);
    expect(toDyno).toContain(`Upgrade: ${protocol}\r\n`);
  });

  it("ends after silence in both directions with H15 (router.md L5, 12.8)", async () => {
    await using rig = await Rig.open({ limits: { idle: millis(120) } });
    const { client, dyno } = await rig.exchange(ASK, AGREE);
    await client.head();
    expect(await client.rest()).toBe("");
    expect(await dyno.rest()).toBe("");
    expect(await rig.event()).toMatchObject({
      level: "error",
      code: "H15",
      desc: "Idle connection",
      status: 503,
    });
  });

  it("relays a 101 nobody asked for as an ordinary answer (router.md 10.10)", async () => {
    await using rig = await Rig.open();
    const { client, dyno } = await rig.exchange(`${get()}${get("/2")}`, AGREE);
    expect(await client.head()).toMatch(/^HTTP\/1.1 101 Whatever\r\n[^]*Connection: close\r\n/);
    dyno.socket.end();
    expect(await client.rest()).toBe("");
    expect(await dyno.rest()).toBe("");
  });
});

describe.each(["now", "legacy"] as const)("upgrades, era %s (heroku.md 3.6.2)", (era) => {
  it.each(["GET", "HEAD", "POST", "PROPFIND"])("10.4 by any method: %s (router.md 3.1)", async (method) => {
    await using rig = await Rig.open({ era });
    const { client, dyno } = await rig.exchange(ASK.replace("GET", method), AGREE);
    expect(await client.head()).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    dyno.write("pipe");
    await client.upTo("pipe");
  });

  it.each(["foo/1.0", "a, b", "TLS/1.2, foo/1.0"])(
    "10.3 to any protocol: %s (router.md 17.5)",
    async (protocol) => {
      await using rig = await Rig.open({ era });
      const { toDyno } = await rig.exchange(get("/", "Connection: upgrade", `Upgrade: ${protocol}`), OK);
      expect(toDyno).toContain(`\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n`);
    },
  );

  it("10.2 to nothing is refused (heroku.md 3.6.2)", async () => {
    await using rig = await Rig.open({ era });
    const client = await rig.client(get("/", "Connection: upgrade"));
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("10.11 the body goes before the answer is awaited, and the pipe begins behind it", async () => {
    await using rig = await Rig.open({ era });
    const ask = `POST /ws HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: x\r\nContent-Length: 3\r\n\r\nabc`;
    const client = await rig.client(`${ask}raw`);
    const dyno = await rig.dyno();
    expect(await dyno.head()).toContain("\r\nContent-Length: 3\r\n");
    await dyno.upTo("abc");
    expect(dyno.hasMore).toBe(false);
    dyno.write(AGREE);
    expect(await dyno.upTo("raw")).toBe("raw");
    await client.head();
  });

  it("10.1 no length is made up", async () => {
    await using rig = await Rig.open({ era });
    const { toDyno } = await rig.exchange(ASK.replace("GET", "POST"), AGREE);
    expect(toDyno).not.toContain("Content-Length");
  });

  it.each(["h2c", "H2C", "websocket, h2c"])(
    "3.15 HTTP/2 in cleartext is not spoken: Upgrade: %s is answered in HTTP/1.1, and the dyno not asked",
    async (protocol) => {
      await using rig = await Rig.open({ era });
      const { client, toDyno } = await rig.exchange(
        get("/", "Connection: Upgrade", `Upgrade: ${protocol}`),
        OK,
      );
      expect(toDyno).not.toContain("Upgrade");
      expect(await client.upTo("~~")).toMatch(/^HTTP\/1\.1 200 /);
    },
  );

  it("what an HTTP/2 client would need of the connection itself does not reach the dyno", async () => {
    await using rig = await Rig.open({ era });
    const { toDyno } = await rig.exchange(
      get("/", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"),
      OK,
    );
    expect(toDyno).not.toContain("Http2-Settings");
  });

  it("10.10 a 101 that answers no upgrade is no tunnel", async () => {
    await using rig = await Rig.open({ era });
    const { client, dyno } = await rig.exchange(`${get()}${get("/smuggled")}`, AGREE);
    expect(await client.head()).toContain("\r\nConnection: close\r\n");
    dyno.write("not a pipe");
    dyno.socket.end();
    expect(await client.rest()).toBe("not a pipe");
    expect(await dyno.rest()).toBe("");
    expect(rig.dynoConnections).toBe(1);
  });

  it("HTTP/1.0 cannot upgrade", async () => {
    await using rig = await Rig.open({ era });
    const { toDyno } = await rig.exchange(ASK.replace("HTTP/1.1", "HTTP/1.0"), OK);
    expect(toDyno).not.toContain("Upgrade");
  });
});

it("carries a real WebSocket, one message each way", async () => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket) => socket.on("message", (data, binary) => socket.send(data, { binary })));
  await new Promise((resolve) => server.once("listening", resolve));
  const at = port(portOf(server));
  await using rig = await Rig.open({
    checkout: async (_tried, _gone, lease) => ({ kind: "leased", lease: { ...lease, port: at } }),
  });
  const socket = new WebSocket(`ws://127.0.0.1:${rig.port}/ws`, { headers: { Host: "app.localhost" } });
  await new Promise((resolve) => socket.once("open", resolve));
  socket.send("x".repeat(200_000));
  expect(await once(socket, "message")).toEqual([Buffer.alloc(200_000, "x"), false]);
  socket.close();
  expect(await rig.event()).toMatchObject({ level: "info", status: 101 });
  await new Promise((resolve) => server.close(resolve));
});
