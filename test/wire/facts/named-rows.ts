import ts from "typescript";

/** A list of rows: `L1, 12.1`, `8.17 to 8.19`, `3.5.4, 3.9 H12`. */
const ROW = String.raw`(?:[LE]\d+|3\.[89] (?:H\d\d|now|legacy)|\d{1,2}\.\d{1,2}(?:\.\d{1,2})?|3\.7)`;
const CITED = new RegExp(String.raw`(router|heroku)\.md (${ROW}(?:(?:, | to )${ROW})*)`, "g");
const SPAN = new RegExp(`^(${ROW})(?: to (${ROW}))?$`);
const FIRST_WORDS = new RegExp(`^(?:([LE]\\d+|(?:[3-9]|1\\d)\\.\\d{1,2})|(H\\d\\d)) \\S`);

/** The rows that the strings of a test file name, comments left out: `router.md 8.17`, `heroku.md 3.9 H12`. */
export function namedRows(fileName: string, text: string): string[] {
  return stringsOf(fileName, text).flatMap(rowsOf);
}

function rowsOf(title: string): string[] {
  const rows: string[] = [];
  const [, row, code] = FIRST_WORDS.exec(title) ?? [];
  if (row !== undefined) rows.push(`router.md ${row}`);
  if (code !== undefined) rows.push(`heroku.md 3.9 ${code}`);
  for (const [, file, list] of title.matchAll(CITED))
    for (const span of list!.split(", ")) {
      const [, from, to] = SPAN.exec(span) ?? [];
      if (from !== undefined) rows.push(...spread(from, to).map((name) => `${file!}.md ${name}`));
    }
  return rows;
}

/** `8.17` to `8.19`: what is between them counts, too. */
function spread(from: string, to: string | undefined): string[] {
  if (to === undefined) return [from];
  const [, prefix, first] = /^(.*?)(\d+)$/.exec(from) ?? [];
  const last = Number(/(\d+)$/.exec(to)?.[1]);
  if (!to.startsWith(prefix!)) throw new Error(`no span of rows: ${from} to ${to}`);
  return Array.from(
    { length: last - Number(first) + 1 },
    (_, index) => `${prefix!}${String(Number(first) + index)}`,
  );
}

function stringsOf(fileName: string, text: string): string[] {
  const strings: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      strings.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(fileName, text, ts.ScriptTarget.ESNext));
  return strings;
}
