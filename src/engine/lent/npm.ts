import { dirname, join } from "node:path";
import type { Environment } from "../environment.ts";
import { homeOf, readOr, type PrivateSource, type Withheld } from "./places.ts";

export interface NpmFindings {
  readonly settings: Readonly<Record<string, string>>;
  readonly withheld: readonly Withheld[];
  readonly privateSources: readonly PrivateSource[];
}

/** From where packages come, of all or of a scope, and how to get there. Nothing else of an npmrc means the same in a build. */
const WANTED = /^(?:(?:@[^\s:=]+:)?registry|strict-ssl|proxy|https-proxy|noproxy|no-proxy)$/;
/** What logs in at one registry. Such settings without an address belong to no registry, and npm refuses them. */
const LOGIN = /^(\/\/.+?\/?):(?:_authToken|_auth|username|_password|email)$/;
/** Files of this machine: a client's certificate and its key. */
const CERTIFICATE = /^(?:\/\/.+:)?(?:cert|key|certfile|keyfile)$/;

/** The files of npm on this machine (Yarn 1 and pnpm read the same), then its variables; the later one wins. */
export async function readNpm(environment: Environment): Promise<NpmFindings> {
  const files = [
    "/etc/npmrc",
    // npm's global file is below the prefix of its Node.js
    join(dirname(dirname(process.execPath)), "etc/npmrc"),
    environment["NPM_CONFIG_USERCONFIG"] ??
      environment["npm_config_userconfig"] ??
      join(homeOf(environment), ".npmrc"),
  ];
  const texts = await Promise.all(files.map(readOr));
  const pairs = texts.flatMap((text) => pairsOf(text, environment));
  const settings: Record<string, string> = {};
  const logins: [registry: string, name: string, value: string][] = [];
  for (const [name, value] of [...pairs, ...variables(environment)]) {
    const login = LOGIN.exec(name)?.[1];
    if (login !== undefined) logins.push([slashed(login), name, value]);
    else if (name.endsWith("registry")) Object.assign(settings, registry(name, value, logins));
    else if (WANTED.test(name)) settings[name] = value;
  }
  const registries = Object.entries(settings).filter(([name]) => name.endsWith("registry"));
  const asked = registries.map(([, url]) => slashed(url.replace(/^https?:/, "")));
  for (const [address, name, value] of logins)
    if (asked.some((one) => one.startsWith(address))) settings[name] = value;
  return {
    settings,
    withheld: pairs
      .filter(([name]) => CERTIFICATE.test(name))
      .map(([name]) => ({ setting: `${name} (npm)`, why: "client-certificate" })),
    privateSources: registries
      .filter(([name]) => name.startsWith("@"))
      .map(([name, url]) => ({ tool: "npm", url, scope: name.replace(/:registry$/, "") })),
  };
}

function pairsOf(text: string, environment: Environment): readonly (readonly [string, string])[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, name, value = ""] = /^\s*([^\s#;=][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined) return [];
    const plain = value.replace(/^(["'])(.*)\1$/, "$2");
    // npm itself puts in the variables of this machine, which a build has not
    return [[name, plain.replaceAll(/\$\{(\w+)\??\}/g, (whole, key: string) => environment[key] ?? whole)]];
  });
}

function variables(environment: Environment): readonly (readonly [string, string])[] {
  return Object.entries(environment).flatMap(([key, value]) => {
    const name = /^npm_config_(.+)$/i.exec(key)?.[1];
    if (name === undefined || value === undefined || value === "") return [];
    return [[name.startsWith("//") || name.startsWith("@") ? name : dashed(name), value]];
  });
}

function dashed(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}

/** A name and password in the address are none to npm: they become what logs in. */
function registry(
  name: string,
  value: string,
  logins: [registry: string, name: string, value: string][],
): Readonly<Record<string, string>> {
  const url = URL.parse(value);
  if (url === null) return {};
  const { username, password } = url;
  url.username = url.password = "";
  if (`${username}${password}` !== "") {
    const address = slashed(url.href.replace(/^https?:/, ""));
    const both = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    logins.push([address, `${address}:_auth`, Buffer.from(both).toString("base64")]);
  }
  return { [name]: url.href };
}

function slashed(address: string): string {
  return address.endsWith("/") ? address : `${address}/`;
}
