import { join } from "node:path";
import type { Environment } from "../environment.ts";
import {
  configHome,
  hasCredentials,
  homeOf,
  iniEntries,
  isUrl,
  readOr,
  withoutCredentials,
  type Findings,
  type PrivateSource,
  type Withheld,
} from "./places.ts";

type Meaning = "plain" | "places" | "withheld";

/** Of all that pip can be told, what leads to packages. The rest (a target folder, say) would change the build. */
const SETTINGS: Readonly<Record<string, Meaning>> = {
  "index-url": "places",
  "extra-index-url": "places",
  "find-links": "places",
  "trusted-host": "plain",
  proxy: "plain",
  timeout: "plain",
  retries: "plain",
  constraint: "withheld",
  "client-cert": "withheld",
};
/** A build installs; what is told to that alone counts as well. */
const SECTIONS = ["global", "install"];
const PYPI = /^https:\/\/pypi\.org\/simple\/?$/;

/** pip's files in the order in which the later one wins, then its variables. pip's documentation, "Configuration" */
export async function readPip(environment: Environment): Promise<Findings> {
  const settings: Record<string, string> = {};
  const withheld: Withheld[] = [];
  const texts = await Promise.all(filesOf(environment).map(readOr));
  for (const { section, name, value } of texts.flatMap(iniEntries))
    if (SECTIONS.includes(section)) put(settings, withheld, name.toLowerCase(), value, `${name} (pip)`);
  for (const name of Object.keys(SETTINGS)) {
    const variable = `PIP_${name.toUpperCase().replaceAll("-", "_")}`;
    const value =
      environment[variable] ?? (name === "timeout" ? environment["PIP_DEFAULT_TIMEOUT"] : undefined);
    if (value !== undefined && value !== "") put(settings, withheld, name, value, variable);
  }
  return { settings, withheld, privateSources: privateSources(settings) };
}

/** `/dev/null` says: no file at all. */
function filesOf(environment: Environment): readonly string[] {
  const named = environment["PIP_CONFIG_FILE"];
  if (named === "/dev/null") return [];
  const folders = (environment["XDG_CONFIG_DIRS"] || "/etc/xdg").split(":");
  const site = environment["VIRTUAL_ENV"];
  return [
    ...folders.map((folder) => join(folder, "pip/pip.conf")),
    "/etc/pip.conf",
    join(homeOf(environment), ".pip/pip.conf"),
    join(configHome(environment), "pip/pip.conf"),
    ...(site ? [join(site, "pip.conf")] : []),
    ...(named ? [named] : []),
  ];
}

function put(
  settings: Record<string, string>,
  withheld: Withheld[],
  name: string,
  value: string,
  setting: string,
): void {
  const meaning = SETTINGS[name];
  if (meaning === undefined || value === "") return;
  if (meaning === "withheld") {
    withheld.push({ setting, why: name === "client-cert" ? "client-certificate" : "local-path" });
    return;
  }
  const places = value.split(/\s+/);
  const kept = meaning === "places" ? places.filter(isUrl) : places;
  if (kept.length < places.length) withheld.push({ setting, why: "local-path" });
  if (kept.length > 0) settings[name] = kept.join(" ");
}

/** A mirror of PyPI has nothing that Heroku would lack; what stands beside it, or asks for a password, has. */
function privateSources(settings: Readonly<Record<string, string>>): readonly PrivateSource[] {
  const main = (settings["index-url"] ?? "").split(" ").filter(hasCredentials);
  const more = (settings["extra-index-url"] ?? "").split(" ").filter((url) => url !== "");
  return [...main, ...more]
    .map(withoutCredentials)
    .filter((url) => !PYPI.test(url))
    .map((url) => ({ tool: "pip", url }));
}

/** As pip's own file has it: several values stand on lines of their own. */
export function pipFile(settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name} = ${value.split(" ").join("\n    ")}`,
  );
  return ["[global]", ...lines, ""].join("\n");
}
