import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HeadLimits, HeadScanner } from "../../src/http/head-scanner.ts";
import { requestHeadScanner } from "../../src/http/request-head.ts";
import { responseHeadScanner } from "../../src/http/response-head.ts";

const LIMITS: HeadLimits = {
  startLine: 30,
  fieldLine: 20,
  fieldName: 10,
  cookieLine: 16,
  fields: 4,
  total: 100,
};

/** Feeds the bytes cut at the given places; gives all that a caller can see. */
function scan(scanner: HeadScanner<unknown>, text: string, cuts: readonly number[]): unknown {
  const bytes = Buffer.from(text, "latin1");
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let used = 0;
  for (const [index, from] of [0, ...places].entries()) {
    const piece = bytes.subarray(from, places[index] ?? bytes.length);
    used += scanner.push(Buffer.from(piece));
    if (scanner.state !== "open") break;
  }
  const { state, fault, start, fields } = scanner;
  if (state !== "complete") return { state, fault };
  return { state, used, start, names: fields.names, values: fields.values };
}

const REQUESTS: readonly [text: string, expected: unknown][] = [
  [
    "GET / HTTP/1.1\r\nHost: a\r\nX-B:  c d \t\r\nE:\r\n\r\nrest",
    {
      state: "complete",
      used: 44,
      start: { method: "GET", target: "/", version: "1.1" },
      names: ["host", "x-b", "e"],
      values: ["a", "c d", ""],
    },
  ],
  [
    "\r\n\r\nA b HTTP/1.0\r\n\r\n",
    {
      state: "complete",
      used: 20,
      start: { method: "A", target: "b", version: "1.0" },
      names: [],
      values: [],
    },
  ],
  ["GET / HT", { state: "open", fault: undefined }],
  ["GET / HTTP/1.1\r\nA: 1\r\n", { state: "open", fault: undefined }],
  ["\r\n\r\n\r\n\r\n\r\n\r\nGET", { state: "broken", fault: "too-many-empty-lines" }],
  ["\nGET / HTTP/1.1\r\n", { state: "broken", fault: "bad-line-end" }],
  ["GET / HTTP/1.1\n", { state: "broken", fault: "bad-line-end" }],
  ["GET / HTTP/2.0\r\n", { state: "broken", fault: "unknown-version" }],
  ["GET /\r\n", { state: "broken", fault: "bad-start-line" }],
  ["GET / http/1.1\r\n", { state: "broken", fault: "bad-start-line" }],
  ["GET /\x7f HTTP/1.1\r\n", { state: "broken", fault: "bad-start-line" }],
  [`GET /${"a".repeat(17)} HTTP/1.1\r\n`, { state: "broken", fault: "start-line-too-long" }],
  ["GET / HTTP/1.1\r\nA : 1\r\n", { state: "broken", fault: "bad-field" }],
  ["GET / HTTP/1.1\r\n A: 1\r\n", { state: "broken", fault: "bad-field" }],
  ["GET / HTTP/1.1\r\nA: 1\r2\r\n", { state: "broken", fault: "bad-field" }],
  ["GET / HTTP/1.1\r\nA: \x00\r\n", { state: "broken", fault: "bad-field" }],
  ["GET / HTTP/1.1\r\nA\r\n", { state: "broken", fault: "bad-field" }],
  ["GET / HTTP/1.1\r\nAaaaaaaaaaa: 1\r\n", { state: "broken", fault: "field-name-too-long" }],
  [`GET / HTTP/1.1\r\nA: ${"1".repeat(18)}\r\n`, { state: "broken", fault: "field-line-too-long" }],
  ["GET / HTTP/1.1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\n", { state: "broken", fault: "too-many-fields" }],
];

const RESPONSES: readonly [text: string, expected: unknown][] = [
  [
    "HTTP/1.1 200 OK\r\nA : \x01\r\n\r\n",
    {
      state: "complete",
      used: 26,
      start: { version: "1.1", status: 200, phrase: "OK" },
      names: ["a"],
      values: ["\x01"],
    },
  ],
  [
    "HTTP/1.0 204\r\n\r\n",
    {
      state: "complete",
      used: 16,
      start: { version: "1.0", status: 204, phrase: "" },
      names: [],
      values: [],
    },
  ],
  ["HTTP/1.1 099 X\r\n", { state: "broken", fault: "bad-start-line" }],
  ["\r\nHTTP/1.1 200 X\r\n", { state: "broken", fault: "too-many-empty-lines" }],
  ["HTTP/1.1 200 X\r\nSet-Cookie: abcde\r\n", { state: "broken", fault: "cookie-too-long" }],
  [
    `HTTP/1.1 200 X\r\n${"A: 2345678901234567\r\n".repeat(4)}\r\n`,
    { state: "broken", fault: "head-too-large" },
  ],
];

describe.each([
  ["request", requestHeadScanner, REQUESTS],
  ["response", responseHeadScanner, RESPONSES],
] as const)("%s heads", (_kind, scanner, table) => {
  it.each(table)("%j", (text, expected) => {
    expect(scan(scanner(LIMITS), text, [])).toEqual(expected);
  });

  it.each(table)("%j, cut anywhere", (text, expected) => {
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
        expect(scan(scanner(LIMITS), text, cuts)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it("gives the same for any bytes, wherever they are cut", () => {
    const piece = fc.constantFrom(
      "GET",
      " ",
      "/",
      "HTTP/1.1",
      "200",
      "\r",
      "\n",
      "\r\n",
      "A",
      ":",
      "\t",
      "\x00",
      "\xe9",
      "x".repeat(9),
    );
    const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));
    const start = fc.constantFrom("GET / HTTP/1.1\r\n", "HTTP/1.1 200 OK\r\n", "");
    fc.assert(
      fc.property(start, text, fc.array(fc.nat(300), { maxLength: 12 }), (line, rest, cuts) => {
        const whole = scan(scanner(LIMITS), line + rest, []);
        expect(scan(scanner(LIMITS), line + rest, cuts)).toEqual(whole);
      }),
      { numRuns: 2000 },
    );
  });

  it("begins anew after reset", () => {
    const again = scanner(LIMITS);
    const [text, expected] = table[0]!;
    scan(again, text, [3]);
    again.reset();
    expect(scan(again, text, [7])).toEqual(expected);
  });
});
