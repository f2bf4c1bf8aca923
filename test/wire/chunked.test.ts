import { describe, expect, it } from "vitest";
import { get, HOST, OK, post, Rig, UNPOOLED } from "./rig.ts";

const CHUNKED = "Transfer-Encoding: chunked";

describe("request bodies", () => {
  it.each([
    ["8.1 a length", post("hello", "Content-Length: 5"), "Content-Length: 5", "hello"],
    ["8.2 none: length 0", post(""), "Content-Length: 0", ""],
    [
      "8.5 two equal lengths",
      post("hello", "Content-Length: 5", "Content-Length: 5"),
      "Content-Length: 5",
      "hello",
    ],
    [
      "8.15 chunks as written",
      post("5\r\nhello\r\n00A\r\n0123456789\r\n0\r\n\r\n", CHUNKED),
      CHUNKED,
      "5\r\nhello\r\n00A\r\n0123456789\r\n0\r\n\r\n",
    ],
    [
      "8.15 extensions go",
      post('5;a="b"\r\nhello\r\n0;x\r\n\r\n', CHUNKED),
      CHUNKED,
      "5\r\nhello\r\n0\r\n\r\n",
    ],
    ["8.16 trailers stay", post("0\r\nx-t: 1\r\n\r\n", CHUNKED), CHUNKED, "0\r\nX-T: 1\r\n\r\n"],
    ["8.21 CR in the data", post("3\r\n\r\n\r\r\n0\r\n\r\n", CHUNKED), CHUNKED, "3\r\n\r\n\r\r\n0\r\n\r\n"],
    [
      "17.7 chunked wins over a length",
      post("2\r\nab\r\n0\r\n\r\n", CHUNKED, "Content-Length: 3"),
      CHUNKED,
      "2\r\nab\r\n0\r\n\r\n",
    ],
    [
      "8.4 GET with a body",
      `GET / HTTP/1.1\r\n${HOST}Content-Length: 2\r\n\r\nab`,
      "Content-Length: 2",
      "ab",
    ],
  ])("%s", async (_fact, request, framing, body) => {
    await using rig = await Rig.open(UNPOOLED);
    const client = await rig.client(request);
    const dyno = await rig.dyno();
    const lines = (await dyno.head())
      .split("\r\n")
      .filter((line) => /^(Content-Length|Transfer-Encoding):/.test(line));
    expect(lines).toEqual([framing]);
    expect(await dyno.upTo(body)).toBe(body);
    dyno.write(OK);
    await client.upTo("~~");
    expect(await dyno.rest()).toBe("");
  });

  it.each([
    ["8.3 GET without", get()],
    ["8.3 HEAD without", `HEAD / HTTP/1.1\r\n${HOST}\r\n`],
  ])("%s a body has no length", async (_fact, request) => {
    await using rig = await Rig.open();
    const { toDyno } = await rig.exchange(request, OK);
    expect(toDyno).not.toContain("Content-Length");
  });

  it("closes after length and chunked together (router.md 17.7)", async () => {
    await using rig = await Rig.open();
    const request = post("0\r\n\r\n", CHUNKED, "Content-Length: 3");
    const { client } = await rig.exchange(`${request}${get("/smuggled")}`, OK);
    expect(await client.rest()).toMatch(/Connection: close\r\n[^]*~~$/);
    expect(rig.dynoConnections).toBe(1);
  });

  it.each([
    ["not hex", "x\r\n"],
    ["a sign", "+1\r\na\r\n"],
    ["0x", "0x1\r\na\r\n"],
    ["a space", "1 \r\na\r\n"],
    ["empty", "\r\n"],
    ["LF alone", "1\na\r\n"],
    ["CR CR LF", "1\r\r\na\r\n"],
    ["data longer than the size", "1\r\nab\r\n"],
    ["above 2^53", "20000000000000\r\na"],
    ["a bad trailer", "0\r\nno colon\r\n\r\n"],
  ])(
    "a bad chunk (%s) ends with 400, and the dyno saw good ones only (router.md 8.17 to 8.19)",
    async (_why, bad) => {
      await using rig = await Rig.open({ era: "legacy" });
      const client = await rig.client(post(`2\r\nok\r\n`, CHUNKED));
      const dyno = await rig.dyno();
      await dyno.head();
      await dyno.upTo("2\r\nok\r\n");
      client.write(bad);
      expect(await client.rest()).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
      expect(await dyno.rest()).toMatch(/^(1\r\na)?$/);
      expect(await rig.event()).toMatchObject({
        code: "H26",
        cause: "bad chunk",
        status: 400,
        dyno: "web.1",
      });
    },
  );

  it("streams a large body with back-pressure (router.md L23)", async () => {
    await using rig = await Rig.open();
    const size = 20_000_000;
    const client = await rig.client(`POST / HTTP/1.1\r\n${HOST}Content-Length: ${size}\r\n\r\n`);
    const dyno = await rig.dyno();
    await dyno.head();
    dyno.socket.pause();
    client.socket.write(Buffer.alloc(size, "x"));
    dyno.socket.resume();
    let got = 0;
    while (got < size) got += (await dyno.upTo("x")).length;
    dyno.write(OK);
    await client.upTo("~~");
    expect(got).toBe(size);
  }, 30_000);
});

describe("response bodies", () => {
  const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

  it.each([
    [
      "11.6 chunks and trailers stay",
      "3;x\r\nabc\r\n0\r\nX-T: 1\r\n\r\n",
      "3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n",
      3,
    ],
    ["11.21 what follows is dropped", "1\r\na\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "1\r\na\r\n0\r\n\r\n", 1],
  ])("%s", async (_fact, answer, expected, bytes) => {
    await using rig = await Rig.open();
    const { client } = await rig.exchange(get("/", "Connection: close"), head + answer);
    expect((await client.head()).match(/Transfer-Encoding: chunked/g)).toHaveLength(1);
    expect(await client.rest()).toBe(expected);
    expect(await rig.event()).toMatchObject({ status: 200, bytes });
  });

  it.each([
    ["11.7 a malformed chunk", "2\r\nab\r\nzz\r\n", "2\r\nab\r\n"],
    ["11.7 a malformed trailer", "2\r\nab\r\n0\r\nno colon\r\n\r\n", "2\r\nab\r\n"],
  ])("%s cuts the connection", async (_fact, answer, expected) => {
    await using rig = await Rig.open();
    const { client } = await rig.exchange(get(), head + answer);
    await client.head();
    expect(await client.rest()).toBe(expected);
    expect(await rig.event()).toMatchObject({ code: "H17", status: 503, bytes: 2 });
  });

  it.each([
    ["11.15 HEAD with a length", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "Content-Length: 5"],
    [
      "11.15 HEAD chunked",
      "HEAD",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
      "Transfer-Encoding: chunked",
    ],
    [
      "11.16 204 with a length",
      "GET",
      "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc",
      "Content-Length: 3",
    ],
    [
      "11.16 304 with a length",
      "GET",
      "HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n",
      "Content-Length: 3",
    ],
  ])("%s has no body and stays open", async (_fact, method, answer, line) => {
    await using rig = await Rig.open(UNPOOLED);
    const request = `${method} / HTTP/1.1\r\n${HOST}\r\n`;
    const { client } = await rig.exchange(request, answer);
    const first = await client.head();
    expect(first).toContain(`\r\n${line}\r\n`);
    expect(first).not.toContain("Connection: close");
    expect(await rig.event()).toMatchObject({ bytes: 0 });
    client.write(get("/again"));
    expect(await (await rig.dyno()).head()).toMatch(/^GET \/again /);
  });

  it("passes a body without length until the end (router.md 11.9, 6.7)", async () => {
    await using rig = await Rig.open();
    const { client, dyno } = await rig.exchange(get(), "HTTP/1.1 200 OK\r\n\r\nabc");
    expect(await client.head()).toContain("Connection: close\r\n");
    await client.upTo("abc");
    dyno.socket.end("def");
    expect(await client.rest()).toBe("def");
    expect(await rig.event()).toMatchObject({ status: 200, bytes: 6, code: undefined });
  });

  it("drops the length beside chunked (router.md 11.13, 17.8)", async () => {
    await using rig = await Rig.open();
    const answer =
      "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
    const { client } = await rig.exchange(get(), answer);
    expect(await client.head()).not.toContain("Content-Length");
    expect(await client.upTo("0\r\n\r\n")).toBe("1\r\na\r\n0\r\n\r\n");
  });

  it("lets the dyno hand over about a megabyte to a client that reads nothing (router.md L22)", async () => {
    await using rig = await Rig.open(UNPOOLED);
    const client = await rig.client(get());
    client.socket.pause();
    const dyno = await rig.dyno();
    await dyno.head();
    const size = 1_000_000;
    dyno.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    await new Promise((resolve) => dyno.socket.write(Buffer.alloc(size, "x"), resolve));
    expect(await dyno.rest()).toBe("");
    client.socket.resume();
    await client.head();
    expect(await rig.event()).toMatchObject({ status: 200, bytes: size });
  });
});
