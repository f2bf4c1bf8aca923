import { expect, it } from "vitest";
import { get, HOST, OK, post, Rig, UNPOOLED } from "./rig.ts";

it("serves pipelined requests in order (router.md 6.12)", async () => {
  await using rig = await Rig.open(UNPOOLED);
  const client = await rig.client(get("/1") + post("ab", "Content-Length: 2") + get("/3"));
  for (const start of ["GET /1 ", "POST / ", "GET /3 "]) {
    const dyno = await rig.dyno();
    expect((await dyno.head()).startsWith(start)).toBe(true);
    dyno.write(OK);
    await client.upTo("~~");
  }
  expect(rig.dynoConnections).toBe(3);
  expect(await rig.event()).toMatchObject({ path: "/1" });
  expect(await rig.event()).toMatchObject({ method: "POST", path: "/" });
  expect(await rig.event()).toMatchObject({ path: "/3" });
});

it.each(["close", "Close", "x, close", "close upgrade-insecure"])(
  "ends after `Connection: %s` (router.md 6.6)",
  async (value) => {
    await using rig = await Rig.open();
    const { client } = await rig.exchange(get("/", `Connection: ${value}`), OK);
    expect(await client.rest()).toMatch(/Connection: close\r\n[^]*~~$/);
  },
);

it("stays whatever the dyno says (router.md 6.5)", async () => {
  await using rig = await Rig.open();
  const answer = "HTTP/1.0 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n~~";
  const { client } = await rig.exchange(get(), answer);
  expect(await client.upTo("~~")).not.toContain("Connection");
  client.write(get("/2"));
  expect(await (await rig.dyno()).head()).toMatch(/^GET \/2 /);
});

it("era legacy closes with the 100th answer (router.md L8)", async () => {
  await using rig = await Rig.open({ era: "legacy" });
  const client = await rig.client(get().repeat(101));
  for (let number = 1; number <= 100; number++) {
    const dyno = await rig.dyno();
    await dyno.head();
    dyno.write(OK);
    const answer = await client.upTo("~~");
    expect(answer.includes("Connection: close")).toBe(number === 100);
  }
  expect(await client.rest()).toBe("");
  expect(rig.dynoConnections).toBe(100);
});

it("relays an early answer and closes (heroku.md 3.2, router.md 8.24)", async () => {
  await using rig = await Rig.open();
  const client = await rig.client(post("x".repeat(1000), "Content-Length: 100000"));
  const dyno = await rig.dyno();
  await dyno.head();
  dyno.write("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
  expect(await client.upTo("no")).toMatch(/^HTTP\/1.1 413 Too Large\r\n[^]*Connection: close\r\n/);
  expect(await client.rest()).toBe("");
  expect(await rig.event()).toMatchObject({ level: "info", status: 413, bytes: 2 });
});

it("an early answer outlives the reset that follows it (router.md 8.24)", async () => {
  await using rig = await Rig.open();
  const client = await rig.client(post("", "Content-Length: 5000000"));
  client.socket.write(Buffer.alloc(5_000_000));
  const dyno = await rig.dyno();
  await dyno.head();
  // Closing with the body unread makes the kernel send a reset, right behind the answer.
  dyno.socket.pause();
  dyno.socket.write("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno", () => dyno.socket.destroy());
  expect(await client.upTo("no")).toMatch(/^HTTP\/1.1 413 Too Large\r\n/);
  expect(await rig.event()).toMatchObject({ level: "info", status: 413, bytes: 2, code: undefined });
});

it("a dyno that leaves in the middle of the body without a word is H13", async () => {
  await using rig = await Rig.open();
  const client = await rig.client(post("", "Content-Length: 5000000"));
  client.socket.write(Buffer.alloc(5_000_000));
  const dyno = await rig.dyno();
  await dyno.head();
  dyno.socket.resetAndDestroy();
  expect(await client.rest()).toMatch(/^HTTP\/1.1 503 /);
  expect(await rig.event()).toMatchObject({ code: "H13", status: 503 });
});

it("serves a head that comes byte by byte (router.md 3.16)", async () => {
  await using rig = await Rig.open();
  const client = await rig.client();
  for (const byte of get("/slow")) {
    client.write(byte);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const dyno = await rig.dyno();
  expect(await dyno.head()).toMatch(/^GET \/slow /);
  for (const byte of OK) {
    dyno.write(byte);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await client.upTo("~~")).toMatch(/^HTTP\/1.1 200 OK\r\n/);
});

it("says when a port is taken", async () => {
  await using rig = await Rig.open();
  const taken = await rig.router.listen("127.0.0.1", rig.port);
  expect(taken).toEqual({
    ok: false,
    failure: { kind: "cannot-listen", host: "127.0.0.1", port: rig.port, code: "EADDRINUSE" },
  });
});

it("counts what is in flight, and close() ends it", async () => {
  await using rig = await Rig.open();
  const client = await rig.client(get());
  const dyno = await rig.dyno();
  await dyno.head();
  expect(rig.router.inFlight).toBe(1);
  await rig.router.close();
  expect(rig.router.inFlight).toBe(0);
  expect(await client.rest()).toBe("");
  expect(rig.events).toHaveLength(1);
});

it("HTTP/1.0: closes by default, stays when asked (router.md 7.3, 7.4)", async () => {
  await using rig = await Rig.open();
  const stays = await rig.exchange(`GET / HTTP/1.0\r\n${HOST}Connection: keep-alive\r\n\r\n`, OK);
  expect(await stays.client.upTo("~~")).toContain("Connection: keep-alive\r\n");
  stays.client.write(`GET / HTTP/1.0\r\n${HOST}\r\n`);
  await stays.dyno.head();
  stays.dyno.write(OK);
  expect(await stays.client.rest()).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*Connection: close\r\n[^]*~~$/);
});

it("HTTP/1.0: chunks come out bare, and end with the connection (router.md 7.5)", async () => {
  await using rig = await Rig.open();
  const { client } = await rig.exchange(
    `GET / HTTP/1.0\r\n${HOST}Connection: keep-alive\r\n\r\n`,
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;e\r\nabc\r\n2\r\nde\r\n0\r\nX: 1\r\n\r\n",
  );
  const head = await client.head();
  expect(head).toContain("Connection: close\r\n");
  expect(head).not.toContain("Transfer-Encoding");
  expect(await client.rest()).toBe("abcde");
  expect(await rig.event()).toMatchObject({ status: 200, bytes: 5 });
});

it("a 1.0 answer of the dyno goes on as 1.1 (router.md 7.2)", async () => {
  await using rig = await Rig.open();
  const { client } = await rig.exchange(get(), "HTTP/1.0 201 Made\r\nContent-Length: 0\r\n\r\n");
  expect(await client.head()).toMatch(/^HTTP\/1.1 201 Made\r\n/);
});
