import fc from "fast-check";
import { change, changed, chunksOf, LINE_ENDS, rarely, type Change } from "./arbitrary-pieces.ts";

/** A whole answer that no request asked for: whoever takes it for his own has been deceived. */
export const FORGED = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nFORGED";

const STATUS_LINES = [
  "HTTP/1.1 200 OK",
  "HTTP/1.1 204 No Content",
  "HTTP/1.1 304 Not Modified",
  "HTTP/1.0 200 OK",
  "HTTP/1.1 200",
  "HTTP/1.1 200 O\tK",
  "HTTP/1.1 200 O\rK",
  "HTTP/1.1 101 Switching Protocols",
  "HTTP/1.1 199 Odd",
  "HTTP/1.1 099 Odd",
  "HTTP/1.1 2000 OK",
  "HTTP/2 200 OK",
  "200 OK",
  "",
];

/** What may go before an answer. */
const INTERIM = [
  "",
  "HTTP/1.1 100 Continue\r\n\r\n",
  "HTTP/1.1 100 Continue\r\nContent-Length: 3\r\n\r\n",
  "HTTP/1.1 100 Continue\r\nContent-Length: 3\r\n\r\nabc",
  "HTTP/1.1 100 Continue\r\nTransfer-Encoding: chunked\r\n\r\n",
  "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
  "HTTP/1.1 102 Processing\r\nConnection: close\r\n\r\n".repeat(3),
  "HTTP/1.1 101 Switching Protocols\r\n\r\n",
  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
  "\r\n",
];

const LINES = [
  "Content-Length: 3",
  "Content-Length: 0",
  "Content-Length: 3, 3",
  "Content-Length: +3",
  "Content-Length: 0003",
  "Content-Length : 3",
  "Content-Length: 3\x00",
  "Content-Length:\x0b3",
  "Content-Length:\r\n 3",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding : chunked",
  "Transfer-Encoding: CHUNKED",
  "Transfer-Encoding: gzip, chunked",
  "Transfer-Encoding: chunked, chunked",
  "Transfer-Encoding: identity, chunked",
  "Transfer-Encoding: chunked, gzip",
  "Transfer-Encoding: identity",
  "Transfer-Encoding: xchunked",
  'Transfer-Encoding: "a, chunked',
  "Transfer-Encoding: \x0bchunked",
  "Transfer-Encoding:\r\n chunked",
  "Connection: close",
  "Connection: keep-alive, content-length",
  "Connection: transfer-encoding",
  "Upgrade: h2c",
  "Set-Cookie: a=1\x0bSet-Cookie: b=2",
  "Location: /\rSet-Cookie: a=1",
  `Location: /\n\n${FORGED}`,
  "Location: /\r\r\n",
  "X: \x00",
  "X: \x85Content-Length: 9",
  " X: 1",
  ": 1",
  "X",
  "X Y: 1",
  "Server:",
  "Via: 1.0 x",
  "Trailer: Content-Length",
];

const CONTENTS = ["", "abc", FORGED, `0\r\n\r\n${FORGED}`, `abc\r\n0\r\n\r\n${FORGED}`, "\r\n"];

const chunks = chunksOf(CONTENTS);

interface Body {
  readonly lines: readonly string[];
  readonly bytes: string;
}

const body: fc.Arbitrary<Body> = fc.oneof(
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

/** What a dyno sends for one request, where it pauses, and whether it closes afterwards. */
export interface HostileAnswer {
  readonly bytes: string;
  readonly cuts: readonly number[];
  readonly closes: boolean;
}

const answer: fc.Arbitrary<HostileAnswer> = fc
  .record({
    interim: rarely(INTERIM),
    status: rarely(STATUS_LINES),
    before: fc.array(fc.constantFrom(...LINES), { maxLength: 1 }),
    after: fc.array(fc.constantFrom(...LINES), { maxLength: 1 }),
    hostile: rarely([false, true, true]),
    body,
    more: rarely(["", FORGED, "\r\n", "x", `\r\n${FORGED}`]),
    end: rarely(LINE_ENDS),
    changes: fc.oneof(
      { weight: 3, arbitrary: fc.constant<Change[]>([]) },
      fc.array(change, { maxLength: 2 }),
    ),
    cuts: fc.array(fc.nat(300), { maxLength: 3 }),
    closes: fc.boolean(),
  })
  .map(({ interim, status, before, after, hostile, body, more, end, changes, cuts, closes }) => {
    const lines = [...(hostile ? before : []), ...body.lines, ...(hostile ? after : [])];
    const head = `${status}${end}${lines.map((line) => `${line}\r\n`).join("")}\r\n`;
    return { bytes: changed(`${interim}${head}${body.bytes}${more}`, changes), cuts, closes };
  });

export interface Scene {
  /** Of the requests that one client sends at once. */
  readonly methods: readonly string[];
  readonly answers: readonly HostileAnswer[];
}

export const scenes: fc.Arbitrary<Scene> = fc.record({
  methods: fc.array(fc.constantFrom("GET", "GET", "HEAD", "POST"), { minLength: 1, maxLength: 3 }),
  answers: fc.array(answer, { minLength: 3, maxLength: 3 }),
});
