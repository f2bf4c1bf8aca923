import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChunkedBody, type ChunkedLimits } from "../../src/http/chunked-body.ts";

const LIMITS: ChunkedLimits = {
  sizeLine: 40,
  trailers: { startLine: 0, fieldLine: 40, fieldName: 20, cookieLine: 40, fields: 3, total: 200 },
};

function read(text: string, cuts: readonly number[], keepFraming: boolean) {
  const bytes = Buffer.from(text, "latin1");
  const body = new ChunkedBody(keepFraming, LIMITS);
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const out: Buffer[] = [];
  let used = 0;
  for (const [index, from] of [0, ...places].entries()) {
    used += body.push(bytes.subarray(from, places[index] ?? bytes.length), out);
    if (body.state !== "open") break;
  }
  const passed = Buffer.concat(out).toString("latin1");
  return {
    state: body.state,
    passed,
    content: body.content,
    used: body.state === "complete" ? used : undefined,
  };
}

const TABLE: readonly [text: string, state: string, passed: string, bare: string][] = [
  ["0\r\n\r\n", "complete", "0\r\n\r\n", ""],
  ["000\r\n\r\n", "complete", "000\r\n\r\n", ""],
  ["5\r\nhello\r\n0\r\n\r\nGET /", "complete", "5\r\nhello\r\n0\r\n\r\n", "hello"],
  ["00a\r\n0123456789\r\n0\r\n\r\n", "complete", "00a\r\n0123456789\r\n0\r\n\r\n", "0123456789"],
  ['3;a=b;c="d"\r\nabc\r\n0;z\r\n\r\n', "complete", "3\r\nabc\r\n0\r\n\r\n", "abc"],
  ["1\r\n\r\r\n2\r\n\r\n\r\n0\r\n\r\n", "complete", "1\r\n\r\r\n2\r\n\r\n\r\n0\r\n\r\n", "\r\r\n"],
  ["0\r\nx-t: 1\r\nHost: evil\r\nContent-Length: 3\r\n\r\n", "complete", "0\r\nX-T: 1\r\n\r\n", ""],
  ["2\r\nab\r\n", "open", "2\r\nab\r\n", "ab"],
  ["2\r\nab\r\n0\r\n", "open", "2\r\nab\r\n", "ab"],
  ["2\r\nab\r\n5", "open", "2\r\nab\r\n", "ab"],
  ["", "open", "", ""],
  ["g\r\n", "broken", "", ""],
  ["-1\r\n", "broken", "", ""],
  ["0x1\r\na", "broken", "", ""],
  [" 1\r\na", "broken", "", ""],
  ["1 \r\na", "broken", "", ""],
  ["\r\n", "broken", "", ""],
  [";a\r\n", "broken", "", ""],
  ["1\na", "broken", "", ""],
  ["1\r\r\na", "broken", "", ""],
  ["1;a\x00\r\na", "broken", "", ""],
  ["1;a\n\r\na", "broken", "", ""],
  ["1\r\nab", "broken", "1\r\na", "a"],
  ["1\r\na\rb", "broken", "1\r\na", "a"],
  ["1\r\na\n", "broken", "1\r\na", "a"],
  ["20000000000000\r\n", "broken", "", ""],
  ["FFFFFFFFFFFFFFFFFFFF\r\n", "broken", "", ""],
  [`1;${"e".repeat(40)}\r\n`, "broken", "", ""],
  ["1\r\na\r\n0\r\n5\r\nhello\r\n", "broken", "1\r\na\r\n", "a"],
  ["1\r\na\r\n0\r\nX : 1\r\n\r\n", "broken", "1\r\na\r\n", "a"],
];

describe.each([true, false])("chunked bodies, framing kept: %s", (keepFraming) => {
  it.each(TABLE)("%j is %s", (text, state, kept, bare) => {
    const passed = keepFraming ? kept : bare;
    expect(read(text, [], keepFraming)).toMatchObject({ state, passed, content: bare.length });
  });

  it("gives the same wherever the bytes are cut", () => {
    const whole = fc.constantFrom(...TABLE.map(([text]) => text));
    fc.assert(
      fc.property(whole, fc.array(fc.nat(100), { maxLength: 10 }), (text, cuts) => {
        expect(read(text, cuts, keepFraming)).toEqual(read(text, [], keepFraming));
      }),
      { numRuns: 3000 },
    );
  });
});

it("passes clean chunks on as one slice of what came", () => {
  const input = Buffer.from("5\r\nhello\r\n3\r\nabc\r\n2\r\nde");
  const out: Buffer[] = [];
  new ChunkedBody(true, LIMITS).push(input, out);
  expect(out).toHaveLength(1);
  expect(out[0]?.buffer).toBe(input.buffer);
});
