import { describe, expect, it } from "vitest";
import { Fields } from "../../src/http/fields.ts";
import { requestFraming, responseFraming } from "../../src/http/framing.ts";

function fields(...lines: string[]): Fields {
  const result = new Fields();
  for (const line of lines)
    result.add(line.split(":")[0]!.toLowerCase(), line.slice(line.indexOf(":") + 1).trim());
  return result;
}

const length = (digits: string) => ({ kind: "length", length: Number(digits), digits });
const CHUNKED = { kind: "chunked" };

describe("requests", () => {
  it.each([
    ["nothing", [], { framing: { kind: "none" }, doubtful: false }],
    ["8.1 a length", ["Content-Length: 12"], { framing: length("12"), doubtful: false }],
    [
      "8.5 equal lengths",
      ["Content-Length: 1", "Content-Length: 1"],
      { framing: length("1"), doubtful: false },
    ],
    ["leading zeros", ["Content-Length: 007"], { framing: length("7"), doubtful: false }],
    [
      "8.9 any number of digits",
      ["Content-Length: 99999999999999999999"],
      { framing: length("99999999999999999999"), doubtful: false },
    ],
    ["chunked", ["Transfer-Encoding: Chunked"], { framing: CHUNKED, doubtful: false }],
    ["17.7 both", ["Transfer-Encoding: chunked", "Content-Length: 1"], { framing: CHUNKED, doubtful: true }],
  ])("%s", (_fact, lines, value) => {
    expect(requestFraming("1.1", fields(...lines))).toEqual({ ok: true, value });
  });

  it("7.8 chunked from a 1.0 client is honoured, once", () => {
    expect(requestFraming("1.0", fields("Transfer-Encoding: chunked"))).toMatchObject({
      value: { doubtful: true },
    });
  });

  it.each([
    ["8.6", ["Content-Length: 1", "Content-Length: 2"]],
    ["8.6, different digits", ["Content-Length: 1", "Content-Length: 01"]],
    ["8.7", ["Content-Length: 1,1"]],
    ["8.8", ["Content-Length: 0x1"]],
    ["8.8", ["Content-Length: -1"]],
    ["8.8", ["Content-Length:"]],
    ["8.11", ["Transfer-Encoding: gzip"]],
    ["8.11", ["Transfer-Encoding: chunked, chunked"]],
    ["8.13", ["Transfer-Encoding: identity", "Content-Length: 1"]],
    ["8.14", ["Transfer-Encoding: chunked", "Transfer-Encoding: x"]],
    ["8.12", ["Transfer-Encoding:"]],
    ["a length as in CGI", ["Content_Length: 1"]],
    ["a coding as in CGI", ["Transfer_Encoding: chunked", "Content-Length: 1"]],
  ])("%s refuses %j", (_fact, lines) => {
    expect(requestFraming("1.1", fields(...lines)).ok).toBe(false);
  });
});

describe("responses", () => {
  it.each([
    ["GET", 200, ["Content-Length: 3"], length("3")],
    ["GET", 200, [], { kind: "until-close" }],
    ["GET", 200, ["Transfer-Encoding: chunked", "Content-Length: 3"], CHUNKED],
    ["GET", 200, ["Transfer-Encoding: gzip, chunked"], CHUNKED],
    ["GET", 200, ["Transfer-Encoding: identity", "Content-Length: 3"], length("3")],
    ["GET", 200, ["Transfer-Encoding: identity, chunked"], CHUNKED],
    ["HEAD", 200, ["Content-Length: 3"], { kind: "none" }],
    ["GET", 204, ["Transfer-Encoding: chunked"], { kind: "none" }],
    ["GET", 304, ["Content-Length: 3"], { kind: "none" }],
    ["GET", 103, [], { kind: "none" }],
  ])("%s %i %j", (method, status, lines, value) => {
    expect(responseFraming(method, status, fields(...lines))).toEqual({ ok: true, value });
  });

  it.each([
    [["Content-Length: 1", "Content-Length: 2"], "bad-content-length"],
    [["Content-Length: +5"], "bad-content-length"],
    [["Transfer-Encoding: xchunked"], "bad-transfer-encoding"],
    [["Transfer-Encoding: chunked, gzip"], "bad-transfer-encoding"],
    [["Transfer-Encoding: chunked, chunked"], "bad-transfer-encoding"],
    [["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], "bad-transfer-encoding"],
    [['Transfer-Encoding: "a, chunked'], "bad-transfer-encoding"],
    [["Transfer-Encoding: gzip;q=1, chunked"], "bad-transfer-encoding"],
  ])("refuses %j", (lines, failure) => {
    expect(responseFraming("GET", 200, fields(...lines))).toEqual({ ok: false, failure });
  });
});
