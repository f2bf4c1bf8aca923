import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Environment } from "../environment.ts";

/** What one tool of this machine is told, and what of it a build can be lent. */
export interface Findings {
  /** Settings by their names, as the tool's file in the build takes them. */
  readonly settings: Readonly<Record<string, string>>;
  /** Settings that name a place which a build does not reach, or would be harmed by. */
  readonly withheld: readonly Withheld[];
  /** Places where packages come from that no build elsewhere knows of. */
  readonly privateSources: readonly PrivateSource[];
}

export interface Withheld {
  /** `PIP_FIND_LINKS`, or `find-links (pip)`. */
  readonly setting: string;
  readonly why: "local-path" | "client-certificate";
}

export interface PrivateSource {
  readonly tool: "pip" | "uv" | "npm";
  /** Without name and password. */
  readonly url: string;
  /** Of npm: `@us`. */
  readonly scope?: string;
}

/** The text; nothing where the file is not there, or not for this user. */
export function readOr(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}

export function homeOf(environment: Environment): string {
  return environment["HOME"] ?? "/";
}

/** The folder of a program's settings below the user's. */
export function configHome(environment: Environment): string {
  return environment["XDG_CONFIG_HOME"] || join(homeOf(environment), ".config");
}

export function isUrl(text: string): boolean {
  return /^(?:https?|git\+\w+):\/\//i.test(text);
}

export function hasCredentials(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && `${parsed.username}${parsed.password}` !== "";
}

export function withoutCredentials(text: string): string {
  return text.replace(/(\/\/)[^/@\s]+@/g, "$1");
}

/** `[section]`, `name = value`, and lines that go on where they are indented: pip.conf, uv.toml as far as it is plain. */
export function iniEntries(
  text: string,
): readonly { readonly section: string; readonly name: string; readonly value: string }[] {
  const entries: { section: string; name: string; value: string }[] = [];
  let section = "";
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue;
    const last = entries.at(-1);
    const head = /^\[+([^\]]*)\]+\s*$/.exec(line);
    const pair = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line);
    if (head) section = (head[1] ?? "").trim();
    else if (/^\s/.test(line) && last !== undefined) last.value = `${last.value} ${line.trim()}`.trim();
    else if (pair) entries.push({ section, name: pair[1] ?? "", value: pair[2] ?? "" });
  }
  return entries;
}
