import fc from "fast-check";
import { change, changed, chunksOf, LINE_ENDS, rarely, type Change } from "./arbitrary-pieces.ts";

/** A whole request that nobody sent as one: it stands in bodies, in values, behind an end that may not be one. */
const SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: app.localhost\r\n\r\n";

const METHODS = ["GET", "GET", "HEAD", "POST", "POST", "PUT", "OPTIONS", "DELETE"];

const TARGETS = ["", "?q", "?", "#f", "/../x", "%0d%0aX:1", "//evil/", ";a=b", "\xa0", "*"];

/** Lines that have made two servers disagree somewhere. */
const LINES = [
  "Transfer-Encoding: chunked",
  "Transfer-Encoding:chunked",
  "Transfer-Encoding:\tchunked",
  "Transfer-Encoding : chunked",
  "Transfer-Encoding\t: chunked",
  " Transfer-Encoding: chunked",
  "Transfer-Encoding: \x0bchunked",
  "Transfer-Encoding: chunked\x0c",
  "Transfer-Encoding: xchunked",
  "Transfer-Encoding: chunked, identity",
  "Transfer-Encoding: identity, chunked",
  "Transfer-Encoding: identity",
  'Transfer-Encoding: "chunked"',
  "Transfer-Encoding: chunked;q=1",
  "Transfer-Encoding: CHUNKED",
  "Transfer-Encoding:\r\n chunked",
  "Transfer-Encoding\r\n: chunked",
  "Transfer-Encoding: gzip\r\n\tchunked",
  "X: 1\nTransfer-Encoding: chunked",
  "X: 1\rTransfer-Encoding: chunked",
  "X: 1\x00\r\nTransfer-Encoding: chunked",
  "Transfer_Encoding: chunked",
  "Transfer-Encoding\xa0: chunked",
  "Transfer-\x00Encoding: chunked",
  "\xffTransfer-Encoding: chunked",
  "X: a\x85Transfer-Encoding: chunked",
  "Content-Length: 0",
  "Content-Length: 3",
  "Content-Length: 03",
  "Content-Length: +3",
  "Content-Length: 3, 3",
  "Content-Length: 3,0",
  "Content-Length: 0x3",
  "Content-Length: 3 ",
  "Content-Length : 3",
  "Content-Length:\x0b3",
  "Content-Length:\r\n 3",
  "Content_Length: 3",
  "CONTENT-LENGTH: 3",
  "Content-Length\x00: 3",
  "X:\x00\nContent-Length: 3",
  "Content-Length: 18446744073709551619",
  "Content-Length: -3",
  "Content-Length: 3\x00",
  "Connection: content-length",
  "Connection: transfer-encoding, close",
  "Connection: host",
  "Connection: keep-alive",
  "Connection: upgrade",
  "Upgrade: h2c",
  "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
  "Expect: 100-continue",
  "Expect: x 100-continue",
  "Expect: 100-continue, x",
  "Host: evil.localhost",
  "Host : app.localhost",
  "Trailer: Content-Length",
  "TE: trailers, chunked",
  "X-Forwarded-For: 1.1.1.1",
  "Via: 1.0 x",
  `X: ${SMUGGLED.replaceAll("\r\n", "\\r\\n")}`,
  "X: \xc4\x8d\xc4\x8aContent-Length: 3",
  ":",
  "",
] as const;

const CONTENTS = [
  "",
  "abc",
  "0\r\n\r\n",
  SMUGGLED,
  `0\r\n\r\n${SMUGGLED}`,
  `abc\r\n0\r\n\r\n${SMUGGLED}`,
  "\r\n",
];

interface Body {
  readonly lines: readonly string[];
  readonly bytes: string;
}

const chunks = chunksOf(CONTENTS);

const body: fc.Arbitrary<Body> = fc.oneof(
  fc.constant<Body>({ lines: [], bytes: "" }),
  fc.tuple(fc.constantFrom(...CONTENTS), rarely([0, 0, -3, -1, 1, 5])).map(([content, lie]): Body => ({
    lines: [`Content-Length: ${String(Math.max(content.length + lie, 0))}`],
    bytes: content,
  })),
  chunks.map((bytes): Body => ({ lines: ["Transfer-Encoding: chunked"], bytes })),
  fc.tuple(chunks, fc.constantFrom(0, 3, 5, 100)).map(([bytes, length]): Body => ({
    lines: ["Transfer-Encoding: chunked", `Content-Length: ${String(length)}`],
    bytes,
  })),
  fc.constantFrom(...CONTENTS).map((bytes): Body => ({ lines: [], bytes })),
);

const request = fc
  .record({
    method: fc.constantFrom(...METHODS),
    tail: rarely(TARGETS),
    version: rarely(["1.1", "1.0", "1.2"]),
    host: rarely([
      ["Host: app.localhost"],
      ["host:app.localhost:80"],
      [],
      ["Host: app.localhost", "Host: app.localhost"],
    ]),
    before: fc.array(fc.constantFrom(...LINES), { maxLength: 1 }),
    after: fc.array(fc.constantFrom(...LINES), { maxLength: 1 }),
    hostile: rarely([false, true, true]),
    body,
    end: rarely(LINE_ENDS),
  })
  .map(({ method, tail, version, host, before, after, hostile, body, end }) => ({
    start: (index: number): string => `${method} /${String(index)}${tail} HTTP/${version}${end}`,
    rest:
      [...host, ...(hostile ? before : []), ...body.lines, ...(hostile ? after : [])]
        .map((line) => `${line}\r\n`)
        .join("") + `\r\n${body.bytes}`,
  }));

/** Pipelined requests as one stream of bytes, Latin-1 text, some of it changed by accident, and where it is cut. A few end in silence. */
export interface Stream {
  readonly bytes: string;
  readonly cuts: readonly number[];
}

export const streams: fc.Arbitrary<Stream> = fc
  .tuple(
    fc.array(request, { minLength: 1, maxLength: 3 }),
    fc.oneof({ weight: 2, arbitrary: fc.constant<Change[]>([]) }, fc.array(change, { maxLength: 2 })),
    fc.array(fc.nat(600), { maxLength: 4 }),
    fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, fc.integer({ min: 80, max: 300 })),
  )
  .map(([requests, changes, cuts, silentAt]) => {
    const bytes = changed(requests.map(({ start, rest }, index) => start(index) + rest).join(""), changes);
    const whole = `${bytes}GET /end HTTP/1.1\r\nHost: app.localhost\r\nConnection: close\r\n\r\n`;
    return { bytes: whole.slice(0, silentAt), cuts };
  });
