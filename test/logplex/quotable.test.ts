import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quotable } from "../../src/logplex/quotable.ts";

/** Text as the router reads it: each byte one Latin-1 character. */
const bytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

describe("what a client wrote, between quotes of one line (heroku.md 3.8)", () => {
  it.each([
    ["plain", "/a-b_c.d~e?x=1&y=[2]#", "/a-b_c.d~e?x=1&y=[2]#"],
    ["a space", "/Schlachter%201951/books", "/Schlachter 1951/books"],
    ["a plus stays", "/a+b%2Bc", "/a+b+c"],
    ["once, not twice", "/%2541", "/%41"],
    ["UTF-8, escaped", "/caf%C3%A9/%e2%82%ac/%F0%9F%98%80", "/café/€/😀"],
    ["UTF-8, raw", bytes("/café/€/😀"), "/café/€/😀"],
    ["UTF-8, half raw", "/%c3\xa9", "/é"],
    ["no UTF-8, escaped: as written", "/%ff%Fe%c3", "/%ff%Fe%c3"],
    ["no UTF-8, raw", "/\xff\xc3(", "/%FF%C3("],
    ["overlong forms and surrogates", "/%c0%af%ed%a0%80%f5%80%80%80", "/%c0%af%ed%a0%80%f5%80%80%80"],
    ["malformed escapes", "/100%/%zz/%4/%", "/100%/%zz/%4/%"],
    ["malformed beside good", "/%zz%20%4", "/%zz %4"],
    ["line ends", "/a%0Ab%0d%0A%e2%80%a8%c2%85", "/a%0Ab%0d%0A%e2%80%a8%c2%85"],
    ["other controls", "/%00%1b[31m%7f%09", "/%00%1b[31m%7f%09"],
    ["quotes, escaped", "/%22 status=200", "/%22 status=200"],
    ["quotes, raw", '/" code=H12 desc="', "/%22 code=H12 desc=%22"],
    ["backslashes", "/a\\%5c", "/a%5C%5c"],
    ["text that turns around", "/%e2%80%ae", "/%e2%80%ae"],
  ])("decoded: %s", (_what, written, shown) => {
    expect(quotable(written, true)).toBe(shown);
  });

  it.each([
    ["escapes stay", "/a%20b%C3%A9%zz%", "/a%20b%C3%A9%zz%"],
    ["raw UTF-8 is text", bytes("/é"), "/é"],
    ["quotes and backslashes", '/"\\', "/%22%5C"],
    ["a tab", "1.2.3.4,\t5.6.7.8", "1.2.3.4,%095.6.7.8"],
    ["no UTF-8", "\xe9", "%E9"],
  ])("as written: %s", (_what, written, shown) => {
    expect(quotable(written, false)).toBe(shown);
  });

  it("is one line, and ends no quotes, whatever comes", () => {
    const written = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(
        fc.oneof(fc.constantFrom("%", "%0a", "%22", '"', "\\", "%e2%80%a8", "\n", "\xe2"), fc.string()),
      ),
    );
    fc.assert(
      fc.property(written, fc.boolean(), (text, decode) => {
        const shown = quotable([text].flat().join(""), decode);
        expect(shown).not.toMatch(/["\\\p{Cc}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
