/** One JSON token at the start of the text: a string, a number, a word or a mark; blanks before it are taken too. */
const TOKEN =
  // oxlint-disable-next-line no-control-regex -- JSON forbids bare control characters in strings
  /^[ \t\r\n]*("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:])/;

/** Where the first thing stands that JSON does not allow; engines tell it for some mistakes only. */
export function firstJsonMistake(text: string): { readonly line: number; readonly column: number } {
  const before = text.slice(0, mistakeOffset(text));
  return { line: before.split("\n").length, column: before.length - before.lastIndexOf("\n") };
}

/** Longest run of tokens that some valid document begins with. */
function mistakeOffset(text: string): number {
  const open: string[] = [];
  let offset = 0;
  let former = "";
  for (;;) {
    const match = TOKEN.exec(text.slice(offset, offset + 100_000));
    const blanks = /^[ \t\r\n]*/.exec(text.slice(offset))?.[0].length ?? 0;
    const token = match?.[1] ?? "";
    if (!mayFollow(former, token, open)) return offset + blanks;
    if (token === "{" || token === "[") open.push(token);
    if (token === "}" || token === "]") open.pop();
    former = role(former, token, open);
    offset += match?.[0].length ?? 0;
  }
}

/** What has been read last, as far as it decides what may come next. */
function role(former: string, token: string, open: readonly string[]): string {
  if (token === "{" || token === "[" || token === "," || token === ":") return token;
  const isName = open.at(-1) === "{" && (former === "{" || former === ",") && token !== "}" && token !== "]";
  return isName ? "name" : "value";
}

function mayFollow(former: string, token: string, open: readonly string[]): boolean {
  if (token === "") return false;
  const inObject = open.at(-1) === "{";
  const startsValue = !["}", "]", ",", ":"].includes(token);
  switch (former) {
    case "":
      return startsValue;
    case "{":
      return token === "}" || token.startsWith('"');
    case "[":
      return token === "]" || startsValue;
    case ",":
      return inObject ? token.startsWith('"') : startsValue;
    case ":":
      return startsValue;
    case "name":
      return token === ":";
    default:
      return open.length > 0 && (token === "," || token === (inObject ? "}" : "]"));
  }
}
