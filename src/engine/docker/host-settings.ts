import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Environment } from "./connect.ts";
import { NPMRC_PATH, readNpmSettings } from "./npm-settings.ts";
import {
  aptOptionsOf,
  APT_OPTIONS_PATH,
  isOnLoopback,
  mirrorOf,
  PUBLIC_MIRROR,
} from "./stack-images/host-settings.ts";
import type { TarFile } from "./tar-of.ts";

/** What a build needs of this machine to reach the world as this machine does. Only builds get it, never a slug. */
export interface HostSettings {
  /** The bundle of certificate authorities this machine trusts; undefined where there is no such file. */
  readonly authorities: Buffer | undefined;
  /** pip's [global] section. */
  readonly pip: Readonly<Record<string, string>>;
  /** Of npmrc. */
  readonly npm: Readonly<Record<string, string>>;
  readonly proxies: Readonly<Record<string, string>>;
  readonly apt: AptSettings;
}

/** For buildpacks that fetch Debian packages. */
export interface AptSettings {
  /** Where this machine has Debian's packages from. */
  readonly mirror: string;
  /** As `apt-config dump` prints them. */
  readonly options: readonly string[];
}

/** The place of the bundle in the stack images, which are Debian's. */
const BUNDLE = "/etc/ssl/certs/ca-certificates.crt";
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);
const PIP_SETTINGS = ["index-url", "extra-index-url", "trusted-host", "timeout", "retries"];

export async function readHostSettings(environment: Environment): Promise<HostSettings> {
  const [authorities, options] = await Promise.all([
    readFile(environment["SSL_CERT_FILE"] ?? BUNDLE).catch(() => undefined),
    aptOptionsOf(),
  ]);
  return {
    authorities,
    pip: {
      ...(await pipFileSettings(environment)),
      ...pipVariables(environment),
      ...(authorities ? { cert: BUNDLE } : {}),
    },
    npm: { ...(await readNpmSettings(environment)), ...(authorities ? { cafile: BUNDLE } : {}) },
    proxies: Object.fromEntries(
      PROXIES.flatMap((name) => {
        const value = environment[name];
        return value === undefined || value === "" ? [] : [[name, value]];
      }),
    ),
    // a proxy on this machine's loopback is none in a container
    apt: { mirror: mirrorOf(), options: options.filter((option) => !isOnLoopback(option)) },
  };
}

/** Files, not variables: variables would show in the app's build. engine.md 5 */
export function hostFiles(host: HostSettings): readonly TarFile[] {
  const pip = Object.entries(host.pip).map(([name, value]) => `${name} = ${value}`);
  const npm = Object.entries(host.npm).map(([name, value]) => `${name}=${value}`);
  return [
    ...(host.authorities ? [{ path: BUNDLE.slice(1), content: host.authorities }] : []),
    ...(host.apt.options.length > 0
      ? [{ path: APT_OPTIONS_PATH, content: [...host.apt.options, ""].join("\n") }]
      : []),
    // uv has certificate authorities of its own unless it is told; 0.12 calls the setting this
    ...(host.authorities ? [{ path: "etc/uv/uv.toml", content: "system-certs = true\n" }] : []),
    ...(npm.length > 0 ? [{ path: NPMRC_PATH.slice(1), content: [...npm, ""].join("\n") }] : []),
    ...(pip.length > 0 ? [{ path: "etc/pip.conf", content: ["[global]", ...pip, ""].join("\n") }] : []),
  ];
}

/** For what reads no file: proxies, and Node and Python's requests (hence Poetry), which keep bundles of their own. */
export function hostVariables(host: HostSettings): Readonly<Record<string, string>> {
  return {
    ...host.proxies,
    ...(host.authorities ? { NODE_EXTRA_CA_CERTS: BUNDLE, REQUESTS_CA_BUNDLE: BUNDLE } : {}),
  };
}

/** The later file wins, as for pip itself. */
async function pipFileSettings(environment: Environment): Promise<Readonly<Record<string, string>>> {
  const home = environment["HOME"] ?? "/";
  const files = ["/etc/pip.conf", join(home, ".pip/pip.conf"), join(home, ".config/pip/pip.conf")];
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")));
  const wanted = new RegExp(`^(${PIP_SETTINGS.join("|")})\\s*[=:]\\s*(\\S.*)$`, "gm");
  const found = texts.flatMap((text) => [...text.matchAll(wanted)]);
  return Object.fromEntries(found.map(([, name = "", value = ""]) => [name, value]));
}

/** pip's own variables, which win over files. */
function pipVariables(environment: Environment): Readonly<Record<string, string>> {
  const pairs = PIP_SETTINGS.map((name) => [
    name,
    environment[`PIP_${name.toUpperCase().replaceAll("-", "_")}`] ??
      environment[`PIP_DEFAULT_${name.toUpperCase()}`],
  ]);
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined && value !== ""));
}

/** A command for root that lets apt in the box ask `mirror`, where it would ask Debian's public one. */
export const USE_MIRROR: string = `[[ ! -e /etc/apt/sources.list ]] || sed -i "s#${PUBLIC_MIRROR}\\(/\\?[[:space:]]\\)#$1\\1#" /etc/apt/sources.list`;
