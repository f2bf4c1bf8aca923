import { describe, expect, it } from "vitest";
import type { EraName } from "../../src/heroku/eras.ts";
import { FrozenClock } from "../../src/kernel/frozen-clock.ts";
import { MovableClock } from "../../src/kernel/movable-clock.ts";
import { instant, millis, seconds } from "../../src/kernel/units.ts";
import { get, OK, post, Rig } from "./rig.ts";

/** The router on a clock that is moved by hand: Heroku's figures in full, between real sockets. */
class Timed implements AsyncDisposable {
  readonly rig: Rig;
  readonly #clock: MovableClock;

  private constructor(rig: Rig, clock: MovableClock) {
    this.rig = rig;
    this.#clock = clock;
  }

  static async open(era: EraName): Promise<Timed> {
    const clock = new MovableClock(new FrozenClock(instant(1_000_000)));
    return new Timed(await Rig.open({ era, clock }), clock);
  }

  /** What was sent has arrived, and what falls due has been done, before this comes back. */
  async pass(duration: number): Promise<void> {
    await settled();
    await this.#clock.advance(seconds(duration), settled);
  }

  /** Nothing has happened just before `limit`, and it has right after it. */
  async expectAt(limit: number, hasHappened: () => boolean): Promise<void> {
    await this.pass(limit - 0.001);
    expect(hasHappened()).toBe(false);
    // One timer serves all, and is at most 20 ms late.
    await this.pass(0.021);
    expect(hasHappened()).toBe(true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rig[Symbol.asyncDispose]();
  }
}

/** Bytes between sockets of one process need a few turns, not time. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe.each(["now", "legacy"] as const)("timers as sequences, era %s (router.md 12)", (era) => {
  it("12.1 silence after the whole request: H12 at 30 s (router.md L1, E1)", async () => {
    await using timed = await Timed.open(era);
    const { rig } = timed;
    const client = await rig.client(get());
    const dyno = await rig.dyno();
    await dyno.head();
    await timed.expectAt(30, () => rig.events.length > 0);
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 503 /);
    expect(await dyno.rest()).toBe("");
    expect(await rig.event()).toMatchObject({ code: "H12", status: 503, service: millis(30_000) });
  });

  it("12.2 a byte each 18 s for 90 s, then an answer: the 30 s begin after the upload", async () => {
    await using timed = await Timed.open(era);
    const { rig } = timed;
    const client = await rig.client(post("", "Content-Length: 5"));
    const dyno = await rig.dyno();
    await dyno.head();
    for (const byte of "abcde") {
      await timed.pass(18);
      client.write(byte);
    }
    await dyno.upTo("abcde");
    await timed.pass(29);
    dyno.write(OK);
    expect(await client.upTo("~~")).toMatch(/^HTTP\/1\.1 200 /);
    expect(await rig.event()).toMatchObject({ status: 200, service: millis(119_000) });
  });

  it("12.3 a status line only: no H12, 503 with H15 at 55 s (router.md L2, E2)", async () => {
    await using timed = await Timed.open(era);
    const { rig } = timed;
    const { client } = await rig.exchange(get(), "HTTP/1.1 200 OK\r\n");
    await timed.expectAt(55, () => rig.events.length > 0);
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 503 /);
    expect(await rig.event()).toMatchObject({ code: "H15", status: 503 });
  });

  it("12.4 a head and a chunk: cut at 55 s without the last chunk (router.md L2)", async () => {
    await using timed = await Timed.open(era);
    const { rig } = timed;
    const answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n";
    const { client } = await rig.exchange(get(), answer);
    await client.upTo("1\r\na\r\n");
    await timed.expectAt(55, () => rig.events.length > 0);
    expect(await client.rest()).toBe("");
    expect(await rig.event()).toMatchObject({ code: "H15", bytes: 1 });
  });

  it("12.5 a chunk every 20 s for 80 s: complete", async () => {
    await using timed = await Timed.open(era);
    const { rig } = timed;
    const { client, dyno } = await rig.exchange(
      get(),
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    for (let chunk = 0; chunk < 4; chunk++) {
      await timed.pass(20);
      dyno.write("1\r\na\r\n");
    }
    dyno.write("0\r\n\r\n");
    await client.upTo("\r\n0\r\n\r\n");
    expect(await rig.event()).toMatchObject({ status: 200, bytes: 4, code: undefined });
  });

  it("12.6 an upload that stalls: ended at 55 s with H28 (router.md L3, E3)", async () => {
    await using timed = await Timed.open(era);
    const { rig } = timed;
    const client = await rig.client(post("ab", "Content-Length: 5"));
    const dyno = await rig.dyno();
    await dyno.upTo("ab");
    await timed.expectAt(55, () => rig.events.length > 0);
    expect(await client.rest()).toBe("");
    expect(await dyno.rest()).toBe("");
    expect(await rig.event()).toMatchObject({ level: "warning", code: "H28", status: 499 });
  });

  it("12.7 Expect, and then no body: ended at 55 s", async () => {
    await using timed = await Timed.open(era);
    const { rig } = timed;
    const client = await rig.client(post("", "Expect: 100-continue", "Content-Length: 5"));
    expect(await client.head()).toMatch(/^HTTP\/1\.1 100 /);
    await timed.expectAt(55, () => rig.events.length > 0);
    expect(await client.rest()).toBe("");
    expect(await rig.event()).toMatchObject({ code: "H28", status: 499 });
  });

  it("12.8 a websocket lives as long as either side speaks within 55 s (router.md L5, 10.8)", async () => {
    await using timed = await Timed.open(era);
    const { rig } = timed;
    const { client, dyno } = await rig.exchange(
      get("/", "Connection: upgrade", "Upgrade: websocket"),
      "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
    );
    await client.head();
    for (const side of [client, dyno, dyno, client]) {
      await timed.pass(54);
      side.write(".");
    }
    await timed.expectAt(55, () => rig.events.length > 0);
    expect(await client.rest()).toBe("..");
    expect(await dyno.rest()).toBe("..");
    expect(await rig.event()).toMatchObject({ code: "H15" });
  });

  it("12.9 a handshake that is never answered: 503 at 30 s", async () => {
    await using timed = await Timed.open(era);
    const { rig } = timed;
    const client = await rig.client(get("/", "Connection: upgrade", "Upgrade: websocket"));
    await (await rig.dyno()).head();
    await timed.expectAt(30, () => rig.events.length > 0);
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 503 /);
    expect(await rig.event()).toMatchObject({ code: "H12" });
  });

  it("12.10 a connection on which nothing comes: closed silently at 60 s (router.md L6)", async () => {
    await using timed = await Timed.open(era);
    const { rig } = timed;
    const client = await rig.client();
    await timed.expectAt(60, () => client.over);
    expect(await client.rest()).toBe("");
  });

  it("12.10 a connection kept after an answer: closed silently at 60 s", async () => {
    await using timed = await Timed.open(era);
    const { rig } = timed;
    const { client } = await rig.exchange(get(), OK);
    await client.upTo("~~");
    await rig.event();
    await timed.expectAt(60, () => client.over);
    expect(await client.rest()).toBe("");
    expect(rig.events).toHaveLength(1);
  });

  it("12.11 half a head: 408 at 60 s from the accept, not from the last byte (router.md L6)", async () => {
    await using timed = await Timed.open(era);
    const { rig } = timed;
    const client = await rig.client("GET / HTTP/1.1\r\n");
    await timed.pass(30);
    client.write("Host: app.local");
    await timed.expectAt(30, () => client.over || client.hasMore);
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(rig.events).toEqual([]);
  });

  it("9.15 a 100 counts as the first byte", async () => {
    await using timed = await Timed.open(era);
    const { rig } = timed;
    const { client } = await rig.exchange(get(), "HTTP/1.1 100 Continue\r\n\r\n");
    await client.head();
    await timed.expectAt(55, () => rig.events.length > 0);
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 503 /);
    expect(await rig.event()).toMatchObject({ code: "H15" });
  });
});
