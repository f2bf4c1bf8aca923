import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { missingProcfile, parseProcfile } from "../../src/manifest/procfile.ts";

const parse = (text: string): ReturnType<typeof parseProcfile> => parseProcfile(Buffer.from(text));
const types = (text: string): Record<string, string> =>
  Object.fromEntries(parse(text).types.map(({ name, command }) => [name, command]));

describe("the classic grammar", () => {
  it.each<[name: string, text: string, types: Record<string, string>]>([
    ["one type", "web: gunicorn app:app\n", { web: "gunicorn app:app" }],
    ["no line end at the end", "web: gunicorn app:app", { web: "gunicorn app:app" }],
    ["blanks around", "  web:   gunicorn app:app  \n", { web: "gunicorn app:app" }],
    ["a tab after the colon", "web:\tgunicorn app:app", { web: "gunicorn app:app" }],
    ["no colon", "web gunicorn app:app", { web: "gunicorn app:app" }],
    ["hyphen, underscore, digit", "my-worker_2: python w.py", { "my-worker_2": "python w.py" }],
    ["comments and empty lines", "# web: old\n\n#web: old\nweb: new", { web: "new" }],
    ["shell in the command", "web: A=1 a && b | c # d", { web: "A=1 a && b | c # d" }],
    ["two types in order", "worker: w\nweb: x", { worker: "w", web: "x" }],
    ["last duplicate wins", "web: one\nweb: two", { web: "two" }],
    ["Windows line ends", "web: x\r\nworker: y\r\n", { web: "x", worker: "y" }],
    ["a byte order mark hides the first line", "\uFEFFweb: x\nworker: y", { worker: "y" }],
    ["no blank after the colon", "web:gunicorn app:app", {}],
    ["a blank before the colon", "web : x", { web: ": x" }],
    ["no command", "web:\nworker: ", {}],
    ["a name with a dot", "web.1: x", {}],
    ["Web is a type of its own", "Web: x", { Web: "x" }],
    ["empty", "", {}],
    [
      "a NUL byte",
      "web: a\0b\nworker: y\nclock: some longer command",
      { worker: "y", clock: "some longer command" },
    ],
    ["a no-break space is no blank", "web:\u00a0x\nworker: y\u00a0", { worker: "y\u00a0" }],
  ])("%s", (_, text, expected) => {
    expect(types(text)).toEqual(expected);
  });

  it("reads nothing from UTF-16", () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("web: x\n", "utf16le")]);
    expect(parseProcfile(utf16)).toEqual({ types: [], notices: [expect.stringContaining("UTF-16")] });
  });

  it("keeps the line of a type", () => {
    expect(parse("\n\nweb: x").types).toEqual([{ name: "web", command: "x", line: 3 }]);
  });
});

describe("notices", () => {
  it.each<[text: string, part: string]>([
    ["\uFEFFweb: x", "byte order mark"],
    ["web: x\r\n", "CRLF"],
    ["web: a\nweb: b", "line 2 counts, line 1 does not"],
    ["Web: x", 'only "web" in lower case'],
    ["web:gunicorn a", 'Write "web: gunicorn a"'],
    ["web : x", 'Write "web: x"'],
    ["python manage.py", '"python" is taken for a process type'],
    ["web:", "has no command"],
    ["", "has no process types"],
    ["# web: x\n\n", "has no process types"],
    ["web: gunicorn \\", "line 1 ends in a backslash"],
    ["web: x\nclock: a\0b", "line 2 is passed over: there is a NUL byte"],
    [".listen(8000)", "line 1 is passed over"],
  ])("%j", (text, part) => {
    expect(parse(text).notices).toEqual([expect.stringContaining(part)]);
  });

  it("has none for a plain file", () => {
    expect(parse("# web and worker\n\nweb: x\nworker: y\n").notices).toEqual([]);
  });

  it("moves a file without git where there is none", () => {
    expect(missingProcfile(["procfile"], [], false).notices).toEqual([
      expect.stringMatching(/Rename it: mv procfile Procfile$/),
    ]);
  });

  it.each<[paths: string[], untracked: string[], part: string]>([
    [["procfile"], [], "git mv -f procfile Procfile"],
    [["Procfile/web"], [], "what has that name is a folder"],
    [["Procfile.txt"], [], '"Procfile.txt"'],
    [["backend/Procfile"], [], "backend/Procfile"],
    [["app.py"], ["Procfile"], "git add Procfile"],
    [["app.py"], [], "H14"],
  ])("names what stands in for the Procfile: %j %j", (paths, untracked, part) => {
    expect(missingProcfile(paths, untracked, true)).toEqual({
      types: [],
      notices: [expect.stringContaining(part)],
    });
  });
});

interface Sample {
  readonly id: string;
  readonly text: string;
  readonly odd: readonly string[];
}

const SAMPLES = JSON.parse(readFileSync(resolve("..", "shared/data/procfiles.json"), "utf8")) as Sample[];
/** Names of the types, and a digest of them with their commands: by real-procfiles.py, another hand's reading. */
const EXPECTED = JSON.parse(readFileSync(new URL("real-procfiles.json", import.meta.url), "utf8")) as Record<
  string,
  [string, string]
>;
const has = (sample: Sample, odd: string): boolean => sample.odd.includes(odd);

describe("real Procfiles", () => {
  it("are there, and each is expected", () => {
    expect(SAMPLES.length).toBeGreaterThan(300);
    expect(SAMPLES.map(({ id }) => id)).toEqual(Object.keys(EXPECTED));
  });

  it.each(SAMPLES.map((sample) => [sample.id, sample] as const))("%s", (_, sample) => {
    const { types, notices } = parse(sample.text);
    const line = types
      .map(({ name, command }) => `${name} ${command}`)
      .toSorted()
      .join("\n");
    const digest = createHash("sha256").update(line).digest("hex").slice(0, 12);
    expect([
      types
        .map(({ name }) => name)
        .toSorted()
        .join(" "),
      digest,
    ]).toEqual(EXPECTED[sample.id]);
    expect(notices.join().includes("CRLF")).toBe(has(sample, "crlf"));
    expect(notices.join().includes("a blank is missing")).toBe(has(sample, "no_space_after_colon"));
  });

  it("have a web type wherever their collector saw one", () => {
    const without = SAMPLES.filter(({ text }) => !types(text)["web"]);
    expect(without.filter((sample) => !has(sample, "no_space_after_colon")).map(({ odd }) => odd)).toSatisfy(
      (odds: string[][]) =>
        odds.every((odd) => odd.some((o) => /no_web|empty|file_name|comment|line_without/.test(o))),
    );
  });
});
