import { join } from "node:path";
import type { Environment } from "../environment.ts";
import {
  configHome,
  hasCredentials,
  isUrl,
  readOr,
  withoutCredentials,
  type PrivateSource,
} from "./places.ts";

/** uv's own settings of where packages are. It reads none of pip's, and a lock made with these wants the same again. */
export interface UvFindings {
  /** Lines of a uv.toml. */
  readonly top: readonly string[];
  readonly tables: readonly string[];
  readonly privateSources: readonly PrivateSource[];
}

const TOP =
  /^\s*(?:index-url|extra-index-url|find-links|allow-insecure-host|index-strategy|keyring-provider)\s*=/;
const IN_INDEX = /^\s*(?:name|url|default|explicit|authenticate|format|ignore-error-codes)\s*=/;

export async function readUv(environment: Environment): Promise<UvFindings> {
  const texts = await Promise.all(filesOf(environment).map(readOr));
  const read = texts.map(wantedLines);
  const top = new Map(read.flatMap((one) => one.top).map((line) => [line.split("=")[0]?.trim(), line]));
  const variables = fromVariables(environment);
  for (const line of variables.top) top.set(line.split("=")[0]?.trim(), line);
  // the first one wins, as that of the user's before the machine's
  const tables = [...variables.tables, ...read.toReversed().flatMap((one) => one.tables)];
  const urls = [...top.values(), ...tables].flatMap((text) => text.match(/https?:\/\/[^"'\s,\]]+/g) ?? []);
  return {
    top: [...top.values()],
    tables,
    privateSources: urls.filter((url) => hasCredentials(url) || !/pypi\.org/.test(url)).map(privateSource),
  };
}

function privateSource(url: string): PrivateSource {
  return { tool: "uv", url: withoutCredentials(url) };
}

function filesOf(environment: Environment): readonly string[] {
  if (environment["UV_NO_CONFIG"]) return [];
  const named = environment["UV_CONFIG_FILE"];
  return named ? [named] : ["/etc/uv/uv.toml", join(configHome(environment), "uv/uv.toml")];
}

/** Whole settings: one that goes on over several lines does so to its closing bracket. */
function wantedLines(text: string): { readonly top: readonly string[]; readonly tables: readonly string[] } {
  const top: string[] = [];
  const tables: string[] = [];
  let table = "";
  const statements = text.match(/^\s*\[[^\]\n]*\]+[^\n]*$|^[^\n=[]+=\s*\[[^\]]*\][^\n]*$|^[^\n]+$/gm) ?? [];
  for (const statement of statements) {
    const head = /^\s*(\[+[^\]]*\]+)/.exec(statement)?.[1];
    if (head !== undefined) {
      table = head.replaceAll(" ", "");
      if (table === "[[index]]") tables.push("[[index]]");
    } else if (table === "" && TOP.test(statement)) top.push(statement.trim());
    else if (table === "[[index]]" && IN_INDEX.test(statement))
      tables.push(`${tables.pop() ?? "[[index]]"}\n${statement.trim()}`);
  }
  return { top, tables };
}

function fromVariables(environment: Environment): {
  readonly top: readonly string[];
  readonly tables: readonly string[];
} {
  const wordsOf = (name: string): readonly string[] => (environment[name] ?? "").split(/\s+/).filter(Boolean);
  const index = (text: string, isDefault: boolean): readonly string[] => {
    const [, name, url = ""] = /^(?:([\w.-]+)=)?(.*)$/.exec(text) ?? [];
    if (!isUrl(url)) return [];
    const lines = ["[[index]]", ...(name ? [`name = ${quoted(name)}`] : []), `url = ${quoted(url)}`];
    return [[...lines, ...(isDefault ? ["default = true"] : [])].join("\n")];
  };
  const list = (name: string, values: readonly string[]): readonly string[] =>
    values.length === 0 ? [] : [`${name} = [${values.map(quoted).join(", ")}]`];
  return {
    top: [
      ...wordsOf("UV_INDEX_URL")
        .slice(0, 1)
        .map((url) => `index-url = ${quoted(url)}`),
      ...list("extra-index-url", wordsOf("UV_EXTRA_INDEX_URL")),
      ...list(
        "find-links",
        wordsOf("UV_FIND_LINKS")
          .flatMap((one) => one.split(","))
          .filter(isUrl),
      ),
      ...list("allow-insecure-host", wordsOf("UV_INSECURE_HOST")),
    ],
    tables: [
      ...wordsOf("UV_INDEX").flatMap((text) => index(text, false)),
      ...wordsOf("UV_DEFAULT_INDEX").flatMap((text) => index(text, true)),
    ],
  };
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

/** uv has certificate authorities of its own unless it is told; 0.12 calls the setting this. */
export function uvFile(found: UvFindings, hasBundle: boolean, offline: boolean): string | undefined {
  const lines = [
    ...(hasBundle ? ["system-certs = true"] : []),
    ...(offline ? ["offline = true"] : []),
    ...found.top,
    ...found.tables.map((table) => `\n${table}`),
  ];
  return lines.length === 0 ? undefined : `${lines.join("\n").trimStart()}\n`;
}
