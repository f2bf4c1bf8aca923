import { describe, expect, it } from "vitest";
import { millis } from "../../src/kernel/units.ts";
import { get, OK, post, Rig } from "./rig.ts";

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
const ASK = post("", "Expect: 100-Continue", "Content-Length: 2");
const features = ["http-end-to-end-continue"] as const;

/** labs `http-end-to-end-continue`: the app answers Expect. heroku.md 3.6 */
describe.each(["now", "legacy"] as const)("Expect from end to end, era %s", (era) => {
  const open = async (): Promise<Rig> => Rig.open({ era, features });

  it("9.3 the dyno's 100 goes on without its fields, the body follows, the connection stays (heroku.md 3.6.1)", async () => {
    await using rig = await open();
    const client = await rig.client(ASK);
    const dyno = await rig.dyno();
    expect(await dyno.head()).toMatch(/\r\nExpect: 100-continue\r\n[^]*\r\nContent-Length: 2\r\n/);
    expect(client.hasMore).toBe(false);
    dyno.write("HTTP/1.1 100 Go on\r\nX-A: 1\r\nConnection: close\r\n\r\n");
    expect(await client.head()).toBe(CONTINUE);
    client.write("ab");
    expect(await dyno.upTo("ab")).toBe("ab");
    dyno.write(OK);
    expect(await client.upTo("~~")).not.toContain("Connection: close");
    client.write(get("/next"));
    expect(await (await rig.next(dyno)).head()).toMatch(/^GET \/next /);
    expect(await rig.event()).toMatchObject({ status: 200, bytes: 2 });
  });

  it("9.4 a body sent unasked goes on", async () => {
    await using rig = await open();
    const client = await rig.client(`${ASK}ab`);
    const dyno = await rig.dyno();
    await dyno.head();
    expect(await dyno.upTo("ab")).toBe("ab");
    dyno.write(CONTINUE + OK);
    expect(await client.head()).toBe(CONTINUE);
    expect(await client.upTo("~~")).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each([
    ["before the body", ""],
    ["even if the body had been sent", "ab"],
  ])("9.5 a final answer without a 100 ends both connections, %s", async (_when, body) => {
    await using rig = await open();
    const client = await rig.client(ASK + body);
    const dyno = await rig.dyno();
    await dyno.upTo(`\r\n\r\n${body}`);
    dyno.write(OK);
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 200 [^]*\r\nConnection: close\r\n[^]*~~$/);
    expect(await dyno.rest()).toBe("");
    expect(await rig.event()).toMatchObject({ status: 200 });
  });

  it("9.6 a second 100 is no final answer: 502 (router.md E13)", async () => {
    await using rig = await open();
    const client = await rig.client(ASK);
    const dyno = await rig.dyno();
    await dyno.head();
    dyno.write(CONTINUE);
    await client.head();
    client.write("ab");
    await dyno.upTo("ab");
    dyno.write(CONTINUE);
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/);
    expect(await dyno.rest()).toBe("");
    expect(await rig.event()).toMatchObject({ code: "H17", status: 502 });
  });

  it.each([
    ["a 100 first", CONTINUE],
    ["the 101 alone", ""],
  ])("9.7 an upgrade works with %s", async (_how, first) => {
    await using rig = await open();
    const client = await rig.client(
      `${post("", "Expect: 100-continue", "Connection: upgrade", "Upgrade: x", "Content-Length: 2")}ab`,
    );
    const dyno = await rig.dyno();
    expect(await dyno.head()).toContain("\r\nExpect: 100-continue\r\n");
    await dyno.upTo("ab");
    dyno.write(`${first}HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n`);
    if (first !== "") expect(await client.head()).toBe(CONTINUE);
    expect(await client.head()).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    client.write("raw");
    expect(await dyno.upTo("raw")).toBe("raw");
  });

  it("9.8 a 100 that nobody asked for goes on, any number of them", async () => {
    await using rig = await open();
    const { client } = await rig.exchange(get(), CONTINUE + CONTINUE + OK);
    expect(await client.upTo("~~")).toMatch(/^(?:HTTP\/1\.1 100 Continue\r\n\r\n){2}HTTP\/1\.1 200 /);
  });

  it("9.9 another expectation is 417 all the same", async () => {
    await using rig = await open();
    const client = await rig.client(get("/", "Expect: tea"));
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 417 /);
    expect(rig.dynoConnections).toBe(0);
  });

  it("9.13 `Connection: close` on a 100 means nothing until the final answer", async () => {
    await using rig = await open();
    const client = await rig.client(`${ASK}ab`);
    const dyno = await rig.dyno();
    await dyno.head();
    dyno.write(`HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n${OK}`);
    expect(await client.upTo("~~")).not.toContain("Connection: close");
  });

  it("nobody says anything for the idle time: the client is to blame (router.md L4)", async () => {
    await using rig = await Rig.open({ era, features, limits: { idle: millis(100) } });
    const client = await rig.client(ASK);
    const dyno = await rig.dyno();
    await dyno.head();
    expect(await client.rest()).toBe("");
    expect(await rig.event()).toMatchObject({ code: "H28", status: 499 });
  });

  it("an HTTP/1.0 client's Expect is passed over", async () => {
    await using rig = await open();
    const client = await rig.client(`${ASK.replace("HTTP/1.1", "HTTP/1.0")}ab`);
    const dyno = await rig.dyno();
    expect(await dyno.head()).not.toContain("Expect");
    dyno.write(CONTINUE + OK);
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("without the feature the router answers, once, and the dyno hears nothing of it (router.md 9.1, 9.2)", async () => {
    await using rig = await Rig.open({ era });
    const client = await rig.client(ASK);
    expect(await client.head()).toBe(CONTINUE);
    const dyno = await rig.dyno();
    expect(await dyno.head()).not.toContain("Expect");
    dyno.write(CONTINUE);
    expect(await client.head()).toBe(CONTINUE);
    client.write("ab");
    await dyno.upTo("ab");
    dyno.write(OK);
    await client.upTo("~~");
  });
});

it("a dyno that sends interim answers without end is held back by a client that reads none (router.md L22)", async () => {
  await using rig = await Rig.open();
  const client = await rig.client(get());
  client.socket.pause();
  const dyno = await rig.dyno();
  await dyno.head();
  const many = Buffer.from(`HTTP/1.1 103 Early Hints\r\nLink: ${"x".repeat(4000)}\r\n\r\n`.repeat(250));
  let taken = 0;
  while (dyno.socket.write(many) || (await drained(dyno.socket))) taken += many.length;
  expect(taken).toBeLessThan(40_000_000);
  expect(rig.events).toEqual([]);
});

/** Whether the other side takes more within a moment. */
async function drained(socket: { once(event: "drain", heard: () => void): unknown }): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), 300);
    socket.once("drain", () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
