import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Environment } from "./connect.ts";
import { isOnLoopback } from "./stack-images/host-settings.ts";

/** Where the Node.js buildpack looks for it; below the app's own .npmrc, which wins. */
export const NPMRC_PATH = "/etc/npmrc";

/** From where packages come, of all or of a scope. Nothing else of an npmrc means the same in a build. */
const REGISTRY = /^\s*((?:@[^\s:=]+:)?registry)\s*=\s*(\S+)\s*$/gm;

/**
 * The registries that npm asks on this machine, by setting: `registry`, `@scope:registry`. Without what logs in: tokens
 * stand in settings that are not read, and a name or password in an address is left out.
 */
export async function readNpmSettings(environment: Environment): Promise<Readonly<Record<string, string>>> {
  const home = environment["HOME"] ?? "/";
  // npm's global file is below the prefix of its Node.js; the later file wins, as for npm itself
  const files = [
    "/etc/npmrc",
    join(dirname(dirname(process.execPath)), "etc/npmrc"),
    environment["NPM_CONFIG_USERCONFIG"] ?? join(home, ".npmrc"),
  ];
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")));
  const found = texts.flatMap((text) => [...text.matchAll(REGISTRY)]);
  const settings = found.map(([, name = "", value = ""]) => [name, value.replace(/^["'](.*)["']$/, "$1")]);
  const variable = environment["npm_config_registry"] ?? environment["NPM_CONFIG_REGISTRY"];
  if (variable !== undefined && variable !== "") settings.push(["registry", variable]);
  return Object.fromEntries(
    settings.flatMap(([name = "", value = ""]) => {
      const url = URL.parse(value);
      if (url === null || isOnLoopback(value)) return [];
      url.username = url.password = "";
      return [[name, url.href]];
    }),
  );
}
