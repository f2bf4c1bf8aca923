import { namePiece } from "./ignore-rules.ts";

/** A pattern of `.slugignore`, ready to be tried on paths of the checkout. */
export interface SlugGlob {
  readonly foldersOnly: boolean;
  readonly pattern: RegExp;
}

/** `**` goes through folders whose names do not begin with a dot. */
const ANY_FOLDERS = "(?:(?!\\.)[^/]+/)*";

/**
 * Heroku's slug compiler looks each line up with Ruby's `Dir[]` (heroku/slug-compiler, lib/slug_compiler.rb, 2012; the
 * builder of 2021 still did, CGA1123/slugcmplr pull 18). So it is not quite .gitignore: a slash anywhere, the last
 * place included, ties the pattern to the root; wildcards do not match a leading dot; braces are alternatives.
 * That code cuts at every blank, which would make patterns of the words of a comment; here a pattern is a line.
 */
export function slugGlobs(line: string): SlugGlob[] {
  const isTied = line.includes("/");
  return alternatives(line).flatMap((glob) => {
    const names = glob.split("/").filter((name) => name !== "" && name !== ".");
    const last = names.pop();
    // the root itself, or out of it
    if (last === undefined || [...names, last].includes("..")) return [];
    const folders = names.map((name) => (name === "**" ? ANY_FOLDERS : `${translate(name)}/`)).join("");
    const pattern = compiled(`^${isTied ? "" : ANY_FOLDERS}${folders}${translate(last)}$`);
    return pattern === undefined ? [] : [{ foldersOnly: glob.endsWith("/"), pattern }];
  });
}

/** `a{b,c}d` is `abd` and `acd`; a brace that has no partner is itself. */
function alternatives(glob: string): readonly string[] {
  const open = find(glob, 0, "{");
  const close = open === -1 ? -1 : partner(glob, open);
  if (close === -1) return [glob];
  const [before, after] = [glob.slice(0, open), glob.slice(close + 1)];
  return split(glob.slice(open + 1, close)).flatMap((one) => alternatives(`${before}${one}${after}`));
}

/** Where it stands without a backslash before it. */
function find(glob: string, from: number, wanted: string): number {
  for (let at = from; at < glob.length; at += glob[at] === "\\" ? 2 : 1)
    if (wanted.includes(glob[at] ?? "\0")) return at;
  return -1;
}

function partner(glob: string, open: number): number {
  let depth = 0;
  for (let at = find(glob, open, "{}"); at !== -1; at = find(glob, at + 1, "{}")) {
    depth += glob[at] === "{" ? 1 : -1;
    if (depth === 0) return at;
  }
  return -1;
}

function split(inner: string): readonly string[] {
  const ones: string[] = [];
  let depth = 0;
  let begun = 0;
  for (let at = find(inner, 0, "{},"); at !== -1; at = find(inner, at + 1, "{},")) {
    if (inner[at] !== ",") depth += inner[at] === "{" ? 1 : -1;
    else if (depth === 0) {
      ones.push(inner.slice(begun, at));
      begun = at + 1;
    }
  }
  return [...ones, inner.slice(begun)];
}

/** One name, without a slash. */
function translate(name: string): string {
  let out = /^[*?[]/.test(name) ? "(?!\\.)" : "";
  for (let rest = name; rest !== "";) {
    const [taken, made] = namePiece(rest);
    out += made;
    rest = rest.slice(taken);
  }
  return out;
}

function compiled(source: string): RegExp | undefined {
  try {
    return new RegExp(source, "su");
  } catch {
    // such as [z-a]
    return undefined;
  }
}
