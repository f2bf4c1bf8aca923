import { constants } from "node:http2";
import { afterAll, describe, expect, it } from "vitest";
import { ERAS } from "../../src/heroku/eras.ts";
import { millis } from "../../src/kernel/units.ts";
import { formatEvent } from "../../src/logplex/format-event.ts";
import { FrameClient } from "./frame-client.ts";
import { answerOf, Http2Client } from "./http2-client.ts";
import { masked, OK } from "./rig.ts";
import { DOMAIN, TestAuthority } from "./tls-rig.ts";

const authority = new TestAuthority();
afterAll(() => authority.remove());

const GET = { ":method": "GET", ":scheme": "https", ":path": "/", ":authority": DOMAIN };
const CHUNKED_OK = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

describe("HTTP/2 ends at the router (heroku.md 3.6.3)", () => {
  it("reaches the dyno as HTTP/1.1, and its answer comes back", async () => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const stream = client.request({
      ":path": "/a%20b?x=1",
      "x-one": "1",
      cookie: ["a=1", "b=2"],
      te: "trailers",
    });
    const dyno = await rig.dyno();
    expect(masked(await dyno.head(), "X-Request-Id", "X-Request-Start")).toEqual([
      "GET /a%20b?x=1 HTTP/1.1",
      `Host: ${DOMAIN}`,
      "X-One: 1",
      "Cookie: a=1; b=2",
      "X-Request-Id: *",
      "X-Forwarded-For: 127.0.0.1",
      "X-Forwarded-Proto: https",
      "X-Forwarded-Port: 443",
      "Via: 1.1 heroku-router",
      "X-Request-Start: *",
    ]);
    dyno.write(
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nVary: A\r\nVary: B\r\nKeep-Alive: timeout=5\r\nConnection: keep-alive\r\nX-Caf\xe9: no\r\n\r\n~~".replace(
        /X-Caf.*\r\n/,
        "X-Latin: caf\xe9\r\n",
      ),
    );
    const { status, headers, body, code } = await answerOf(stream);
    expect([status, body, code]).toEqual([200, "~~", 0]);
    expect(headers).toMatchObject({
      "set-cookie": ["a=1", "b=2"],
      vary: "A, B",
      via: "1.1 heroku-router",
      server: "Heroku",
      "content-length": "2",
      "x-latin": "caf\xe9",
    });
    for (const name of ["connection", "keep-alive", "transfer-encoding"])
      expect(headers).not.toHaveProperty(name);
    expect(rig.bugs).toEqual([]);
  });

  it("shows in the access line (heroku.md 3.8.1)", async () => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const stream = client.request({ ":path": "/x" });
    (await rig.dyno()).write(OK);
    await answerOf(stream);
    const line = formatEvent(await rig.event(), ERAS.now).text;
    expect(line).toMatch(
      new RegExp(
        `^at=info method=GET path="/x" host=${DOMAIN} .* status=200 bytes=2 protocol=http2.0 tls=true tls_version=tls1.3$`,
      ),
    );
  });

  it("carries many requests at once, each to its end", async () => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const answers = Array.from({ length: 20 }, (_, index) =>
      answerOf(client.request({ ":path": `/${index}` })),
    );
    for (let index = 0; index < 20; index++) {
      const dyno = await rig.dyno();
      const path = /GET (\S+)/.exec(await dyno.head())?.[1] ?? "";
      dyno.write(`HTTP/1.1 200 OK\r\nContent-Length: ${path.length}\r\n\r\n${path}`);
    }
    const bodies = (await Promise.all(answers)).map(({ body }) => body);
    expect(bodies).toEqual(Array.from({ length: 20 }, (_, index) => `/${index}`));
  });
});

describe("bodies of requests", () => {
  it.each([
    ["with a length", { "content-length": "5" }, "Content-Length: 5\r\n", "hello"],
    ["without one, in chunks", {}, "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"],
  ])("%s", async (_, headers, framing, bytes) => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const stream = client.request({ ":method": "POST", ...headers }, true);
    stream.end("hello");
    const dyno = await rig.dyno();
    expect(await dyno.head()).toContain(framing);
    expect(await dyno.upTo(bytes)).toBe(bytes);
    dyno.write(OK);
    expect((await answerOf(stream)).status).toBe(200);
  });

  it("that are none have a length of 0, as of HTTP/1.1. router.md 8.2", async () => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    client.request({ ":method": "POST" });
    const head = await (await rig.dyno()).head();
    expect(head).toContain("Content-Length: 0\r\n");
    expect(head).not.toContain("Transfer-Encoding");
  });

  it("bring their trailers with them. router.md 8.16", async () => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const stream = client.session.request({ ":path": "/", ":method": "POST" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "42" })).end("a");
    const dyno = await rig.dyno();
    await dyno.head();
    expect(await dyno.upTo("\r\n\r\n")).toBe("1\r\na\r\n0\r\nX-Sum: 42\r\n\r\n");
  });

  it("of a slow dyno wait: the client may send no more than was taken", async () => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const stream = client.request({ ":method": "POST" }, true);
    const size = 16 * 1024 * 1024;
    let isSent = false;
    stream.end(Buffer.alloc(size), () => (isSent = true));
    const dyno = await rig.dyno();
    dyno.socket.pause();
    let before = -1;
    let now = 0;
    // until it stands still
    while (now !== before) {
      before = now;
      await new Promise((resolve) => setTimeout(resolve, 100));
      now = client.session.socket.bytesWritten;
    }
    expect(isSent).toBe(false);
    expect(now).toBeLessThan(size / 2);
    dyno.socket.resume();
    await new Promise((resolve) =>
      dyno.socket.on("data", (bytes: Buffer) => bytes.includes("\r\n0\r\n\r\n") && resolve(0)),
    );
    dyno.write(OK);
    expect((await answerOf(stream)).status).toBe(200);
  });
});

describe("bodies of answers", () => {
  it.each([
    ["in chunks, with trailers", `${CHUNKED_OK}3\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n`, "abc", { "x-sum": "6" }],
    ["in chunks, without", `${CHUNKED_OK}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`, "abcde", {}],
    ["empty, in chunks", `${CHUNKED_OK}0\r\n\r\n`, "", {}],
    ["of no bytes", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "", {}],
  ])("%s", async (_, answer, body, trailers) => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const stream = client.request();
    (await rig.dyno()).write(answer);
    const got = await answerOf(stream);
    expect(Object.entries(got.trailers)).toEqual(Object.entries(trailers));
    expect([got.status, got.body, got.code]).toEqual([200, body, 0]);
  });

  it("that end with the dyno's connection end the stream", async () => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const stream = client.request();
    const dyno = await rig.dyno();
    await dyno.head();
    dyno.socket.end("HTTP/1.1 200 OK\r\n\r\nall of it");
    const { body, code } = await answerOf(stream);
    expect([body, code]).toEqual(["all of it", 0]);
    expect((await rig.event()).code).toBeUndefined();
  });

  it.each([
    ["HEAD", { ":method": "HEAD" }, "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", 200, "7"],
    ["HEAD of chunks", { ":method": "HEAD" }, CHUNKED_OK, 200, undefined],
    ["204", {}, "HTTP/1.1 204 No Content\r\n\r\n", 204, undefined],
    ["304", {}, "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", 304, "7"],
  ])("%s: none, and the stream ends", async (_, headers, answer, status, length) => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const stream = client.request(headers);
    (await rig.dyno()).write(answer);
    const got = await answerOf(stream);
    expect([got.status, got.body, got.code]).toEqual([status, "", 0]);
    expect(got.headers["content-length"]).toBe(length);
    expect((await rig.event()).code).toBeUndefined();
  });

  it("of 16 MB come whole to a client that reads late; the dyno waits", async () => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const stream = client.request();
    stream.pause();
    const dyno = await rig.dyno();
    const size = 16 * 1024 * 1024;
    let isTaken = false;
    dyno.socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    dyno.socket.write(Buffer.alloc(size, "x"), () => (isTaken = true));
    await new Promise((resolve) => stream.once("response", resolve));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(isTaken).toBe(false);
    const { body } = await answerOf(stream.resume());
    expect(body.length).toBe(size);
  });
});

describe("odd answers", () => {
  it.each([
    [
      "fields of HTTP/1.1 alone",
      "HTTP/1.1 200 OK",
      "Http2-Settings: AA\r\nTE: gzip\r\nUpgrade: h2c\r\n",
      200,
    ],
    [
      "one-value fields twice",
      "HTTP/1.1 200 OK",
      "Content-Type: a\r\nContent-Type: b\r\nETag: 1\r\nETag: 2\r\n",
      200,
    ],
    ["control bytes in a value (router.md 11.19)", "HTTP/1.1 200 OK", "X-Odd: a\x01b\x7fc\r\n", 200],
    ["names that objects have", "HTTP/1.1 200 OK", "__proto__: 1\r\nconstructor: 2\r\ntoString: 3\r\n", 200],
    [
      "600 fields (router.md L18)",
      "HTTP/1.1 200 OK",
      Array.from({ length: 600 }, (_, n) => `X-${n}: 1\r\n`).join(""),
      200,
    ],
  ])("%s come through", async (_, start, fields, status) => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const stream = client.request();
    (await rig.dyno()).write(`${start}\r\n${fields}Content-Length: 2\r\n\r\n~~`);
    const got = await answerOf(stream);
    expect([got.status, got.body, got.code]).toEqual([status, "~~", 0]);
    expect((await rig.event()).code).toBeUndefined();
    expect(rig.bugs).toEqual([]);
  });

  it("a head of 120 kB comes through", async () => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const stream = client.request();
    const lines = ["a", "b", "c"].map((name) => `X-${name}: ${"x".repeat(40_000)}\r\n`).join("");
    (await rig.dyno()).write(`HTTP/1.1 200 OK\r\n${lines}Content-Length: 2\r\n\r\n~~`);
    const { status, headers } = await answerOf(stream);
    expect([status, String(headers["x-c"]).length]).toEqual([200, 40_000]);
  });

  it.each([
    ["a status above 599", "HTTP/1.1 666 Odd\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"],
    ["a switching of protocols", "HTTP/1.1 101 Switching Protocols\r\n\r\n"],
    [
      "a head of 2 MB",
      `HTTP/1.1 200 OK\r\n${`X-Long: ${"x".repeat(500_000)}\r\n`.repeat(4)}Connection: close\r\nContent-Length: 2\r\n\r\n~~`,
    ],
  ])("%s is nothing that a stream here can carry: it is reset, H33, and others go on", async (_, answer) => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const stream = client.request();
    (await rig.dyno()).write(answer);
    const { status, code } = await answerOf(stream);
    expect([status, code]).toEqual([0, constants.NGHTTP2_INTERNAL_ERROR]);
    expect((await rig.event()).code).toBe("H33");
    using other = await Http2Client.open(authority, rig);
    const next = other.request();
    (await rig.dyno()).write(OK);
    expect((await answerOf(next)).status).toBe(200);
    expect(rig.bugs).toEqual([]);
  });
});

describe("interim answers", () => {
  it("100 comes from the router, and Expect stays with it. router.md 9.1", async () => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const stream = client.request({ ":method": "POST", expect: "100-continue", "content-length": "1" }, true);
    await new Promise((resolve) => stream.once("continue", resolve));
    stream.end("x");
    const dyno = await rig.dyno();
    expect(await dyno.head()).not.toContain("Expect");
    dyno.write(OK);
    expect((await answerOf(stream)).status).toBe(200);
  });

  it("103 comes from the dyno. router.md 17.9", async () => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const stream = client.request();
    (await rig.dyno()).write(`HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n${OK}`);
    const { interim, status } = await answerOf(stream);
    expect(status).toBe(200);
    expect(interim.map((one) => [one[":status"], one["link"]])).toEqual([[103, "</a.css>; rel=preload"]]);
  });
});

describe("what breaks", () => {
  it.each([
    ["with a length", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"],
    ["in chunks", `${CHUNKED_OK}4\r\nhalf\r\n`],
  ])("a dyno that cuts its answer %s: the stream is reset, H18. heroku.md 3.9", async (_, head) => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const stream = client.request();
    const dyno = await rig.dyno();
    const answer = answerOf(stream);
    dyno.write(head);
    await new Promise((resolve) => stream.once("data", resolve));
    dyno.socket.destroy();
    const { status, body, code } = await answer;
    expect([status, body, code]).toEqual([200, "half", constants.NGHTTP2_INTERNAL_ERROR]);
    expect(await rig.event()).toMatchObject({ code: "H18", sock: "backend", status: 200, bytes: 4 });
  });

  it("a dyno that says nothing: the error page, H13", async () => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const stream = client.request();
    (await rig.dyno()).socket.destroy();
    const { status, body, code } = await answerOf(stream);
    expect([status, code]).toEqual([503, 0]);
    expect(body).toContain("Application Error");
    expect(await rig.event()).toMatchObject({ code: "H13", status: 503, protocol: "http2.0" });
  });

  it("a client that takes its request back: H27, and the dyno is let go", async () => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const stream = client.request();
    const dyno = await rig.dyno();
    await dyno.head();
    stream.close(constants.NGHTTP2_CANCEL);
    expect(await rig.event()).toMatchObject({ code: "H27", sock: "client", status: 499, level: "warning" });
    await dyno.rest();
    // the connection serves on
    const next = client.request();
    (await rig.dyno()).write(OK);
    expect((await answerOf(next)).status).toBe(200);
  });

  it("a client whose connection goes: H27 for each request", async () => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    client.request();
    client.request();
    await (await rig.dyno()).head();
    await (await rig.dyno()).head();
    client.session.socket.destroy();
    expect([(await rig.event()).code, (await rig.event()).code]).toEqual(["H27", "H27"]);
  });

  it.each([
    ["an error of its own", constants.NGHTTP2_INTERNAL_ERROR],
    ["a breach of the protocol", constants.NGHTTP2_PROTOCOL_ERROR],
    ["a breach of flow control", constants.NGHTTP2_FLOW_CONTROL_ERROR],
  ])("a stream that the client breaks with %s: H33 (heroku.md 3.9 H33)", async (_, code) => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const stream = client.request({ ":method": "POST" }, true);
    await (await rig.dyno()).head();
    stream.close(code);
    const line = formatEvent(await rig.event(), ERAS.now).text;
    expect(line).toMatch(
      /^at=warning code=H33 desc="HTTP\/2 Stream Broken" method=POST .* status=499 bytes=/,
    );
  });

  it.each([
    ["shorter", "10", "abc"],
    ["longer", "2", "abc"],
  ])(
    "a body that is %s than its length: H33, and the dyno sees no whole request",
    async (_, length, body) => {
      await using rig = await authority.rig();
      using client = await Http2Client.open(authority, rig);
      const stream = client.request({ ":method": "POST", "content-length": length }, true);
      const dyno = await rig.dyno();
      await dyno.head();
      stream.end(body);
      expect((await answerOf(stream)).code).not.toBe(constants.NGHTTP2_NO_ERROR);
      expect((await rig.event()).code).toBe("H33");
      expect((await dyno.rest()).length).toBeLessThan(Number(length));
    },
  );

  it("an answer before the request has ended: whole, and no more is taken. router.md 8.24", async () => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const stream = client.request({ ":method": "POST" }, true);
    stream.write("some");
    const dyno = await rig.dyno();
    await dyno.head();
    dyno.write("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
    const { status, body, code } = await answerOf(stream);
    expect([status, body, code]).toEqual([413, "no", 0]);
    expect((await rig.event()).code).toBeUndefined();
  });

  it("silence of the dyno: H12 with the page", async () => {
    await using rig = await authority.rig({ limits: { firstByte: millis(50) } });
    using client = await Http2Client.open(authority, rig);
    const got = await answerOf(client.request());
    expect(got.status).toBe(503);
    expect((await rig.event()).code).toBe("H12");
  });

  it("silence inside an answer: the stream is reset, H15", async () => {
    await using rig = await authority.rig({ limits: { idle: millis(80) } });
    using client = await Http2Client.open(authority, rig);
    const stream = client.request();
    (await rig.dyno()).write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    const { body, code } = await answerOf(stream);
    expect([body, code]).toEqual(["half", constants.NGHTTP2_INTERNAL_ERROR]);
    expect((await rig.event()).code).toBe("H15");
  });
});

describe("the router's own end", () => {
  it("cuts what is under way, H24 for each, and waits for nobody (heroku.md 3.9 H24)", async () => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const answers = [answerOf(client.request()), answerOf(client.request())];
    const dyno = await rig.dyno();
    await dyno.head();
    dyno.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    await (await rig.dyno()).head();
    await rig.router.close();
    expect((await Promise.all(answers)).map(({ code }) => code === constants.NGHTTP2_NO_ERROR)).toEqual([
      false,
      false,
    ]);
    expect([(await rig.event()).code, (await rig.event()).code]).toEqual(["H24", "H24"]);
    expect(rig.router.inFlight).toBe(0);
    expect(rig.bugs).toEqual([]);
  });
});

describe("names", () => {
  it("Host of another name than the handshake's is H31, 421. heroku.md 3.9", async () => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const got = await answerOf(client.request({ ":authority": "app.localhost", "user-agent": "x/1" }));
    expect(got.status).toBe(421);
    expect(await rig.event()).toMatchObject({ code: "H31", agent: "x/1" });
  });

  it("an unknown one is no such app", async () => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    expect((await answerOf(client.request({ ":authority": "nobody.test" }))).status).toBe(404);
  });
});

describe("idle connections", () => {
  it("are closed after the time of L6, those with a request are not", async () => {
    await using rig = await authority.rig({ limits: { requestHead: millis(150) } });
    using client = await Http2Client.open(authority, rig);
    const stream = client.request();
    const dyno = await rig.dyno();
    await dyno.head();
    await new Promise((resolve) => setTimeout(resolve, 400));
    dyno.write(OK);
    expect((await answerOf(stream)).status).toBe(200);
    await new Promise((resolve) => client.session.once("close", resolve));
    expect(rig.events).toHaveLength(1);
  });
});

describe("hostile clients", () => {
  it.each([
    ["connection", "keep-alive"],
    ["connection", "close, x-secret"],
    ["keep-alive", "timeout=5"],
    ["proxy-connection", "keep-alive"],
    ["upgrade", "websocket"],
    ["transfer-encoding", "chunked"],
    ["te", "gzip"],
    ["http2-settings", "AAMAAABkAARAAAAAAAIAAAAA"],
    ["host", "other.example.com"],
    ["content-length", "1, 1"],
    ["content-length", "-1"],
    ["content-length", "1"],
    ["X-Upper", "1"],
    [":path", "/ HTTP/1.1\r\nX: y\r\n"],
    [":path", "/a b"],
    [":path", "no-slash"],
    [":path", "http://other.example.com/"],
    [":path", "*"],
    [":scheme", "http"],
    [":scheme", "ftp"],
    [":method", "GET /"],
    [":method", "G\r\nET"],
    [":authority", "a@b"],
    [":protocol", "websocket"],
  ])("%s: %j never reaches the dyno", async (name, value) => {
    await using rig = await authority.rig();
    const frames = new FrameClient(await authority.connect(rig, DOMAIN, { ALPNProtocols: ["h2"] }));
    frames.headers(1, { ...GET, [name]: value });
    expect(await frames.endOf(1)).toMatch(/^(reset 1|status 4\d\d)$/);
    frames.headers(3, GET);
    const dyno = await rig.dyno();
    expect(await dyno.head()).toContain("GET / HTTP/1.1\r\n");
    dyno.write(OK);
    expect(await frames.endOf(3)).toBe("status 200");
    expect(rig.dynoConnections).toBe(1);
    expect(rig.bugs).toEqual([]);
  });

  it.each([
    ["x-inject", "a\r\nHost: evil"],
    ["x-inject", "a\nb"],
    ["x-inject", "a\0b"],
    ["x-inject", "a\x7fb"],
    ["x name", "1"],
    ["x:name", "1"],
  ])("%s: %j is left out", async (name, value) => {
    await using rig = await authority.rig();
    const frames = new FrameClient(await authority.connect(rig, DOMAIN, { ALPNProtocols: ["h2"] }));
    frames.headers(1, { ...GET, [name]: value, "x-last": "1" });
    const dyno = await rig.dyno();
    expect(masked(await dyno.head(), "X-Request-Id", "X-Request-Start")).toEqual([
      "GET / HTTP/1.1",
      `Host: ${DOMAIN}`,
      "X-Last: 1",
      "X-Request-Id: *",
      "X-Forwarded-For: 127.0.0.1",
      "X-Forwarded-Proto: https",
      "X-Forwarded-Port: 443",
      "Via: 1.1 heroku-router",
      "X-Request-Start: *",
    ]);
    dyno.write(OK);
    expect(await frames.endOf(1)).toBe("status 200");
  });

  it("that reset what they ask for, again and again, lose their connection; others are served", async () => {
    await using rig = await authority.rig({
      checkout: (_, gone) =>
        new Promise((resolve) =>
          gone.addEventListener("abort", () => resolve({ kind: "refused", reason: "crashed" })),
        ),
    });
    const frames = new FrameClient(await authority.connect(rig, DOMAIN, { ALPNProtocols: ["h2"] }));
    await frames.settled;
    for (let index = 0; index < 2_000; index++) {
      frames.headers(1 + 2 * index, GET);
      frames.reset(1 + 2 * index, constants.NGHTTP2_CANCEL);
    }
    expect(await frames.endOf(9_999)).toMatch(/^(goaway \d+|closed)$/);
    expect(rig.events.length).toBeLessThan(1_100);
    await using calm = await authority.rig();
    using client = await Http2Client.open(authority, calm);
    const answer = answerOf(client.request());
    (await calm.dyno()).write(OK);
    expect((await answer).status).toBe(200);
    expect(rig.bugs).toEqual([]);
  });

  it("that open more streams than are allowed lose their connection", async () => {
    await using rig = await authority.rig();
    const frames = new FrameClient(await authority.connect(rig, DOMAIN, { ALPNProtocols: ["h2"] }));
    await frames.settled;
    for (let index = 0; index < 101; index++) frames.headers(1 + 2 * index, GET);
    expect(await frames.endOf(201)).toBe("goaway 1");
  });

  it.each([
    ["more fields than Heroku takes", Array.from({ length: 1_050 }, (_, n) => [`x-${n}`, "1"])],
    ["a field line longer than Heroku takes", [["x-long", "x".repeat(9_000)]]],
    ["a list of 200 kB", Array.from({ length: 25 }, (_, n) => [`x-${n}`, "x".repeat(8_000)])],
  ] as const)("that send %s are refused", async (_, fields) => {
    await using rig = await authority.rig();
    using client = await Http2Client.open(authority, rig);
    const { status, code } = await answerOf(
      client.request(Object.fromEntries(fields) as Record<string, string>),
    );
    expect(status === 400 || code !== 0).toBe(true);
    expect(rig.dynoConnections).toBe(0);
  });
});
