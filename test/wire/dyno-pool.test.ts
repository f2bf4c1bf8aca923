import { describe, expect, it } from "vitest";
import { millis } from "../../src/kernel/units.ts";
import { DynoLife } from "../../src/router/dyno-life.ts";
import type { Peer } from "./peer.ts";
import { get, HOST, OK, post, Rig, UNPOOLED } from "./rig.ts";

/** One request answered with `answer`; its dyno connection, and a second request, which may come on it or not. */
async function two(
  rig: Rig,
  answer: string,
  first: string = get("/1"),
): Promise<{ client: Peer; dyno: Peer }> {
  const { client, dyno } = await rig.exchange(first, answer);
  await rig.event();
  await rig.client(get("/2"));
  return { client, dyno };
}

describe("a connection to the dyno is kept for the next request (router.md 17.15, 6.9, heroku.md 3.6.5)", () => {
  it.each([
    ["a length", OK],
    ["chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"],
    ["204", "HTTP/1.1 204 No Content\r\n\r\n"],
    ["an interim answer first", `HTTP/1.1 103 Early Hints\r\n\r\n${OK}`],
    [
      "other fields in Connection",
      "HTTP/1.1 200 OK\r\nConnection: x, keep-alive\r\nContent-Length: 0\r\n\r\n",
    ],
  ])("after %s, whoever sends the next one", async (_what, answer) => {
    await using rig = await Rig.open();
    const { dyno } = await two(rig, answer);
    const head = await dyno.head();
    expect(head).toMatch(/^GET \/2 /);
    expect(head).not.toContain("Connection:");
    expect(rig.dynoConnections).toBe(1);
    dyno.write(OK);
    expect(await rig.event()).toMatchObject({ status: 200, connect: 0, dyno: "web.1" });
  });

  it("a second one only while the first is in use; the one used last goes first", async () => {
    await using rig = await Rig.open();
    await rig.client(get("/a"));
    const first = await rig.dyno();
    await first.head();
    await rig.client(get("/b"));
    const second = await rig.dyno();
    await second.head();
    second.write(OK);
    await rig.event();
    first.write(OK);
    await rig.event();
    await rig.client(get("/c"));
    expect(await first.head()).toMatch(/^GET \/c /);
    expect(rig.dynoConnections).toBe(2);
  });
});

describe("after a body it is kept for the client that sent it, and nobody else (router.md 6.9, 17.15)", () => {
  const bodies = [
    ["a length", post("abc", "Content-Length: 3"), "abc"],
    ["chunks", post("1\r\na\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), "0\r\n\r\n"],
  ] as const;

  it.each(bodies)("%s: whatever that client sends next", async (_what, request, end) => {
    await using rig = await Rig.open();
    const { client, dyno } = await rig.exchange(request, OK);
    await dyno.upTo(end);
    await client.upTo("~~");
    for (const next of [request, get("/2"), request]) {
      client.write(next);
      await dyno.head();
      if (next === request) await dyno.upTo(end);
      dyno.write(OK);
      await client.upTo("~~");
    }
    expect(rig.dynoConnections).toBe(1);
    await rig.client(get("/other"));
    expect(await (await rig.dyno()).head()).toMatch(/^GET \/other /);
    expect(rig.dynoConnections).toBe(2);
  });

  it.each([
    ["the client leaves", post("abc", "Content-Length: 3"), OK],
    ["the client said close", post("abc", "Content-Length: 3", "Connection: close"), OK],
  ])("until %s", async (_what, request, answer) => {
    await using rig = await Rig.open();
    const { client, dyno } = await rig.exchange(request, answer);
    await client.upTo("~~");
    client.socket.end();
    expect(await dyno.rest()).toBe("abc");
  });

  it("until the dyno says something unasked: a server that took the body for a request (CL.0)", async () => {
    await using rig = await Rig.open();
    const { client, dyno } = await rig.exchange(post("abc", "Content-Length: 3"), OK);
    await client.upTo("~~");
    dyno.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
    expect(await dyno.rest()).toBe("abc");
    client.write(get("/2"));
    const next = await rig.dyno();
    expect(await next.head()).toMatch(/^GET \/2 /);
    next.write(OK);
    expect(await client.upTo("~~")).not.toContain("poison");
  });

  it("one for each client: where another dyno serves it, that one's connection is kept instead", async () => {
    const other = new DynoLife();
    let elsewhere = false;
    await using rig = await Rig.open({
      checkout: (_tried, _gone, lease) => ({
        kind: "leased",
        lease: elsewhere ? { ...lease, life: other } : lease,
      }),
    });
    const request = post("abc", "Content-Length: 3");
    const { client, dyno: first } = await rig.exchange(request, OK);
    await client.upTo("~~");
    elsewhere = true;
    client.write(request);
    const second = await rig.dyno();
    await second.upTo("abc");
    second.write(OK);
    await client.upTo("~~");
    expect(await first.rest()).toBe("abc");
    client.write(request);
    await second.upTo("abc");
    expect(rig.dynoConnections).toBe(2);
  });

  it("not when the answer began before the body was there", async () => {
    await using rig = await Rig.open();
    const client = await rig.client(post("ab", "Content-Length: 3"));
    const dyno = await rig.dyno();
    await dyno.head();
    dyno.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
    await client.head();
    client.write("c");
    await dyno.upTo("abc");
    dyno.write("~~");
    expect(await client.rest()).toBe("~~");
    expect(await dyno.rest()).toBe("");
  });
});

describe("it is not used again", () => {
  it.each([
    [
      "the dyno says close (router.md 6.10)",
      "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 2\r\n\r\n~~",
    ],
    ["the dyno speaks HTTP/1.0", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n~~"],
    [
      "more came than the answer (router.md 11.21)",
      `${OK}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison`,
    ],
    [
      "length and chunks",
      "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["a body came with 204", "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc"],
  ])("after an answer where %s", async (_what, answer) => {
    await using rig = await Rig.open();
    const { dyno } = await two(rig, answer);
    expect(await dyno.rest()).toBe("");
    expect(await (await rig.dyno()).head()).toMatch(/^GET \/2 /);
  });

  const declared = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n";
  const forged = `HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nFORGED`;
  it.each([
    ["HEAD whose answer speaks of a body", `HEAD /1 HTTP/1.1\r\n${HOST}\r\n`, declared],
    ["HEAD", `HEAD /1 HTTP/1.1\r\n${HOST}\r\n`, "HTTP/1.1 200 OK\r\n\r\n"],
    ["a 304 that speaks of a body", get("/1"), "HTTP/1.1 304 Not Modified\r\nContent-Length: 6\r\n\r\n"],
    [
      "a 204 that speaks of chunks",
      get("/1"),
      "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
    ["a body (CL.0)", post(get("/smuggled"), `Content-Length: ${String(get("/smuggled").length)}`), OK],
    ["a body of chunks", post("1\r\na\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), OK],
  ])("after %s: what a dyno sends late is nobody's answer", async (_what, request, answer) => {
    await using rig = await Rig.open();
    const { dyno } = await rig.exchange(request, answer);
    await rig.event();
    const client = await rig.client(get("/2", "Connection: close"));
    dyno.write(forged);
    const next = await rig.dyno();
    expect(await next.head()).toMatch(/^GET \/2 /);
    next.write(OK);
    expect(await client.rest()).toMatch(/~~$/);
    await dyno.rest();
  });

  it("after an answer that came before the request was whole", async () => {
    await using rig = await Rig.open();
    const { client, dyno } = await rig.exchange(post("x", "Content-Length: 10"), OK);
    expect(await client.rest()).toMatch(/~~$/);
    expect(await dyno.rest()).toBe("x");
  });

  it("when something comes on it unasked (router.md 11.21)", async () => {
    await using rig = await Rig.open();
    const { dyno } = await rig.exchange(get("/1"), OK);
    await rig.event();
    dyno.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
    expect(await dyno.rest()).toBe("");
    const next = await rig.exchange(get("/2"), OK);
    expect(await next.client.upTo("~~")).not.toContain("poison");
    expect(rig.dynoConnections).toBe(2);
  });

  it("when the dyno has closed it: quietly, the next request gets a fresh one (heroku.md 3.6)", async () => {
    await using rig = await Rig.open();
    const { dyno } = await rig.exchange(get("/1"), OK);
    await rig.event();
    dyno.socket.end();
    await dyno.rest();
    const next = await rig.exchange(get("/2"), OK);
    await next.client.upTo("~~");
    await rig.event();
    expect(rig.events).toMatchObject([{ status: 200 }, { status: 200, code: undefined }]);
  });

  it("when it was idle for the time of router.md L29, with no code", async () => {
    await using rig = await Rig.open({ limits: { idleToDyno: millis(60) } });
    const { dyno } = await rig.exchange(get(), OK);
    await rig.event();
    expect(await dyno.rest()).toBe("");
    expect(rig.events).toHaveLength(1);
  });

  it("when the life of its dyno has ended", async () => {
    await using rig = await Rig.open();
    const { dyno } = await rig.exchange(get(), OK);
    await rig.event();
    rig.life.end();
    expect(await dyno.rest()).toBe("");
  });

  it("in era legacy, and with http-disable-keepalive-to-dyno: one for each request, and the dyno is told", async () => {
    for (const options of [UNPOOLED, { era: "legacy" } as const]) {
      await using rig = await Rig.open(options);
      for (const path of ["/1", "/2"]) {
        const { dyno, toDyno } = await rig.exchange(get(path), OK);
        expect(toDyno).toContain("\r\nConnection: close\r\n");
        expect(await dyno.rest()).toBe("");
      }
      expect(rig.dynoConnections).toBe(2);
    }
  });
});

describe("the race with a dyno that closes first (router.md L29; heroku.md 3.6, 3.9)", () => {
  it("H13 when the request was lost with the connection; it is not sent again", async () => {
    await using rig = await Rig.open();
    const { dyno } = await two(rig, OK);
    await dyno.head();
    dyno.socket.destroy();
    expect(await rig.event()).toMatchObject({ code: "H13", status: 503, dyno: "web.1" });
    expect(rig.dynoConnections).toBe(1);
  });

  it("H18 when the answer had begun", async () => {
    await using rig = await Rig.open();
    const { dyno } = await two(rig, OK);
    await dyno.head();
    dyno.write("HTTP/1.1 200 OK\r\nContent-Le");
    dyno.socket.end();
    expect(await rig.event()).toMatchObject({ code: "H18", sock: "backend" });
  });
});
