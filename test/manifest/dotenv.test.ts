import { describe, expect, it } from "vitest";
import { parseEnvFile } from "../../src/manifest/dotenv.ts";

describe("an env file", () => {
  it.each<[text: string, name: string, value: string]>([
    ["A=1", "A", "1"],
    ["A=", "A", ""],
    ["  A = 1  ", "A", "1"],
    ["export A=1", "A", "1"],
    ["A=1 # why", "A", "1"],
    ["A=a#b", "A", "a#b"],
    ["A=a=b", "A", "a=b"],
    ["A='a # b'", "A", "a # b"],
    ["A='$HOME \\n'", "A", "$HOME \\n"],
    ['A="a\\nb"', "A", "a\nb"],
    ['A="say \\"hi\\"" # greeting', "A", 'say "hi"'],
    ['A="C:\\dir"', "A", "C:\\dir"],
    ['A="one\ntwo"', "A", "one\ntwo"],
    ["\uFEFFA=1\r\n", "A", "1"],
    ["A=postgres://u:p@h/db?x=1", "A", "postgres://u:p@h/db?x=1"],
  ])("%j", (text, name, value) => {
    expect(parseEnvFile(text, ".env")).toEqual({ ok: true, value: [{ name, value, line: 1 }] });
  });

  it("counts lines past comments and values of several lines", () => {
    expect(parseEnvFile('# x\n\nA="1\n2"\nB=3\n', ".env")).toEqual({
      ok: true,
      value: [
        { name: "A", value: "1\n2", line: 3 },
        { name: "B", value: "3", line: 5 },
      ],
    });
  });

  it.each<[text: string, line: number, reason: string]>([
    ["A=1\nnonsense", 2, "no-equals-sign"],
    ["1A=1", 1, "bad-name"],
    ["=1", 1, "bad-name"],
    ["A-B=1", 1, "bad-name"],
    ["A=1\nB='open", 2, "open-quote"],
    ['A="open\nB=1', 1, "open-quote"],
    ["A='1' 2", 1, "text-after-quote"],
  ])("refuses %j", (text, line, reason) => {
    expect(parseEnvFile(text, "f.env")).toEqual({
      ok: false,
      failure: { kind: "bad-env-file", file: "f.env", line, reason },
    });
  });
});
