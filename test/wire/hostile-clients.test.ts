import { expect, it } from "vitest";
import { seconds } from "../../src/kernel/units.ts";
import { answers, eventually, MIB, RemoteRouter, type Look } from "./hostile/remote-router.ts";
import { get, HOST } from "./rig.ts";

const PIECE = "x".repeat(65_536);
/** What the test may see move in a process that has nothing to do. */
const NOISE = 12 * MIB;

it("slow heads: a byte now and then does not restart the 60 s, and 500 of them cost next to nothing (router.md L6, 12.11)", async () => {
  await using router = await RemoteRouter.open(answers, {
    limits: { requestHead: seconds(2), idleToDyno: seconds(1) },
  });
  const before = await warm(router);
  const slow = await many(500, () => router.client("GET /slow HTTP/1.1\r\nHost: app"));
  const drip = setInterval(() => slow.forEach((peer) => peer.write("x")), 100);
  expect((await router.look()).held - before.held).toBeLessThan(NOISE);
  await served(router);
  const ends = await Promise.all(slow.map((peer) => peer.rest()));
  clearInterval(drip);
  expect(ends.every((text) => text.startsWith("HTTP/1.1 408 "))).toBe(true);
  await settled(router, before);
});

it("slow readers: the router holds 1 MB for each, and then the dyno feels it (router.md L22, heroku.md 3.2)", async () => {
  let sent = 0;
  await using router = await RemoteRouter.open((socket) => {
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
      const more = (): void => {
        let goesOn = true;
        while (goesOn && sent < 100_000 * PIECE.length) {
          goesOn = socket.write(PIECE);
          sent += PIECE.length;
        }
      };
      socket.on("drain", more);
      more();
    });
  });
  const before = await router.look();
  const readers = await many(20, async () => {
    const socket = await router.socket();
    socket.pause();
    socket.write(get());
    return socket;
  });
  await still(() => sent);
  const after = await router.look();
  // 1 MB each and what was on its way when it was reached, in the router; the rest stands in the kernel's buffers
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(20 * 1.5 * MIB);
  expect(after.rss - before.rss).toBeLessThan(20 * 2 * MIB + NOISE);
  for (const socket of readers) socket.destroy();
  await eventually(async () => (await router.look()).ends["H27"]).toBe(20);
});

it("slow uploads: 300 bodies that hardly move, and others do not suffer (router.md L23, 12.2)", async () => {
  await using router = await RemoteRouter.open(answers, {
    limits: { idle: seconds(30), idleToDyno: seconds(1) },
  });
  const before = await warm(router);
  const head = `POST /upload HTTP/1.1\r\n${HOST}Content-Length: 1000000\r\n\r\n`;
  const uploads = await many(300, () => router.client(head));
  const drip = setInterval(() => uploads.forEach((peer) => peer.write("x".repeat(100))), 50);
  await eventually(async () => (await router.look()).inFlight).toBe(300);
  const times = [];
  for (let count = 0; count < 100; count++) times.push(await served(router));
  const after = await router.look();
  clearInterval(drip);
  expect(after.held - before.held).toBeLessThan(NOISE);
  expect(times.toSorted((one, other) => one - other)[50]).toBeLessThan(100);
  for (const peer of uploads) peer.socket.destroy();
  await settled(router, before);
  expect((await router.look()).ends).toMatchObject({ H27: 300 });
});

it("a dyno that does not read an upload holds its client, not the router's memory", async () => {
  await using router = await RemoteRouter.open((socket) => socket.pause());
  const before = await router.look();
  const socket = await router.socket();
  socket.write(`POST / HTTP/1.1\r\n${HOST}Content-Length: 1000000000\r\n\r\n`);
  let sent = 0;
  const more = (): void => {
    while (socket.write(PIECE, () => (sent += PIECE.length)) && socket.writableLength < MIB);
  };
  socket.on("drain", more);
  more();
  await still(() => sent);
  const after = await router.look();
  expect(sent).toBeLessThan(64 * MIB);
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(2 * MIB);
  socket.destroy();
});

it("half-open: who has ended its half has left (router.md E6)", async () => {
  await using router = await RemoteRouter.open(() => {}, { limits: { idleToDyno: seconds(1) } });
  const before = await warm(router);
  const clients = await many(100, () => router.client(get("/waits")));
  await eventually(async () => (await router.look()).inFlight).toBe(100);
  for (const { socket } of clients) socket.end();
  await eventually(async () => (await router.look()).ends).toEqual({ H27: 100 });
  await settled(router, before);
});

it("floods of connections that are reset, before, in and after a head", async () => {
  await using router = await RemoteRouter.open(answers, { limits: { idleToDyno: seconds(1) } });
  const before = await warm(router);
  for (const text of ["", "GET / HT", get(), `POST / HTTP/1.1\r\n${HOST}Content-Length: 9\r\n\r\nab`])
    for (let round = 0; round < 5; round++)
      await many(100, async () => {
        const socket = await router.socket();
        if (text !== "") await new Promise((resolve) => socket.write(text, resolve));
        socket.resetAndDestroy();
      });
  await served(router);
  await settled(router, before);
});

it("floods of bad requests, each answered and its connection closed", async () => {
  await using router = await RemoteRouter.open(answers, { limits: { idleToDyno: seconds(1) } });
  const before = await warm(router);
  const bad: readonly (readonly [string, string])[] = [
    ["GET / HTTP/9.9\r\n\r\n", "505"],
    [`GET / HTTP/1.1\r\n${HOST}A B: c\r\n\r\n`, "400"],
    [`GET /${"a".repeat(9000)} HTTP/1.1\r\n${HOST}\r\n`, "400"],
    [`GET / HTTP/1.1\r\n${HOST}Content-Length: x\r\n\r\n`, "400"],
    ["\u0000\u0001\u0002\r\n\r\n", "400"],
    [`GET / HTTP/1.1\r\n${"A: b\r\n".repeat(1001)}\r\n`, "400"],
  ];
  for (let round = 0; round < 5; round++)
    for (const [text, status] of bad) {
      const clients = await many(30, () => router.client(text));
      for (const peer of clients) expect(await peer.head()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      for (const peer of clients) await peer.rest();
    }
  await served(router);
  await settled(router, before);
  expect((await router.look()).bugs).toEqual([]);
});

it("a thousand pipelined requests are read ahead by 64 kB at most, go to the dyno one by one, and are all answered (router.md L21, 6.12)", async () => {
  let asked = 0;
  await using router = await RemoteRouter.open((socket) => {
    socket.on("data", (bytes: Buffer) => {
      asked += bytes.toString("latin1").split("\r\n\r\n").length - 1;
    });
  });
  const before = await router.look();
  const socket = await router.socket();
  const text = get("/pipelined", `X-Pad: ${"p".repeat(4000)}`).repeat(1000);
  socket.write(text);
  await still(() => socket.bytesWritten);
  const after = await router.look();
  expect(asked).toBe(1);
  expect(after.held - before.held).toBeLessThan(2 * MIB);
  socket.destroy();

  await using quick = await RemoteRouter.open(answers, { limits: { idleToDyno: seconds(1) } });
  const paths = Array.from({ length: 1000 }, (_, index) => get(`/quick/${index}`));
  const client = await quick.client(`${paths.join("")}${get("/last", "Connection: close")}`);
  const got = await client.rest();
  expect([...got.matchAll(/HTTP\/1\.1 200 /g)].length).toBe(1001);
  await served(quick);
});

it("websockets whose reader has gone to sleep hold no more than their buffers", async () => {
  await using router = await RemoteRouter.open(
    (socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        const more = (): void => {
          while (socket.write(PIECE));
        };
        socket.on("drain", more);
        more();
      });
    },
    { limits: { idle: seconds(30), idleToDyno: seconds(1) } },
  );
  const before = await router.look();
  const sockets = await many(20, async () => {
    const socket = await router.socket();
    socket.pause();
    socket.write(get("/ws", "Connection: Upgrade", "Upgrade: websocket"));
    return socket;
  });
  await still(() => sockets.reduce((sum, socket) => sum + socket.bytesRead, 0));
  const after = await router.look();
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(20 * 1.5 * MIB);
  for (const socket of sockets) socket.destroy();
  await settled(router, before);
});

/** A request of somebody who means well, in milliseconds. */
async function served(router: RemoteRouter): Promise<number> {
  const begun = performance.now();
  const client = await router.client(get("/others"));
  await client.upTo("~~");
  const took = performance.now() - begun;
  client.socket.destroy();
  return took;
}

/** The router as it is when it has served some and nothing is under way. */
async function warm(router: RemoteRouter): Promise<Look> {
  const clients = await many(50, () => router.client());
  for (const { socket } of clients) socket.destroy();
  await eventually(async () => (await router.look()).handles).toBeLessThan(5);
  return router.look();
}

/** Nothing of them is left. */
async function settled(router: RemoteRouter, before: Look): Promise<void> {
  await eventually(async () => {
    const { inFlight, handles, timers } = await router.look();
    return { inFlight, isLeft: handles > before.handles + 2 || timers > before.timers + 2 };
  }).toEqual({ inFlight: 0, isLeft: false });
  const after = await router.look();
  expect(after.bugs).toEqual([]);
  expect(after.held - before.held).toBeLessThan(NOISE);
}

/** Waits until a figure has stopped to grow. */
async function still(figure: () => number): Promise<void> {
  for (let last = -1, same = 0; same < 5;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    same = figure() === last ? same + 1 : 0;
    last = figure();
  }
}

function many<T>(count: number, one: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, one));
}
