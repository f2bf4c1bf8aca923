import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineSplitter } from "../../src/kernel/lines.ts";

function split(chunks: readonly Uint8Array[], longest: number): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter(longest, (line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.flush();
  return lines;
}

describe("cutting a stream into lines", () => {
  it.each([
    ["one\ntwo\n", ["one", "two"]],
    ["one\r\ntwo", ["one", "two"]],
    ["\n\nx", ["", "", "x"]],
    ["", []],
    ["0123456789ab\n", ["0123456789", "ab"]],
    ["0123456789\nx\n", ["0123456789", "x"]],
    ["01234567890123456789\n", ["0123456789", "0123456789"]],
  ])("%j", (text, lines) => {
    expect(split([Buffer.from(text)], 10)).toEqual(lines);
  });

  it("gives the same lines wherever the chunks are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "é", "\n", "\r\n", "xyz"), { maxLength: 60 }),
        fc.nat(9),
        (parts, cut) => {
          const bytes = Buffer.from(parts.join(""));
          const chunks = Array.from({ length: Math.ceil(bytes.length / (cut + 1)) }, (_, at) =>
            bytes.subarray(at * (cut + 1), (at + 1) * (cut + 1)),
          );
          expect(split(chunks, 12)).toEqual(split([bytes], 12));
        },
      ),
    );
  });
});
