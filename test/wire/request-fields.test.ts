import { describe, expect, it } from "vitest";
import { get, HOST, masked, OK, post, Rig } from "./rig.ts";

const VIA = { now: "1.1 heroku-router", legacy: "1.1 vegur" } as const;
const SERVER = { now: "Heroku", legacy: "Cowboy" } as const;

/** Lines of the client, and what the dyno gets of the fields named: `undefined` stands for none. */
const TO_DYNO: readonly [fact: string, lines: readonly string[], name: string, seen: readonly string[]][] = [
  ["4.1 names in any case", ["x-aa-BB-c1: 1"], "X-Aa-Bb-C1", ["X-Aa-Bb-C1: 1"]],
  ["4.1 Etag and its like", ["ETAG: e", "dnt: 1"], "Etag", ["Etag: e"]],
  ["4.2 repeated fields", ["X-R: 1", "X-Q: 0", "x-r: 2"], "X-R", ["X-R: 1", "X-R: 2"]],
  ["4.6 high bytes in a value", ["X-V: \xe9\x80"], "X-V", ["X-V: \xe9\x80"]],
  [
    "L24 an id of 20 characters",
    [`X-Request-Id: ${"a+/=-Z9".padEnd(20, "x")}`],
    "X-Request-Id",
    [`X-Request-Id: ${"a+/=-Z9".padEnd(20, "x")}`],
  ],
  [
    "L24 an id of 200 characters",
    [`X-Request-Id: ${"b".repeat(200)}`],
    "X-Request-Id",
    [`X-Request-Id: ${"b".repeat(200)}`],
  ],
  [
    "5.2 the client's claims, then who it is (router.md 17.12, heroku.md 3.3.3)",
    ["X-Forwarded-For: 1.1.1.1", "X-Forwarded-For: 2.2.2.2, 3.3.3.3"],
    "X-Forwarded-For",
    ["X-Forwarded-For: 1.1.1.1, 2.2.2.2, 3.3.3.3, 127.0.0.1"],
  ],
  [
    "5.3 the proto is never the client's (router.md 17.11, heroku.md 3.3.3)",
    ["X-Forwarded-Proto: https"],
    "X-Forwarded-Proto",
    ["X-Forwarded-Proto: http"],
  ],
  [
    "5.4 the port is neither the client's nor the Host's",
    ["X-Forwarded-Port: 8443"],
    "X-Forwarded-Port",
    ["X-Forwarded-Port: 80"],
  ],
  [
    "5.6 Forwarded and X-Forwarded-Host pass",
    ["Forwarded: for=1", "X-Forwarded-Host: e"],
    "Forwarded",
    ["Forwarded: for=1"],
  ],
  [
    "6.1 the connection's own fields go (heroku.md 3.3.6)",
    ["Keep-Alive: 5", "TE: trailers", "Proxy-Authorization: x", "Proxy-Connection: close"],
    "Keep-Alive",
    [],
  ],
  ["6.2 Trailer passes", ["Trailer: X-T"], "Trailer", ["Trailer: X-T"]],
  [
    "6.2 Proxy-Authentication passes",
    ["Proxy-Authentication: x"],
    "Proxy-Authentication",
    ["Proxy-Authentication: x"],
  ],
  [
    "6.3 what Connection names goes (router.md 17.13)",
    ["Connection: X-Hop, keep-alive", "X-Hop: 1"],
    "X-Hop",
    [],
  ],
  [
    "6.3 but not what the router itself writes",
    ["Connection: x-forwarded-for, x-request-id"],
    "X-Forwarded-For",
    ["X-Forwarded-For: 127.0.0.1"],
  ],
];

describe.each(["now", "legacy"] as const)("toward the dyno, era %s", (era) => {
  it.each(TO_DYNO)("%s", async (_fact, lines, name, seen) => {
    await using rig = await Rig.open({ era });
    const { toDyno } = await rig.exchange(get("/", ...lines), OK);
    expect(masked(toDyno).filter((line) => line.startsWith(`${name}:`))).toEqual(seen);
  });

  it("adds who asks, and how (heroku.md 3.3.1, 3.3.2, 3.3.4, 3.3.7)", async () => {
    await using rig = await Rig.open({ era });
    const { toDyno } = await rig.exchange(get("/", "Via: 1.0 proxy"), OK);
    const names = masked(toDyno).map((line) => line.split(":")[0]);
    const times = era === "legacy";
    expect(names).toEqual([
      "GET / HTTP/1.1",
      "Host",
      ...(times ? ["Connection"] : []),
      "X-Request-Id",
      "X-Forwarded-For",
      "X-Forwarded-Proto",
      "X-Forwarded-Port",
      "Via",
      ...(times ? ["Connect-Time"] : []),
      "X-Request-Start",
      ...(times ? ["Total-Route-Time"] : []),
    ]);
    expect(toDyno).toContain(`\r\nVia: 1.0 proxy, ${VIA[era]}\r\n`);
  });

  it("adds little toward the client (heroku.md 3.4.1 to 3.4.3)", async () => {
    await using rig = await Rig.open({ era });
    const { client } = await rig.exchange(get(), OK);
    const head = masked(await client.head(), "Date", "Nel", "Report-To", "Reporting-Endpoints");
    expect(head).toEqual([
      "HTTP/1.1 200 OK",
      `Server: ${SERVER[era]}`,
      "Date: *",
      ...(era === "legacy" ? ["Connection: keep-alive"] : []),
      `Via: ${VIA[era]}`,
      ...(era === "now" ? ["Nel: *", "Report-To: *", "Reporting-Endpoints: *"] : []),
      "Content-Length: 2",
    ]);
  });

  it("neither compresses nor keeps nor rewrites (heroku.md 3.4.4)", async () => {
    await using rig = await Rig.open({ era });
    const body = "a".repeat(5000);
    const answer = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nCache-Control: max-age=600\r\nContent-Length: 5000\r\n\r\n${body}`;
    const client = await rig.client(get("/", "Accept-Encoding: gzip"));
    let dyno = await rig.dyno();
    for (const last of [false, true]) {
      expect(await dyno.head()).toContain("\r\nAccept-Encoding: gzip\r\n");
      dyno.write(answer);
      const head = await client.head();
      expect(head).toContain("\r\nCache-Control: max-age=600\r\n");
      expect(head).not.toContain("Content-Encoding");
      expect(await client.upTo(body)).toBe(body);
      if (last) return;
      client.write(get("/", "Accept-Encoding: gzip"));
      dyno = await rig.next(dyno);
    }
  });
});

describe.each(["now", "legacy"] as const)("limits of a request, era %s (heroku.md 3.5)", (era) => {
  it.each([
    [
      "a request line of 8193 bytes (heroku.md 3.5.1)",
      `GET /${"a".repeat(8193 - 14)} HTTP/1.1\r\n`,
      era === "now" ? 400 : 414,
    ],
    ["two spaces in the request line (heroku.md 3.5.1)", `GET  / HTTP/1.1\r\n${HOST}\r\n`, 400],
    ["a field line of 8193 bytes (heroku.md 3.5.2)", get("/", `X: ${"v".repeat(8190)}`), 400],
    ["a field name of 1001 bytes (heroku.md 3.5.2)", get("/", `${"n".repeat(1001)}: 1`), 400],
    ["1001 fields (heroku.md 3.5.3)", get("/", ...Array.from({ length: 1000 }, () => "X: 1")), 400],
    ["two lengths (heroku.md 3.5.4)", post("ab", "Content-Length: 2", "Content-Length: 3"), 400],
    ["a list of lengths (heroku.md 3.5.4)", post("ab", "Content-Length: 2, 2"), 400],
  ])("%s", async (_fact, request, status) => {
    await using rig = await Rig.open({ era });
    const client = await rig.client(request);
    expect(await client.rest()).toMatch(new RegExp(`^HTTP/1\\.1 ${String(status)} `));
    expect(rig.dynoConnections).toBe(0);
  });

  it("a body has none, either way (heroku.md 3.5.9)", async () => {
    await using rig = await Rig.open({ era });
    const size = 3_000_000;
    const client = await rig.client(post("", `Content-Length: ${String(size)}`));
    const dyno = await rig.dyno();
    await dyno.head();
    client.socket.write(Buffer.alloc(size, "u"));
    let sent = 0;
    while (sent < size) sent += (await dyno.upTo("u")).length;
    dyno.write(`HTTP/1.1 200 OK\r\nContent-Length: ${String(size)}\r\n\r\n`);
    dyno.socket.write(Buffer.alloc(size, "d"));
    await client.head();
    expect(await rig.event()).toMatchObject({ status: 200, bytes: size });
  });
});
