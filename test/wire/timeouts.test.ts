import { expect, it } from "vitest";
import { millis } from "../../src/kernel/units.ts";
import { get, HOST, OK, post, Rig } from "./rig.ts";

it("H12 when the dyno says nothing; others are served, the app is not told (router.md L1, 12.1, heroku.md 3.8)", async () => {
  await using rig = await Rig.open({ limits: { firstByte: millis(600) } });
  const client = await rig.client(get("/slow"));
  const slow = await rig.dyno();
  await slow.head();
  const { client: other } = await rig.exchange(get("/fast"), OK);
  await other.upTo("~~");
  expect(await rig.event()).toMatchObject({ path: "/fast", status: 200 });
  expect(await client.rest()).toMatch(/^HTTP\/1.1 503 Service Unavailable\r\n[^]*<title>Application Error</);
  expect(await rig.event()).toMatchObject({
    level: "error",
    code: "H12",
    desc: "Request timeout",
    path: "/slow",
    service: 600,
    status: 503,
    dyno: "web.1",
  });
  // The connection is closed, and nothing was said on it.
  expect(await slow.rest()).toBe("");
});

it("the 30 s start when the whole request has been passed on (router.md 12.2)", async () => {
  await using rig = await Rig.open({ limits: { firstByte: millis(150) } });
  const client = await rig.client(post("", "Content-Length: 4"));
  const dyno = await rig.dyno();
  await dyno.head();
  for (const byte of "abcd") {
    await pause(60);
    client.write(byte);
  }
  await dyno.upTo("abcd");
  dyno.write(OK);
  expect(await client.upTo("~~")).toMatch(/^HTTP\/1.1 200 /);
});

it("a status line alone counts as the first byte: 503 with H15 after the idle time (router.md 12.3)", async () => {
  await using rig = await Rig.open({ limits: { firstByte: millis(80), idle: millis(200) } });
  const { client } = await rig.exchange(get(), "HTTP/1.1 200 OK\r\n");
  expect(await client.rest()).toMatch(/^HTTP\/1.1 503 /);
  const event = await rig.event();
  expect(event).toMatchObject({ code: "H15", desc: "Idle connection", status: 503 });
  expect(event.service).toBeGreaterThanOrEqual(200);
});

it("a 100 counts as the first byte (router.md 9.15)", async () => {
  await using rig = await Rig.open({ limits: { firstByte: millis(80), idle: millis(5000) } });
  const { client, dyno } = await rig.exchange(get(), "HTTP/1.1 100 Continue\r\n\r\n");
  await client.head();
  await pause(160);
  dyno.write(OK);
  expect(await client.upTo("~~")).toMatch(/^HTTP\/1.1 200 /);
});

it("silence inside the answer cuts it with H15 (router.md 12.4)", async () => {
  await using rig = await Rig.open({ limits: { idle: millis(120) } });
  const { client } = await rig.exchange(
    get(),
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
  );
  await client.head();
  expect(await client.rest()).toBe("1\r\na\r\n");
  expect(await rig.event()).toMatchObject({ level: "error", code: "H15", bytes: 1 });
});

it("every byte restarts the idle time (router.md 12.5)", async () => {
  await using rig = await Rig.open({ limits: { firstByte: millis(150), idle: millis(150) } });
  const { client, dyno } = await rig.exchange(get(), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
  for (const byte of "abcde") {
    await pause(70);
    dyno.write(byte);
  }
  await client.upTo("abcde");
  expect(await rig.event()).toMatchObject({ status: 200, bytes: 5 });
});

it("an upload that stalls ends with H28 (router.md 12.6, L3, E3)", async () => {
  await using rig = await Rig.open({ limits: { idle: millis(120) } });
  const client = await rig.client(post("ab", "Content-Length: 5"));
  const dyno = await rig.dyno();
  await dyno.head();
  expect(await client.rest()).toBe("");
  expect(await dyno.rest()).toBe("ab");
  expect(await rig.event()).toMatchObject({
    level: "warning",
    code: "H28",
    desc: "Client Connection Idle",
    status: 499,
  });
});

it("a client that stops reading ends with H28", async () => {
  await using rig = await Rig.open({ limits: { idle: millis(300) } });
  const client = await rig.client(get());
  client.socket.pause();
  const dyno = await rig.dyno();
  await dyno.head();
  dyno.write("HTTP/1.1 200 OK\r\n\r\n");
  dyno.socket.write(Buffer.alloc(30_000_000, "x"));
  expect(await rig.event()).toMatchObject({ code: "H28", status: 499 });
});

it("a body the dyno does not take ends with H15", async () => {
  await using rig = await Rig.open({ limits: { idle: millis(300) } });
  const size = 30_000_000;
  const client = await rig.client(`POST / HTTP/1.1\r\n${HOST}Content-Length: ${size}\r\n\r\n`);
  const dyno = await rig.dyno();
  dyno.socket.pause();
  client.socket.write(Buffer.alloc(size, "x"));
  expect(await rig.event()).toMatchObject({ code: "H15", status: 503 });
});

it.each([
  ["nothing sent", "", /^$/],
  ["half a request line", "GET / HT", /^$/],
  [
    "half a header block",
    "GET / HTTP/1.1\r\nHost: a",
    /^HTTP\/1.1 408 Request Timeout\r\n[^]*Connection: close/,
  ],
])("a head that does not come in time: %s (router.md L6, 12.10, 12.11)", async (_case, sent, answer) => {
  await using rig = await Rig.open({ limits: { requestHead: millis(100) } });
  const client = await rig.client(sent);
  expect(await client.rest()).toMatch(answer);
  expect(rig.events).toEqual([]);
});

it("the time for a head is absolute (router.md 12.11)", async () => {
  await using rig = await Rig.open({ limits: { requestHead: millis(150) } });
  const client = await rig.client();
  for (let sent = 0; !client.over && sent < 100; sent++) {
    client.write(sent === 0 ? "GET / HTTP/1.1\r\n" : "X: 1\r\n");
    await pause(20);
  }
  expect(await client.rest()).toMatch(/^HTTP\/1.1 408 /);
});

it("an idle kept connection is closed silently (router.md 12.10)", async () => {
  await using rig = await Rig.open({ limits: { requestHead: millis(100) } });
  const { client } = await rig.exchange(get(), OK);
  await client.upTo("~~");
  expect(await client.rest()).toBe("");
  expect(rig.events).toHaveLength(1);
});

/** What is tested here is time itself. */
function pause(duration: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration));
}
