import { join } from "node:path";
import { isMap, parseDocument } from "yaml";
import type { Environment } from "../connect.ts";
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
] as const;
const VARIABLES: Readonly<Record<string, (typeof WANTED)[number]>> = {
  YARN_NPM_REGISTRY_SERVER: "npmRegistryServer",
  YARN_NPM_AUTH_TOKEN: "npmAuthToken",
  YARN_NPM_AUTH_IDENT: "npmAuthIdent",
  YARN_NPM_ALWAYS_AUTH: "npmAlwaysAuth",
  YARN_HTTP_PROXY: "httpProxy",
  YARN_HTTPS_PROXY: "httpsProxy",
};

/** Settings of the user's .yarnrc.yml, and of Yarn's variables. */
export async function readYarn(environment: Environment): Promise<Readonly<Record<string, unknown>>> {
  const parsed = parseDocument(await readOr(join(homeOf(environment), ".yarnrc.yml")), {
    logLevel: "silent",
  });
  const file = parsed.errors.length === 0 && isMap(parsed.contents) ? (parsed.toJS() as object) : {};
  const settings: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(file))
    if ((WANTED as readonly string[]).includes(name)) settings[name] = expanded(value, environment);
  for (const [variable, name] of Object.entries(VARIABLES)) {
    const value = environment[variable];
    if (value !== undefined && value !== "") settings[name] = value;
  }
  return settings;
}

/** `${NAME}`, `${NAME-else}` and `${NAME:-else}`, by this machine's variables. */
function expanded(value: unknown, environment: Environment): unknown {
  if (typeof value === "string")
    return value.replaceAll(
      /\$\{(\w+)(?::?-([^}]*))?\}/g,
      (whole, name: string, other: string | undefined) => environment[name] ?? other ?? whole,
    );
  if (Array.isArray(value)) return value.map((one) => expanded(one, environment));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, expanded(one, environment)]));
}

/** Yarn looks for one from the app's folder up to the root, so the root's counts for every build. JSON is YAML. */
export function yarnFile(settings: Readonly<Record<string, unknown>>, offline: boolean): string | undefined {
  const all = { ...settings, ...(offline ? { enableNetwork: false, enableTelemetry: false } : {}) };
  return Object.keys(all).length === 0 ? undefined : `${JSON.stringify(all, undefined, 2)}\n`;
}
