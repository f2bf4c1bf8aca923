import { describe, expect, it } from "vitest";
import { get, HOST, OK, Rig } from "./rig.ts";

const ERAS = ["now", "legacy"] as const;
const answerOf = (lines: readonly string[], body: string = ""): string =>
  `HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n${body}`;

describe.each(ERAS)("answers that pass, era %s", (era) => {
  it.each([
    [
      "11.5 a length above 64 KiB is streamed",
      answerOf(["Content-Length: 100000"], "x".repeat(99_998) + "~~"),
      200,
    ],
    ["11.1 any status", "HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\n~~", 999],
    ["11.2 no phrase (router.md 17.2)", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n~~", 200],
    ["11.2 an empty phrase (router.md 17.2)", "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\n~~", 200],
    ["7.2 of HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n~~", 200],
    ["11.10 two equal lengths", answerOf(["Content-Length: 2", "content-length: 2"], "~~"), 200],
    ["11.18 a space before the colon", answerOf(["X : 1", "Content-Length : 2"], "~~"), 200],
    ["11.19 a control byte that ends no line", answerOf(["X: a\x01b", "Content-Length: 2"], "~~"), 200],
  ])("%s", async (_fact, answer, status) => {
    await using rig = await Rig.open({ era });
    const { client } = await rig.exchange(get("/", "Connection: close"), answer);
    const heard = await client.rest();
    expect(heard).toMatch(
      new RegExp(`^HTTP/1\\.1 ${String(status)} [^]*\r\nContent-Length: \\d+\r\n\r\n[^]*~~$`),
    );
    expect(heard.match(/content-length/gi)).toHaveLength(1);
    expect(await rig.event()).toMatchObject({ status, code: undefined });
  });

  it("11.12 a length of more digits than fit keeps them", async () => {
    await using rig = await Rig.open({ era });
    const { client } = await rig.exchange(
      get(),
      answerOf(["Content-Length: 123456789012345678901234567890"], "abc"),
    );
    expect(await client.head()).toContain("\r\nContent-Length: 123456789012345678901234567890\r\n");
    await client.upTo("abc");
  });

  it("11.4 a short length is streamed; one that never comes cuts the connection (router.md L19, 17.10)", async () => {
    await using rig = await Rig.open({ era });
    const { client, dyno } = await rig.exchange(get(), answerOf(["Content-Length: 5"], "abc"));
    await client.upTo("abc");
    dyno.socket.end();
    expect(await client.rest()).toBe("");
    expect(await rig.event()).toMatchObject({ code: "H18", sock: "backend", bytes: 3 });
  });

  it("11.22 a head in pieces is waited for (router.md L18)", async () => {
    await using rig = await Rig.open({ era });
    const { client, dyno } = await rig.exchange(get(), "HTTP/1.1 2");
    for (const piece of [
      "00 O",
      "K\r",
      "\nX-A: 1\r\nConte",
      `nt-Length: 2\r\n${"X-B: 2\r\n".repeat(600)}\r`,
      "\n~~",
    ]) {
      await turn();
      dyno.write(piece);
    }
    const head = await client.head();
    expect(head.match(/X-B: 2/g)).toHaveLength(600);
    expect(await client.upTo("~~")).toBe("~~");
  });

  it.each([
    [
      "11.20 Set-Cookie and other repeated fields",
      ["Set-Cookie: a=1", "X: 1", "set-cookie: b=2"],
      ["Set-Cookie: a=1", "X: 1", "Set-Cookie: b=2"],
    ],
    [
      "6.2 Trailer and Proxy-Authentication",
      ["Trailer: X", "Proxy-Authentication: y"],
      ["Trailer: X", "Proxy-Authentication: y"],
    ],
    [
      "6.1 the connection's own fields",
      ["Keep-Alive: 5", "Proxy-Connection: x", "TE: y", "Connection: x-z", "X-Z: 1"],
      [],
    ],
    [
      "4.1 names in Title-Case toward the client",
      ["ETAG: e", "www-authenticate: b"],
      ["Etag: e", "Www-Authenticate: b"],
    ],
  ])("%s", async (_fact, lines, seen) => {
    await using rig = await Rig.open({ era });
    const { client } = await rig.exchange(get(), answerOf([...lines, "Content-Length: 0"]));
    const names = new Set(lines.map((line) => line.slice(0, line.indexOf(":")).toLowerCase()));
    const heard = (await client.head())
      .split("\r\n")
      .filter((line) => names.has(line.split(":")[0]!.toLowerCase()));
    expect(heard.filter((line) => line !== "Connection: keep-alive")).toEqual(seen);
  });

  it.each([
    ["6.8 HEAD without a length (router.md 11.15)", "HEAD", answerOf([])],
    ["6.8 204 without a length (router.md 11.16)", "GET", "HTTP/1.1 204 No Content\r\n\r\n"],
    ["6.8 304 without a length (router.md 11.16)", "GET", "HTTP/1.1 304 Not Modified\r\n\r\n"],
    [
      "11.16 204 that says chunked",
      "GET",
      "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["11.16 304 with bytes of a body", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\nabc"],
    ["11.15 HEAD with bytes of a body", "HEAD", answerOf(["Content-Length: 3"], "abc")],
  ])("%s: no body, and the connection stays", async (_fact, method, answer) => {
    await using rig = await Rig.open({ era });
    const client = await rig.client(`${method} / HTTP/1.1\r\n${HOST}\r\n`);
    const dyno = await rig.dyno();
    await dyno.head();
    dyno.write(answer);
    expect(await client.head()).not.toContain("Connection: close");
    expect(await rig.event()).toMatchObject({ bytes: 0, code: undefined });
    client.write(get("/next", "Connection: close"));
    const next = await rig.next(dyno);
    expect(await next.head()).toMatch(/^GET \/next /);
    next.write(OK);
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n~~$/);
  });
});

describe.each(ERAS)("answers that do not pass, era %s", (era) => {
  it.each([
    ["11.3 another protocol (router.md E7)", "SSH-2.0-x\r\n\r\n", "H17", 503],
    ["11.12 a length with a sign", answerOf(["Content-Length: +5"], "hello"), "H25", 502],
    [
      "11.11 a length of letters (router.md E8, heroku.md 3.5.8)",
      answerOf(["Content-Length: x"]),
      "H25",
      502,
    ],
    [
      "11.11 two lengths (router.md E8, heroku.md 3.5.8)",
      answerOf(["Content-Length: 1", "Content-Length: 2"]),
      "H25",
      502,
    ],
    [
      "an oversized cookie (router.md E9, heroku.md 3.5.6)",
      answerOf([`Set-Cookie: ${"a".repeat(8181)}`]),
      "H25",
      502,
    ],
    [
      "an oversized field (router.md E10, heroku.md 3.5.5)",
      answerOf([`X: ${"a".repeat(524_286)}`]),
      "H25",
      502,
    ],
    [
      "an oversized status line (router.md E11, heroku.md 3.5.7)",
      `HTTP/1.1 200 ${"a".repeat(8180)}\r\n\r\n`,
      "H25",
      502,
    ],
    [
      "11.14 another coding beside a length",
      answerOf(["Transfer-Encoding: gzip", "Content-Length: 2"], "~~"),
      "H17",
      503,
    ],
    ["11.14 chunked twice", answerOf(["Transfer-Encoding: chunked, chunked"], "0\r\n\r\n"), "H17", 503],
    [
      "11.19 a bare CR in a value: a second line to some",
      answerOf(["X: a\rSet-Cookie: b=1", "Content-Length: 0"]),
      "H17",
      503,
    ],
    ["11.19 a bare LF in a value", answerOf(["X: a\nSet-Cookie: b=1", "Content-Length: 0"]), "H17", 503],
    ["11.19 a NUL in a value", answerOf(["X: a\x00b", "Content-Length: 0"]), "H17", 503],
    ["11.17 a folded line", answerOf(["X: 1", " 2"]), "H17", 503],
    ["17.14 a field without a colon", answerOf(["Xy"]), "H17", 503],
  ])("%s", async (_fact, answer, code, status) => {
    await using rig = await Rig.open({ era });
    const { client } = await rig.exchange(get(), answer);
    const heard = await client.rest();
    expect(heard).toMatch(new RegExp(`^HTTP/1\\.1 ${String(status)} [^]*<title>Application Error</title>`));
    expect(heard.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(await rig.event()).toMatchObject({ code, status });
  });

  it.each([
    ["11.7 a chunk size that is none (router.md E12)", "1\r\na\r\nx\r\n", "1\r\na\r\n"],
    ["11.8 data after the last chunk", "1\r\na\r\n0\r\nabc\r\n\r\n", "1\r\na\r\n"],
    ["11.7 LF alone after a size", "1\r\na\r\n1\nb\r\n", "1\r\na\r\n"],
    ["11.7 data longer than its size", "1\r\nab\r\n0\r\n\r\n", "1\r\na"],
  ])("%s: cut, and no second status", async (_fact, body, heard) => {
    await using rig = await Rig.open({ era });
    const { client } = await rig.exchange(get(), answerOf(["Transfer-Encoding: chunked"], body));
    await client.head();
    expect(await client.rest()).toBe(heard);
    expect(await rig.event()).toMatchObject({ code: "H17", bytes: 1 });
  });

  it("11.21 what comes after an answer is nobody's answer (router.md 17.15)", async () => {
    await using rig = await Rig.open({ era });
    const forged = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nFORGED";
    const { client, dyno } = await rig.exchange(get("/1"), OK + forged);
    await client.upTo("~~");
    client.write(get("/2", "Connection: close"));
    const next = await rig.next(dyno);
    await next.head();
    next.write(OK);
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*~~$/);
    expect(next).not.toBe(dyno);
  });
});

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
