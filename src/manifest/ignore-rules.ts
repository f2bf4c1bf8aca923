/** One line of a `.gitignore`-like file. */
interface IgnoreRule {
  readonly negated: boolean;
  readonly foldersOnly: boolean;
  readonly pattern: RegExp;
}

export type IgnoreRules = readonly IgnoreRule[];

/** Lines as in gitignore(5), relative to the folder the file stands in. */
export function parseIgnoreRules(text: string): IgnoreRules {
  return text.split(/\r?\n/).flatMap((line) => readRule(line));
}

/** What the last matching rule says of this very path: undefined when none matches. */
export function verdict(rules: IgnoreRules, path: string, isFolder: boolean): "ignored" | "kept" | undefined {
  const rule = rules.findLast((rule) => (isFolder || !rule.foldersOnly) && rule.pattern.test(path));
  if (rule === undefined) return undefined;
  return rule.negated ? "kept" : "ignored";
}

/** A file is ignored with any folder above it. */
export function ignores(rules: IgnoreRules, path: string): boolean {
  for (let slash = path.indexOf("/"); slash !== -1; slash = path.indexOf("/", slash + 1)) {
    if (verdict(rules, path.slice(0, slash), true) === "ignored") return true;
  }
  return verdict(rules, path, false) === "ignored";
}

function readRule(line: string): IgnoreRule[] {
  const trimmed = line.replace(/(?<!\\)[ \t]+$/, "");
  if (trimmed === "" || trimmed.startsWith("#")) return [];
  const negated = trimmed.startsWith("!");
  const glob = negated ? trimmed.slice(1) : trimmed;
  const foldersOnly = glob.endsWith("/");
  const body = foldersOnly ? glob.slice(0, -1) : glob;
  if (body === "") return [];
  const pattern = toPattern(body);
  return pattern === undefined ? [] : [{ negated, foldersOnly, pattern }];
}

/** A slash at the start or in the middle ties a pattern to the folder of its file. */
function toPattern(glob: string): RegExp | undefined {
  const anchored = glob.includes("/");
  const body = glob.startsWith("/") ? glob.slice(1) : glob;
  try {
    return new RegExp(`^${anchored ? "" : "(?:.*/)?"}${translate(body)}$`, "su");
  } catch {
    // such as [z-a]
    return undefined;
  }
}

function translate(glob: string): string {
  let out = "";
  for (let rest = glob; rest !== "";) {
    const [taken, made] = nextPiece(rest, out === "");
    out += made;
    rest = rest.slice(taken);
  }
  return out;
}

/** How many characters of `rest` the next piece takes, and the expression it stands for. */
function nextPiece(rest: string, first: boolean): readonly [number, string] {
  if (first && rest.startsWith("**/")) return [3, "(?:.*/)?"];
  if (rest.startsWith("/**/")) return [4, "/(?:.*/)?"];
  if (rest === "/**") return [3, "/.+"];
  return namePiece(rest);
}

/** The same within a name, where only the shell's own wildcards count. */
export function namePiece(rest: string): readonly [number, string] {
  const stars = /^\*+/.exec(rest);
  if (stars) return [stars[0].length, "[^/]*"];
  if (rest.startsWith("?")) return [1, "[^/]"];
  const bracket = /^\[([!^]?)(\]?[^\]]*)\]/.exec(rest);
  if (bracket) {
    const members = (bracket[2] ?? "").replace(/[\\[\]^&|~]/g, "\\$&");
    return [bracket[0].length, `(?!/)[${bracket[1] ? "^" : ""}${members}]`];
  }
  // git and Ruby match nothing with a bracket that is not closed
  if (rest.startsWith("[")) return [1, "(?!)"];
  if (rest.startsWith("\\") && rest.length > 1) return [2, literal(rest.charAt(1))];
  const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  return [character.length, literal(character)];
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
