import type { Environment } from "./connect.ts";
import { readAuthorities } from "./lent/authorities.ts";
import { dropLoopback, loopbackSettings } from "./lent/loopback.ts";
import { readNetrc, readPoetryLogins } from "./lent/logins.ts";
import { pipFile, readPip } from "./lent/pip.ts";
import type { PrivateSource, Withheld } from "./lent/places.ts";
import { readUv, uvFile, type UvFindings } from "./lent/uv.ts";
import { readYarn, yarnFile } from "./lent/yarn.ts";
import { NPMRC_PATH, readNpm } from "./npm-settings.ts";
import { aptOptionsOf, APT_OPTIONS_PATH, mirrorOf, PUBLIC_MIRROR } from "./stack-images/host-settings.ts";
import type { TarFile } from "./tar-of.ts";

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

/** The place of the bundle in the stack images, which are Debian's. */
const BUNDLE = "/etc/ssl/certs/ca-certificates.crt";
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap((name) => [
  name,
  name.toLowerCase(),
]);
/** The same for Yarn 1 and pnpm, which look for no other than the user's; npm refuses to read one file twice. */
const USER_NPMRC = "/etc/dynosim/npmrc";
const NETRC = "/etc/dynosim/netrc";
const POETRY = "/etc/dynosim/pypoetry";

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
export function hostFiles(host: HostSettings, offline = false): readonly TarFile[] {
  const pip = {
    ...host.pip,
    ...(host.authorities ? { cert: BUNDLE } : {}),
    ...(offline ? { "no-index": "true" } : {}),
  };
  const npm = Object.entries({
    ...host.npm,
    ...(host.authorities ? { cafile: BUNDLE } : {}),
    ...(offline ? { offline: "true" } : {}),
  }).map(([name, value]) => `${name}=${value}`);
  return [
    ...file(BUNDLE, host.authorities),
    ...file(APT_OPTIONS_PATH, lines(host.apt.options)),
    ...file("etc/uv/uv.toml", uvFile(host.uv, host.authorities !== undefined, offline)),
    ...file(NPMRC_PATH, lines(npm)),
    ...file(USER_NPMRC, lines(npm)),
    ...file(".yarnrc.yml", yarnFile(host.yarn, offline)),
    ...file("etc/pip.conf", Object.keys(pip).length > 0 ? pipFile(pip) : undefined),
    ...file(NETRC, host.netrc),
    ...file(`${POETRY}/auth.toml`, host.poetry),
  ];
}

/** For what reads no file: proxies, and Node and Python's requests (hence Poetry), which keep bundles of their own. */
export function hostVariables(host: HostSettings): Readonly<Record<string, string>> {
  return {
    ...host.proxies,
    ...(host.authorities ? { NODE_EXTRA_CA_CERTS: BUNDLE, REQUESTS_CA_BUNDLE: BUNDLE } : {}),
    ...(host.netrc === "" ? {} : { NETRC }),
    ...(host.poetry === "" ? {} : { POETRY_CONFIG_DIR: POETRY }),
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
