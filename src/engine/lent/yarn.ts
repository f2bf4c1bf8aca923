import { join } from "node:path";
import type { Environment } from "../environment.ts";
import { homeOf, readOr } from "./places.ts";

/** Of Yarn 2 and later, which reads no npmrc: where packages are, and how to get there. */
const WANTED = [
  "npmRegistryServer",
  "npmAuthToken",
  "npmAuthIdent",
  "npmAlwaysAuth",
  "npmScopes",
  "npmRegistries",
  "unsafeHttpWhitelist",
  "enableStrictSsl",
  "httpProxy",
  "httpsProxy",
];
const VARIABLES: Readonly<Record<string, string>> = {
  YARN_NPM_REGISTRY_SERVER: "npmRegistryServer",
  YARN_NPM_AUTH_TOKEN: "npmAuthToken",
  YARN_NPM_AUTH_IDENT: "npmAuthIdent",
  YARN_NPM_ALWAYS_AUTH: "npmAlwaysAuth",
  YARN_HTTP_PROXY: "httpProxy",
  YARN_HTTPS_PROXY: "httpsProxy",
};

/** Settings of the user's .yarnrc.yml, and of Yarn's variables: what stands behind the name's colon, as YAML. */
export async function readYarn(environment: Environment): Promise<Readonly<Record<string, string>>> {
  const text = await readOr(join(homeOf(environment), ".yarnrc.yml"));
  const settings: Record<string, string> = {};
  // a setting goes on over all lines that are indented, or empty
  for (const [, name = "", value = ""] of text.matchAll(
    /^["']?([A-Za-z]+)["']?:(.*(?:\r?\n(?:[ \t-].*)?)*)/gm,
  ))
    if (WANTED.includes(name)) settings[name] = expanded(value.trimEnd(), environment);
  for (const [variable, name] of Object.entries(VARIABLES)) {
    const value = environment[variable];
    if (value !== undefined && value !== "") settings[name] = ` ${JSON.stringify(value)}`;
  }
  return settings;
}

/** `${NAME}`, `${NAME-else}` and `${NAME:-else}`, by this machine's variables. */
function expanded(text: string, environment: Environment): string {
  return text.replaceAll(
    /\$\{(\w+)(?::?-([^}]*))?\}/g,
    (whole, name: string, other: string | undefined) => environment[name] ?? other ?? whole,
  );
}

/** Yarn looks for one from the app's folder up to the root, so the root's counts for every build. */
export function yarnFile(settings: Readonly<Record<string, string>>, offline: boolean): string | undefined {
  const all = { ...settings, ...(offline ? { enableNetwork: " false", enableTelemetry: " false" } : {}) };
  const lines = Object.entries(all).map(([name, value]) => `${name}:${value}\n`);
  return lines.length === 0 ? undefined : lines.join("");
}
