import { describe, expect, it } from "vitest";
import { get, HOST, OK, post, Rig } from "./rig.ts";

const CHUNKED = "Transfer-Encoding: chunked";
/** Behind an end of the message that only one of two readers sees. */
const SMUGGLED = get("/smuggled");

/** Each is refused with 400 before a dyno is asked, and the connection ends: nothing behind it is read. */
const REFUSED: readonly [way: string, request: string][] = [
  // TE.TE: a coding that one reader knows and the other does not. router.md 8.11 to 8.14
  ...[
    "xchunked",
    "chunkedx",
    "chunked, identity",
    "identity, chunked",
    "gzip, chunked",
    "chunked, chunked",
    "identity",
    "chunked;q=1",
    '"chunked"',
    ",chunked",
    "chunked,",
    "chunk\ted",
    "\x0bchunked",
    "chunked\x0c",
    "chunked\x00",
    "\xa0chunked",
    "chunked\xff",
    "",
  ].map((value): [string, string] => [
    `TE.TE ${JSON.stringify(value)} (router.md 8.11, 8.13)`,
    post(`0\r\n\r\n${SMUGGLED}`, `Transfer-Encoding: ${value}`, "Content-Length: 5"),
  ]),
  [
    "TE.TE two lines (router.md 8.14)",
    post(`0\r\n\r\n${SMUGGLED}`, CHUNKED, "Transfer-Encoding: identity", "Content-Length: 5"),
  ],
  ["TE.TE the other way round (router.md 8.14)", post(SMUGGLED, "Transfer-Encoding: x", CHUNKED)],
  // Names that only one reader takes for the field. router.md 4.3, 4.4, 4.6, 4.7
  ...[
    "Transfer-Encoding : chunked",
    "Transfer-Encoding\t: chunked",
    " Transfer-Encoding: chunked",
    "\tTransfer-Encoding: chunked",
    "Transfer-Encoding\x0b: chunked",
    "Transfer-Encoding\x00: chunked",
    "\x00Transfer-Encoding: chunked",
    "Transfer-\xadEncoding: chunked",
    "Transfer-Encoding\xa0: chunked",
    "Transfer Encoding: chunked",
    "Transfer_Encoding: chunked",
    "TRANSFER_ENCODING: chunked",
    "Transfer-Encoding:\r\n chunked",
    "Transfer-Encoding:\r\n\tchunked",
    "Transfer-Encoding\r\n : chunked",
    "X: 1\r\n Transfer-Encoding: chunked",
    "X: 1\nTransfer-Encoding: chunked",
    "X: 1\rTransfer-Encoding: chunked",
    "X: 1\r\rTransfer-Encoding: chunked",
    "X: 1\x00Transfer-Encoding: chunked",
    "X: 1\x0bTransfer-Encoding: chunked",
    "Transfer-Encoding",
    ": chunked",
  ].map((line): [string, string] => [
    `a field ${JSON.stringify(line)} (router.md 4.3, 4.4, 4.6, 4.7)`,
    post(`0\r\n\r\n${SMUGGLED}`, line, "Content-Length: 5"),
  ]),
  // Lengths that only one reader understands. router.md 8.6 to 8.8
  ...[
    "Content-Length: +5",
    "Content-Length: -5",
    "Content-Length: 0x5",
    "Content-Length: 5,",
    "Content-Length: 5, 5",
    "Content-Length: 5;",
    "Content-Length: 5 0",
    "Content-Length: 5.0",
    "Content-Length: 5e0",
    "Content-Length: 1_0",
    "Content-Length: \xb5",
    "Content-Length: \xef\xbc\x95",
    "Content-Length: 5\x00",
    "Content-Length: 5\x0b",
    "Content-Length:",
    "Content-Length: ",
    "Content-Length : 5",
    "Content_Length: 5",
    "Content-Length: 5\r\nContent-Length: 6",
    "Content-Length: 5\r\nContent-Length: 05",
    "Content-Length:\r\n 5",
  ].map((line): [string, string] => [
    `a length ${JSON.stringify(line)} (router.md 8.6 to 8.8)`,
    `POST / HTTP/1.1\r\n${HOST}${line}\r\n\r\nhello${SMUGGLED}`,
  ]),
  // Whose request is it? router.md 3.5, 4.12, 4.15
  ["two Hosts, one of them hidden (router.md 4.12)", get("/", "Host: evil.localhost")],
  ["a Host with a space before the colon", get("/", "Host : evil.localhost")],
  ["a Host with two names (router.md 4.15)", "GET / HTTP/1.1\r\nHost: app.localhost, evil\r\n\r\n"],
  ["a Host with user information (router.md 4.15)", "GET / HTTP/1.1\r\nHost: app.localhost@evil\r\n\r\n"],
  ["a Host with a path (router.md 4.15)", "GET / HTTP/1.1\r\nHost: app.localhost/x\r\n\r\n"],
  // Lines. router.md 3.11 to 3.14
  ["LF alone in the head (router.md 3.14)", `GET / HTTP/1.1\n${HOST}\n`],
  ["LF alone at the end of the head (router.md 3.14)", `GET / HTTP/1.1\r\n${HOST}\n`],
  ["CR alone in the request line (router.md 3.14)", `GET / HTTP/1.1\rX: 1\r\n${HOST}\r\n`],
  ["a tab for a space (router.md 3.11)", `GET\t/\tHTTP/1.1\r\n${HOST}\r\n`],
  ["a space in the target (router.md 3.11)", `GET /a b HTTP/1.1\r\n${HOST}\r\n`],
  ["something behind the version (router.md 3.12)", `GET / HTTP/1.1 x\r\n${HOST}\r\n`],
  ["a space before the method (router.md 3.11)", ` GET / HTTP/1.1\r\n${HOST}\r\n`],
];

describe.each(["now", "legacy"] as const)("smuggling, era %s", (era) => {
  it.each(REFUSED)("refused: %s", async (_way, request) => {
    await using rig = await Rig.open({ era });
    const client = await rig.client(`${request}${SMUGGLED}`);
    const answer = await client.rest();
    expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n[^]*Connection: close\r\n/);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(rig.dynoConnections).toBe(0);
    expect(rig.bugs).toEqual([]);
  });
});

/** Harmless: the dyno gets one framing in the router's own hand; `next`: whether what follows is read as a request. */
const REWRITTEN: readonly [way: string, request: string, framing: string, body: string, next: boolean][] = [
  [
    "CL.TE and TE.CL (router.md 8.10, 17.7)",
    post(`0\r\n\r\n${SMUGGLED}`, "Content-Length: 5", CHUNKED),
    "Transfer-Encoding: chunked",
    "0\r\n\r\n",
    false,
  ],
  [
    "chunked by an HTTP/1.0 client (router.md 7.8)",
    post(`0\r\n\r\n${SMUGGLED}`, "Connection: keep-alive", CHUNKED).replace("1.1", "1.0"),
    "Transfer-Encoding: chunked",
    "0\r\n\r\n",
    false,
  ],
  [
    "chunked in other letters (router.md 8.11)",
    post("0\r\n\r\n", "tRANSFER-eNCODING:\t CHUNKED \t"),
    "Transfer-Encoding: chunked",
    "0\r\n\r\n",
    true,
  ],
  [
    "a length with zeros before it",
    post("hello", "Content-Length: 0005"),
    "Content-Length: 5",
    "hello",
    true,
  ],
  [
    "a length twice (router.md 8.5)",
    post("hello", "Content-Length: 5", "content-length:5"),
    "Content-Length: 5",
    "hello",
    true,
  ],
  [
    "CL.0: a body where none is expected (router.md 8.4)",
    `GET / HTTP/1.1\r\n${HOST}Content-Length: ${String(SMUGGLED.length)}\r\n\r\n${SMUGGLED}`,
    `Content-Length: ${String(SMUGGLED.length)}`,
    SMUGGLED,
    true,
  ],
  [
    "a length that Connection would have taken away (router.md 17.13)",
    post("hello", "Connection: content-length, transfer-encoding, host", "Content-Length: 5"),
    "Content-Length: 5",
    "hello",
    true,
  ],
  [
    "extensions of chunks (router.md 8.15)",
    post('5;a="\r;b";c\r\nhello\r\n0;d=e\r\n\r\n'.replace("\r;", ";"), CHUNKED),
    "Transfer-Encoding: chunked",
    "5\r\nhello\r\n0\r\n\r\n",
    true,
  ],
  [
    "trailers that speak of framing and of whose the request is (router.md 8.16)",
    post(
      "0\r\nContent-Length: 5\r\ntransfer_encoding: x\r\nHost: evil\r\nX-Forwarded-For: 6.6.6.6\r\nX-T: 1\r\n\r\n",
      CHUNKED,
    ),
    "Transfer-Encoding: chunked",
    "0\r\nX-T: 1\r\n\r\n",
    true,
  ],
  [
    "a target with another authority (router.md 3.5)",
    `POST http://evil.localhost/ HTTP/1.1\r\n${HOST}Content-Length: 0\r\n\r\n`,
    "Content-Length: 0",
    "",
    true,
  ],
];

it.each(REWRITTEN)("made harmless: %s", async (_way, request, framing, body, next) => {
  await using rig = await Rig.open();
  const client = await rig.client(`${request}${next ? get("/next", "Connection: close") : ""}`);
  const dyno = await rig.dyno();
  const head = await dyno.head();
  expect(head).toMatch(/^(?:GET|POST) \/ HTTP\/1\.1\r\nHost: app\.localhost\r\n/);
  expect(head.match(/^(?:content.length|transfer.encoding|host|connection):.*$/gim)).toEqual([
    "Host: app.localhost",
    framing,
  ]);
  if (body !== "") expect(await dyno.upTo(body)).toBe(body);
  dyno.write(OK);
  await client.upTo("~~");
  if (!next) {
    expect(await client.rest()).toBe("");
    expect(rig.events).toHaveLength(1);
    return;
  }
  const other = await rig.next(dyno);
  expect(await other.head()).toMatch(/^GET \/next /);
  other.write(OK);
  expect(await client.rest()).toMatch(/~~$/);
  expect(rig.events.map(({ path }) => path)).toEqual(["/", "/next"]);
});
