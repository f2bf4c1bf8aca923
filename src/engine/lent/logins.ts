import { join } from "node:path";
import type { Environment } from "../environment.ts";
import { configHome, homeOf, iniEntries, readOr } from "./places.ts";

/** Entries of this machine's netrc for these hosts alone, as a netrc. pip, uv, Poetry and Pipenv ask there. */
export async function readNetrc(environment: Environment, hosts: ReadonlySet<string>): Promise<string> {
  const text = await readOr(environment["NETRC"] || join(homeOf(environment), ".netrc"));
  const words = text.replaceAll(/^\s*#.*$/gm, "").match(/\S+/g) ?? [];
  const entries: string[][] = [];
  for (const [index, word] of words.entries()) {
    if (word === "macdef") break;
    const isKey =
      index === 0 || !["machine", "login", "password", "account"].includes(words[index - 1] ?? "");
    if (isKey && (word === "machine" || word === "default")) entries.push([word]);
    else entries.at(-1)?.push(word);
  }
  const wanted = entries.filter(([key, host = ""]) => key === "machine" && hosts.has(host));
  return wanted.map((entry) => `${entry.join(" ")}\n`).join("");
}

/** Poetry's names and passwords, by the names of the app's own sources: its auth.toml, then its variables. */
export async function readPoetryLogins(environment: Environment): Promise<string> {
  const folder = environment["POETRY_CONFIG_DIR"] || join(configHome(environment), "pypoetry");
  const logins = new Map<string, Map<string, string>>();
  const put = (source: string, name: string, quotedValue: string): void => {
    const login = logins.get(source) ?? new Map<string, string>();
    logins.set(source, login.set(name, quotedValue));
  };
  for (const { section, name, value } of iniEntries(await readOr(join(folder, "auth.toml")))) {
    const source = /^http-basic\.["']?([^"']+)["']?$/.exec(section)?.[1];
    if (source !== undefined && /^(?:username|password)$/.test(name)) put(source, name, value);
  }
  for (const [variable, value = ""] of Object.entries(environment)) {
    const [, source, name = ""] = /^POETRY_HTTP_BASIC_(.+)_(USERNAME|PASSWORD)$/.exec(variable) ?? [];
    if (source !== undefined)
      put(source.toLowerCase().replaceAll("_", "-"), name.toLowerCase(), JSON.stringify(value));
  }
  const tables = [...logins].map(([source, login]) =>
    [
      `[http-basic.${JSON.stringify(source)}]`,
      ...[...login].map(([name, value]) => `${name} = ${value}`),
    ].join("\n"),
  );
  return tables.length === 0 ? "" : `${tables.join("\n\n")}\n`;
}
