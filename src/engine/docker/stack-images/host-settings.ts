import { APT_OPTIONS_PATH, aptOptionsOf, mirrorOf, readIfThere } from "../../lent/apt.ts";
import type { TarFile } from "../../tar-of.ts";
import type { Environment } from "../../environment.ts";

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

const PROXY_NAMES = ["http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"];
const LOOPBACK = /\/\/([^/@]*@)?(localhost|127\.|\[::1\])/i;

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
