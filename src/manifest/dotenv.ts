import { fail, ok, type Result } from "../kernel/result.ts";
import type { ManifestFailure } from "./failure.ts";

export interface EnvEntry {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

type Mistake = Extract<ManifestFailure, { kind: "bad-env-file" }>["reason"];

const ASSIGNMENT = /^\s*(?:export\s+)?([^=\s]*)\s*=[ \t]*(.*)$/s;
const NAME = /^[A-Za-z_][A-Za-z0-9_.]*$/;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/**
 * NAME=VALUE lines: `export` before, quotes around, `#` lines and trailing comments, values over several lines in
 * double quotes. `file` is for the failure only. Of a name given twice both entries come; the last one counts.
 */
export function parseEnvFile(text: string, file: string): Result<readonly EnvEntry[], ManifestFailure> {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const entries: EnvEntry[] = [];
  for (let index = 0; index < lines.length; index++) {
    const first = lines[index] ?? "";
    const line = index + 1;
    if (/^\s*(?:#|$)/.test(first)) continue;
    const match = ASSIGNMENT.exec(first);
    if (!match) return fail(mistake(file, line, "no-equals-sign"));
    const [, name = "", start = ""] = match;
    if (!NAME.test(name)) return fail(mistake(file, line, "bad-name"));
    let raw = start;
    while (opensMore(raw) && index + 1 < lines.length) raw += `\n${lines[++index] ?? ""}`;
    const value = readValue(raw);
    if (!value.ok) return fail(mistake(file, line, value.failure));
    entries.push({ name, value: value.value, line });
  }
  return ok(entries);
}

function mistake(file: string, line: number, reason: Mistake): ManifestFailure {
  return { kind: "bad-env-file", file, line, reason };
}

/** A double quote was opened and not closed yet. */
function opensMore(raw: string): boolean {
  return raw.startsWith('"') && !/^"(?:[^"\\]|\\.)*"/s.test(raw);
}

function readValue(raw: string): Result<string, Mistake> {
  const quote = raw[0];
  if (quote !== '"' && quote !== "'") return ok(raw.replace(/\s+#.*$|^#.*$/s, "").trimEnd());
  const match = quote === '"' ? /^"((?:[^"\\]|\\.)*)"(.*)$/s.exec(raw) : /^'([^']*)'(.*)$/s.exec(raw);
  if (!match) return fail("open-quote");
  const [, inside = "", rest = ""] = match;
  if (!/^\s*(?:#.*)?$/s.test(rest)) return fail("text-after-quote");
  return ok(quote === "'" ? inside : inside.replace(/\\(.)/gs, (_, letter: string) => unescape(letter)));
}

/** A backslash before anything else stays: paths and patterns are full of them. */
function unescape(letter: string): string {
  return ESCAPES[letter] ?? (/["\\$`]/.test(letter) ? letter : letter === "\n" ? "" : `\\${letter}`);
}
