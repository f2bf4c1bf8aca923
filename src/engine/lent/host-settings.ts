import type { Environment } from "../environment.ts";
import { readAuthorities } from "./authorities.ts";
import { dropLoopback, loopbackSettings } from "./loopback.ts";
import { readNetrc, readPoetryLogins } from "./logins.ts";
import { pipFile, readPip } from "./pip.ts";
import type { PrivateSource, Withheld } from "./places.ts";
import { readUv, uvFile, type UvFindings } from "./uv.ts";
import { readYarn, yarnFile } from "./yarn.ts";
import { readNpm } from "./npm.ts";
import { aptOptionsOf, APT_OPTIONS_PATH, mirrorOf, PUBLIC_MIRROR } from "./apt.ts";
import type { TarFile } from "../tar-of.ts";

/**
 * What a build needs of this machine to reach the world as this machine does. Only builds get it, never a slug: as
 * files of root's, outside of the app and of its home folder, in a container that ends with the build.
 */
export interface HostSettings {
  /** The bundle of certificate authorities this machine trusts; undefined where there is no such file. */
  readonly authorities: Buffer | undefined;
  /** pip's [global] section; several values of one name have blanks between them. */
  readonly pip: Readonly<Record<string, string>>;
  readonly uv: UvFindings;
  /** Of npmrc. */
  readonly npm: Readonly<Record<string, string>>;
  /** Of .yarnrc.yml: YAML, by names. */
  readonly yarn: Readonly<Record<string, string>>;
  /** Names and passwords for the hosts of indexes, as a netrc. */
  readonly netrc: string;
  /** Poetry's auth.toml. */
  readonly poetry: string;
  readonly proxies: Readonly<Record<string, string>>;
  readonly apt: AptSettings;
  /** Settings that name this machine's loopback: a build reaches it from this machine's own network only. */
  readonly loopback: readonly string[];
  readonly withheld: readonly Withheld[];
  readonly privateSources: readonly PrivateSource[];
}

/** For buildpacks that fetch Debian packages. */
export interface AptSettings {
  /** Where this machine has Debian's packages from. */
  readonly mirror: string;
  /** As `apt-config dump` prints them. */
  readonly options: readonly string[];
}

/** Where in a build the files lie by which it gets them: absolute paths. */
export interface LentPlaces {
  /** The bundle. */
  readonly authorities: string;
  readonly pip: string;
  readonly uv: string;
  /** Below the app's own .npmrc, which wins. */
  readonly npm: string;
  /** The same for Yarn 1 and pnpm, which look for no other than the user's; npm refuses to read one file twice. */
  readonly userNpm: string;
  readonly yarn: string;
  readonly netrc: string;
  /** Poetry's folder. */
  readonly poetry: string;
  /** Undefined: apt is this machine's own, and knows. */
  readonly apt: string | undefined;
}

/** Where the tools look by themselves, in the stack images, which are Debian's. */
export const IN_CONTAINER: LentPlaces = {
  authorities: "/etc/ssl/certs/ca-certificates.crt",
  pip: "/etc/pip.conf",
  uv: "/etc/uv/uv.toml",
  npm: "/etc/npmrc",
  userNpm: "/etc/dynosim/npmrc",
  yarn: "/.yarnrc.yml",
  netrc: "/etc/dynosim/netrc",
  poetry: "/etc/dynosim/pypoetry",
  apt: APT_OPTIONS_PATH,
};
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap((name) => [
  name,
  name.toLowerCase(),
]);

export async function readHostSettings(environment: Environment): Promise<HostSettings> {
  const [authorities, options, pip, uv, npm, yarn, poetry] = await Promise.all([
    readAuthorities(environment),
    aptOptionsOf(),
    readPip(environment),
    readUv(environment),
    readNpm(environment),
    readYarn(environment),
    readPoetryLogins(environment),
  ]);
  const found = {
    pip: pip.settings,
    uv,
    npm: npm.settings,
    yarn,
    proxies: proxiesOf(environment),
    apt: { mirror: mirrorOf(), options },
  };
  return {
    ...found,
    authorities,
    netrc: await readNetrc(environment, hostsIn(JSON.stringify([found.pip, uv]))),
    poetry,
    loopback: loopbackSettings(found),
    withheld: [...pip.withheld, ...npm.withheld],
    privateSources: [...pip.privateSources, ...uv.privateSources, ...npm.privateSources],
  };
}

/** For an engine elsewhere, where this machine's loopback cannot be had at all. */
export function withoutLoopback(host: HostSettings): HostSettings {
  return { ...host, ...dropLoopback(host) };
}

/** Files, not variables: variables would show in the app's build. engine.md 5 */
export function hostFiles(
  host: HostSettings,
  offline = false,
  places: LentPlaces = IN_CONTAINER,
): readonly TarFile[] {
  const pip = {
    ...host.pip,
    ...(host.authorities ? { cert: places.authorities } : {}),
    ...(offline ? { "no-index": "true" } : {}),
  };
  const npm = Object.entries({
    ...host.npm,
    ...(host.authorities ? { cafile: places.authorities } : {}),
    ...(offline ? { offline: "true" } : {}),
  }).map(([name, value]) => `${name}=${value}`);
  return [
    ...file(places.authorities, host.authorities),
    ...(places.apt === undefined ? [] : file(places.apt, lines(host.apt.options))),
    ...file(places.uv, uvFile(host.uv, host.authorities !== undefined, offline)),
    ...file(places.npm, lines(npm)),
    ...file(places.userNpm, lines(npm)),
    ...file(places.yarn, yarnFile(host.yarn, offline)),
    ...file(places.pip, Object.keys(pip).length > 0 ? pipFile(pip) : undefined),
    ...file(places.netrc, host.netrc),
    ...file(`${places.poetry}/auth.toml`, host.poetry),
  ];
}

/** For what reads no file: proxies, and Node and Python's requests (hence Poetry), which keep bundles of their own. */
export function hostVariables(
  host: HostSettings,
  { authorities, netrc, poetry }: LentPlaces = IN_CONTAINER,
): Readonly<Record<string, string>> {
  return {
    ...host.proxies,
    ...(host.authorities ? { NODE_EXTRA_CA_CERTS: authorities, REQUESTS_CA_BUNDLE: authorities } : {}),
    ...(host.netrc === "" ? {} : { NETRC: netrc }),
    ...(host.poetry === "" ? {} : { POETRY_CONFIG_DIR: poetry }),
  };
}

function file(path: string, content: string | Buffer | undefined): readonly TarFile[] {
  return content === undefined || content.length === 0 ? [] : [{ path: path.replace(/^\//, ""), content }];
}

function lines(texts: readonly string[]): string {
  return texts.length === 0 ? "" : [...texts, ""].join("\n");
}

function proxiesOf(environment: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries(
    PROXIES.flatMap((name) => {
      const value = environment[name];
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );
}

function hostsIn(text: string): ReadonlySet<string> {
  const urls = text.match(/https?:\/\/[^\s"'\\,\]]+/g) ?? [];
  return new Set(urls.flatMap((url) => URL.parse(url)?.hostname ?? []));
}

/** A command for root that lets apt in the box ask `mirror`, where it would ask Debian's public one. */
export const USE_MIRROR: string = `[[ ! -e /etc/apt/sources.list ]] || sed -i "s#${PUBLIC_MIRROR}\\(/\\?[[:space:]]\\)#$1\\1#" /etc/apt/sources.list`;
