import { afterEach, expect, it, vi } from "vitest";
import { DynoSocket } from "../../src/router/dyno-socket.ts";
import { LentBuffer } from "../../src/router/lent-buffer.ts";
import { Parcel } from "../../src/router/parcel.ts";
import { get, HOST, OK, Rig } from "./rig.ts";

/*
 * A bug in the path of one request ends that request with H99, is told, and nothing else: faults are planted where no
 * fault is foreseen. heroku.md 3.9
 */

const PLANTED = new Error("planted");
const ASK = get("/ws", "Connection: Upgrade", "Upgrade: x");
const AGREE = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n";

afterEach(() => vi.restoreAllMocks());

function breaks(): never {
  throw PLANTED;
}

/** The router has told of the bug, has nothing under way, and serves on. */
async function isWell(rig: Rig): Promise<void> {
  vi.restoreAllMocks();
  expect(await rig.event()).toMatchObject({ level: "error", code: "H99", status: 503 });
  expect(rig.bugs).toEqual([PLANTED]);
  expect(rig.router.inFlight).toBe(0);
  expect(rig.checkins).toMatchObject([{ end: "failed" }]);
  const { client } = await rig.exchange(get("/next"), OK);
  await client.upTo("~~");
  expect(await rig.event()).toMatchObject({ status: 200 });
}

it("when the request is passed on", async () => {
  await using rig = await Rig.open();
  vi.spyOn(Parcel.prototype, "send").mockImplementation(breaks);
  const client = await rig.client(get());
  expect(await client.rest()).toMatch(/^HTTP\/1.1 503 Service Unavailable\r\n/);
  await (await rig.dyno()).rest();
  await isWell(rig);
});

it("when a part of its body comes", async () => {
  await using rig = await Rig.open();
  const client = await rig.client(`POST / HTTP/1.1\r\n${HOST}Content-Length: 10\r\n\r\n`);
  const dyno = await rig.dyno();
  await dyno.head();
  vi.spyOn(Parcel.prototype, "send").mockImplementation(breaks);
  client.write("hello");
  expect(await client.rest()).toMatch(/^HTTP\/1.1 503 Service Unavailable\r\n/);
  expect(await dyno.rest()).toBe("");
  await isWell(rig);
});

it("when its answer comes: cut where it has begun", async () => {
  await using rig = await Rig.open();
  const { client, dyno } = await rig.exchange(get(), "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
  await client.upTo("hello");
  vi.spyOn(Parcel.prototype, "sendLent").mockImplementation(breaks);
  dyno.write("there");
  expect(await client.rest()).toBe("");
  expect(await dyno.rest()).toBe("");
  await isWell(rig);
});

it("when the dyno speaks after an upgrade", async () => {
  await using rig = await Rig.open();
  const { client, dyno } = await rig.exchange(ASK, AGREE);
  await client.head();
  vi.spyOn(LentBuffer.prototype, "keep").mockImplementation(breaks);
  dyno.write("x");
  expect(await client.rest()).toBe("");
  expect(await dyno.rest()).toBe("");
  await isWell(rig);
});

it("when the client speaks after an upgrade", async () => {
  await using rig = await Rig.open();
  const { client, dyno } = await rig.exchange(ASK, AGREE);
  await client.head();
  vi.spyOn(DynoSocket.prototype, "write").mockImplementation(breaks);
  client.write("x");
  expect(await client.rest()).toBe("");
  expect(await dyno.rest()).toBe("");
  await isWell(rig);
});
