import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { TarFile } from "../tar-of.ts";
import type { Environment } from "../connect.ts";

/** What this machine needs to reach Debian's packages; lent to a build, never left in an image. */
export interface HostSettings {
  /** Where packages come from, when this is a Debian with a mirror of its own. */
  readonly mirror: string;
  /** Proxy variables, for the commands of a build. */
  readonly proxies: Readonly<Record<string, string>>;
  /** Options of apt, as `apt-config dump` prints them. */
  readonly aptOptions: readonly string[];
  /** Certificates that this machine trusts; undefined where there is no such file. */
  readonly certificates: Buffer | undefined;
  /** A proxy on this machine's loopback is reached from the host's network only. */
  readonly hostNetwork: boolean;
}

const DEBIAN_SITE = "debian.org";
/** What the source list of a stack image names. */
export const PUBLIC_MIRROR: string = `http://deb.${DEBIAN_SITE}/debian`;
const PROXY_NAMES = ["http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"];
const LOOPBACK = /\/\/([^/@]*@)?(localhost|127\.|\[::1\])/i;

/** `Check-Valid-Until`: a frozen mirror's lists are "expired". engine.md 12 */
const LENT_OPTION = /^Acquire::(https?::proxy(::\S+)?|Check-Valid-Until|Check-Date|ForceIPv4|Retries) .*;$/i;

/** Where apt is told of the above, in a container. */
export const APT_OPTIONS_PATH = "etc/apt/apt.conf.d/99dynosim-host";
export const CERTIFICATES_PATH = "opt/dynosim-recipe/host-certificates.crt";

export async function readHostSettings(environment: Environment): Promise<HostSettings> {
  const proxies = proxiesFrom(environment);
  const aptOptions = await aptOptionsOf();
  return {
    mirror: mirrorOf(),
    proxies,
    aptOptions,
    certificates: readIfThere(environment["SSL_CERT_FILE"] ?? "/etc/ssl/certs/ca-certificates.crt"),
    hostNetwork: [...Object.values(proxies), ...aptOptions].some((value) => isOnLoopback(value)),
  };
}

/** The options of this machine's apt that another one needs to get out of it. */
export async function aptOptionsOf(): Promise<readonly string[]> {
  return lentOptions(await aptConfiguration());
}

/** Where this machine has Debian's packages from. */
export function mirrorOf(): string {
  return isDebian() ? (mirrorIn(aptSources("/etc/apt")) ?? PUBLIC_MIRROR) : PUBLIC_MIRROR;
}

/** Of a proxy's URL, wherever it stands in `setting`. */
export function isOnLoopback(setting: string): boolean {
  return LOOPBACK.test(setting);
}

/** The files that lend the settings to a container; to be removed before it becomes an image. */
export function lentFiles(settings: HostSettings): readonly TarFile[] {
  const { certificates } = settings;
  const trust = certificates === undefined ? [] : [`Acquire::https::CaInfo "/${CERTIFICATES_PATH}";`];
  return [
    { path: APT_OPTIONS_PATH, content: [...settings.aptOptions, ...trust, ""].join("\n") },
    ...(certificates === undefined ? [] : [{ path: CERTIFICATES_PATH, content: certificates }]),
  ];
}

/** The first mirror of Debian's main archive that apt's source lists name, in either of their two formats. */
export function mirrorIn(sources: string): string | undefined {
  const lines = sources.split("\n").filter((line) => !/^\s*#/.test(line));
  return /\bhttps?:\/\/\S+\/debian(?=\/?(\s|$))/m.exec(lines.join("\n"))?.[0];
}

/** The lines of `apt-config dump` that another apt needs to get out of this machine. */
export function lentOptions(dump: string): readonly string[] {
  return dump.split("\n").filter((line) => LENT_OPTION.test(line));
}

/** Both cases of each name, as programs disagree about which one they read. */
export function proxiesFrom(environment: Environment): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of PROXY_NAMES) {
    const value = environment[name] ?? environment[name.toUpperCase()];
    if (value === undefined || value === "") continue;
    found[name] = value;
    found[name.toUpperCase()] = value;
  }
  return found;
}

async function aptConfiguration(): Promise<string> {
  const dump = await execa("apt-config", ["dump"], { reject: false });
  return dump.failed ? "" : dump.stdout;
}

function isDebian(): boolean {
  return /^ID="?debian"?$/m.test(readIfThere("/etc/os-release")?.toString() ?? "");
}

function aptSources(folder: string): string {
  const parts = join(folder, "sources.list.d");
  const names = readNames(parts).filter((name) => /\.(sources|list)$/.test(name));
  const paths = [join(folder, "sources.list"), ...names.map((name) => join(parts, name))];
  return paths.map((path) => readIfThere(path)?.toString() ?? "").join("\n");
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

/** Not there, or not for this user: both mean that it tells nothing. */
function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
