import { describe, expect, it } from "vitest";
import { get, HOST, masked, OK, post, Rig } from "./rig.ts";

/** Answered by the parser, or before the app is known: no access line. router.md E22 */
const UNLOGGED: readonly [fact: string, request: string, status: number][] = [
  ["3.13 HTTP/0.9", "GET /\r\n", 400],
  ["3.11 two spaces", "GET  / HTTP/1.1\r\n", 400],
  ["3.12 an unknown version", "GET / HTTP/1.2\r\n", 505],
  ["3.15 the HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505],
  ["3.14 LF for a line end", "GET / HTTP/1.1\nHost: app.localhost\n\n", 400],
  ["3.2 a method that is no token", "GE(T / HTTP/1.1\r\n", 400],
  ["L14 a method of 128 characters", `${"M".repeat(128)} / HTTP/1.1\r\n`, 400],
  ["3.10 a control byte in the target", "GET /\x01 HTTP/1.1\r\n", 400],
  ["L13 six empty lines", `${"\r\n".repeat(6)}${get()}`, 400],
  ["L9 a request line of 8193 bytes", `GET /${"a".repeat(8193 - 14)} HTTP/1.1\r\n`, 400],
  ["L10 a field name of 1001 bytes", get("/", `${"n".repeat(1001)}: 1`), 400],
  ["L11 a field line of 8193 bytes", get("/", `X: ${"v".repeat(8190)}`), 400],
  ["L12 1001 fields", get("/", ...Array.from({ length: 1000 }, (_, n) => `X${n}: 1`)), 400],
  ["4.3 a space before the colon", get("/", "X : 1"), 400],
  ["4.4 a folded value", get("/", "X: 1", " 2"), 400],
  ["4.5 a bare CR", get("/", "X: 1\r2"), 400],
  ["4.6 a NUL", get("/", "X: 1\x002"), 400],
  ["4.6 another control", get("/", "X: 1\x1b2"), 400],
  ["4.7 an empty name", get("/", ": 1"), 400],
  ["4.7 a name that is no token", get("/", "X(y): 1"), 400],
  ["4.8 no colon", get("/", "Xy"), 400],
  ["4.9 no Host", "GET / HTTP/1.1\r\n\r\n", 400],
  ["4.10 no Host in 1.0", "GET / HTTP/1.0\r\n\r\n", 400],
  ["4.11 an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400],
  ["4.12 two Hosts", `GET / HTTP/1.1\r\n${HOST}${HOST}\r\n`, 400],
  ["4.14 a port that is no number", "GET / HTTP/1.1\r\nHost: app.localhost:x\r\n\r\n", 400],
  ["4.15 a Host with an at sign", "GET / HTTP/1.1\r\nHost: a@app.localhost\r\n\r\n", 400],
];

describe("refused before an app is known (router.md E22)", () => {
  it.each(UNLOGGED)("%s", async (_fact, request, status) => {
    await using rig = await Rig.open();
    const client = await rig.client(request);
    const answer = await client.rest();
    expect(masked(answer, "Date")).toEqual([
      expect.stringMatching(new RegExp(`^HTTP/1.1 ${status} `)),
      "Server: Heroku",
      "Date: *",
      "Connection: close",
      "Content-Length: 0",
    ]);
    expect(rig.troubles).toMatchObject([{ kind: "unreadable-request", status }]);
    expect(rig.events).toEqual([]);
    expect(rig.dynoConnections).toBe(0);
  });

  it("era legacy says 414 to a long request line (router.md 17.1)", async () => {
    await using rig = await Rig.open({ era: "legacy" });
    const client = await rig.client(`GET /${"a".repeat(8193 - 14)} HTTP/1.1\r\n`);
    expect(await client.rest()).toMatch(/^HTTP\/1.1 414 /);
  });

  it("shows a page of its own to a host that is nobody's (router.md E19)", async () => {
    await using rig = await Rig.open();
    const client = await rig.client("GET / HTTP/1.1\r\nHost: other.localhost\r\n\r\n");
    const answer = await client.rest();
    expect(answer).toMatch(/^HTTP\/1.1 404 Not Found\r\n/);
    expect(answer).toContain("<title>No such app</title>");
    expect(rig.events).toEqual([]);
  });
});

const AT_THE_LIMIT: readonly [fact: string, request: string][] = [
  ["L9 a request line of 8192 bytes", `GET /${"a".repeat(8192 - 14)} HTTP/1.1\r\n${HOST}\r\n`],
  ["L10 a field name of 1000 bytes", get("/", `${"n".repeat(1000)}: 1`)],
  ["L11 a field line of 8192 bytes", get("/", `X: ${"v".repeat(8189)}`)],
  ["L12 1000 fields", get("/", ...Array.from({ length: 999 }, (_, n) => `X${n}: 1`))],
  ["L13 five empty lines", `${"\r\n".repeat(5)}${get()}`],
  ["L14 a method of 127 characters", `${"M".repeat(127)} / HTTP/1.1\r\n${HOST}\r\n`],
];

it.each(AT_THE_LIMIT)("serves %s", async (_fact, request) => {
  await using rig = await Rig.open();
  const { client } = await rig.exchange(request, OK);
  expect(await client.upTo("~~")).toMatch(/^HTTP\/1.1 200 /);
});

/** The app is known: one access line, without a code in era now, H26 in era legacy. router.md 17.16 */
const LOGGED: readonly [fact: string, request: string, status: number, cause: string][] = [
  ["17.4 CONNECT (router.md 3.3)", `CONNECT app.localhost:80 HTTP/1.1\r\n${HOST}\r\n`, 400, "bad header"],
  [
    "3.4 CONNECT without a path",
    `CONNECT http://app.localhost:80 HTTP/1.1\r\n${HOST}\r\n`,
    400,
    "bad header",
  ],
  ["3.9 a target without a slash", `GET a HTTP/1.1\r\n${HOST}\r\n`, 400, "bad header"],
  ["17.6 an empty Connection list (router.md 4.16)", get("/", "Connection: ,"), 400, "bad header"],
  [
    "8.6 two lengths (router.md E17)",
    post("ab", "Content-Length: 2", "Content-Length: 3"),
    400,
    "bad header",
  ],
  ["8.7 a list of lengths", post("ab", "Content-Length: 2, 2"), 400, "bad header"],
  ["8.8 a length with a sign", post("ab", "Content-Length: +2"), 400, "bad header"],
  ["8.8 an empty length", post("", "Content-Length:"), 400, "bad header"],
  ["8.11 an unknown coding (router.md E15)", post("", "Transfer-Encoding: xchunked"), 400, "bad header"],
  ["8.11 a coding before chunked", post("", "Transfer-Encoding: gzip, chunked"), 400, "bad header"],
  ["8.12 an empty coding list", post("", "Transfer-Encoding: ,"), 400, "bad header"],
  [
    "8.14 two codings",
    post("", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
    400,
    "bad header",
  ],
  [
    "9.9 another expectation (router.md E16, heroku.md 3.6.1)",
    get("/", "Expect: tea"),
    417,
    "unsupported expect header value",
  ],
  [
    "9.9 more than one expectation",
    get("/", "Expect: 100-continue, tea"),
    417,
    "unsupported expect header value",
  ],
  ["9.10 a malformed expectation", get("/", "Expect: 100 continue"), 400, "bad header"],
  ["10.2 an upgrade to nothing", get("/", "Connection: upgrade"), 400, "bad header"],
];

describe.each(["now", "legacy"] as const)(
  "refused with an access line, era %s (router.md 17.16, heroku.md 3.9 H26)",
  (era) => {
    it.each(LOGGED)("%s", async (_fact, request, status, cause) => {
      await using rig = await Rig.open({ era });
      const client = await rig.client(request);
      expect(await client.rest()).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*Content-Length: 0\r\n\r\n$`));
      const expected =
        era === "now"
          ? { level: "info", code: undefined, cause: undefined }
          : { level: "error", code: "H26", desc: "Request Error", cause };
      expect(await rig.event()).toMatchObject({
        ...expected,
        status,
        bytes: era === "now" ? 0 : undefined,
        dyno: undefined,
        connect: undefined,
        service: undefined,
      });
      expect(rig.events).toHaveLength(1);
      expect(rig.dynoConnections).toBe(0);
    });
  },
);
