import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";

const DEBIAN_SITE = "debian.org";
/** What the source list of a stack image names. */
export const PUBLIC_MIRROR: string = `http://deb.${DEBIAN_SITE}/debian`;

/** `Check-Valid-Until`: a frozen mirror's lists are "expired". engine.md 12 */
const LENT_OPTION = /^Acquire::(https?::proxy(::\S+)?|Check-Valid-Until|Check-Date|ForceIPv4|Retries) .*;$/i;

/** Where apt is told of the above, in a container. */
export const APT_OPTIONS_PATH = "etc/apt/apt.conf.d/99dynosim-host";

/** The options of this machine's apt that another one needs to get out of it. */
export async function aptOptionsOf(): Promise<readonly string[]> {
  return lentOptions(await aptConfiguration());
}

/** Where this machine has Debian's packages from. */
export function mirrorOf(): string {
  return isDebian() ? (mirrorIn(aptSources("/etc/apt")) ?? PUBLIC_MIRROR) : PUBLIC_MIRROR;
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
export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
