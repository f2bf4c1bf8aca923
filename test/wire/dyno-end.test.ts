import { describe, expect, it } from "vitest";
import type { Peer } from "./peer.ts";
import { get, HOST, post, Rig } from "./rig.ts";

const MEGABYTE = 1 << 20;

/** A client that has sent a GET and reads nothing, and its dyno. */
async function slowClient(rig: Rig): Promise<{ client: Peer; dyno: Peer }> {
  const client = await rig.client(get("/slow"));
  client.socket.pause();
  const dyno = await rig.dyno();
  await dyno.head();
  return { client, dyno };
}

/** Writes until nobody takes more: socket buffers and the router's own are full. */
async function clog(dyno: Peer): Promise<void> {
  let taken: number;
  do {
    taken = dyno.socket.bytesWritten - dyno.socket.writableLength;
    while (dyno.socket.writableLength < 2 * MEGABYTE) dyno.socket.write(Buffer.alloc(MEGABYTE, "~"));
    await new Promise((resolve) => setTimeout(resolve, 50));
  } while (dyno.socket.bytesWritten - dyno.socket.writableLength > taken);
}

describe("the end of a dyno under its requests (heroku.md 2.3, 3.9)", () => {
  it("H18 at once for a slow client, though the network tells nothing of the end", async () => {
    await using rig = await Rig.open();
    const { dyno } = await slowClient(rig);
    dyno.write(`HTTP/1.1 200 OK\r\nContent-Length: ${1024 * MEGABYTE}\r\n\r\n`);
    await clog(dyno);
    expect(rig.events).toEqual([]);
    // the process is gone, and with it what it had not yet sent: no FIN, no RST
    rig.life.end();
    const event = await rig.event();
    expect(event).toMatchObject({ code: "H18", sock: "backend", status: 200, dyno: "web.1" });
    expect(rig.bugs).toEqual([]);
  });

  it("H13 for one that had no answer yet", async () => {
    await using rig = await Rig.open();
    const client = await rig.client(get());
    await (await rig.dyno()).head();
    rig.life.end();
    expect(await client.rest()).toMatch(/^HTTP\/1.1 503 /);
    expect(await rig.event()).toMatchObject({ code: "H13", status: 503 });
  });

  it("H13 for one whose body was still on its way", async () => {
    await using rig = await Rig.open();
    const client = await rig.client(post("half", "Content-Length: 8"));
    await (await rig.dyno()).upTo("half");
    rig.life.end();
    expect(await client.rest()).toMatch(/^HTTP\/1.1 503 /);
    expect(await rig.event()).toMatchObject({ code: "H13" });
  });

  it("an answer it had sent in whole reaches the slow client", async () => {
    await using rig = await Rig.open();
    const { client, dyno } = await slowClient(rig);
    const size = 3 * MEGABYTE;
    dyno.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    dyno.socket.write(Buffer.alloc(size, "~"));
    await expect.poll(() => dyno.socket.writableLength).toBe(0);
    rig.life.end();
    client.socket.resume();
    expect(await client.head()).toMatch(/^HTTP\/1.1 200 /);
    expect(await rig.event()).toMatchObject({ code: undefined, status: 200, bytes: size });
  });

  it("a request in flight at SIGTERM goes on: as long as the life does, nothing is cut", async () => {
    await using rig = await Rig.open();
    const { client, dyno } = await rig.exchange(get(), "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n~~");
    await client.upTo("~~");
    dyno.write("!!");
    rig.life.end();
    await client.upTo("!!");
    expect(await rig.event()).toMatchObject({ code: undefined, status: 200, bytes: 4 });
  });

  it("a life that ended between connection and request is noticed", async () => {
    await using rig = await Rig.open();
    rig.life.end();
    const client = await rig.client(get());
    expect(await client.rest()).toMatch(/^HTTP\/1.1 503 /);
    expect(await rig.event()).toMatchObject({ code: "H13" });
  });

  it("a websocket ends with its dyno", async () => {
    await using rig = await Rig.open();
    const client = await rig.client(
      `GET / HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    const dyno = await rig.dyno();
    await dyno.head();
    dyno.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello");
    await client.upTo("hello");
    rig.life.end();
    await client.rest();
    expect(await rig.event()).toMatchObject({ code: undefined, status: 101, bytes: 5 });
  });
});
