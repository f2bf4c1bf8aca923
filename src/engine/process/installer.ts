import { existsSync } from "node:fs";
import type { Installer } from "../failure.ts";

/** Undefined: some other, or none. */
export function installerHere(platform: NodeJS.Platform = process.platform): Installer | undefined {
  if (platform === "darwin") return "brew";
  if (existsSync("/usr/bin/apt-get")) return "apt";
  return existsSync("/usr/bin/dnf") ? "dnf" : undefined;
}

/** The command that a person types. */
export function installCommand(installer: Installer, packages: readonly string[]): string {
  return `${installer === "apt" ? "apt-get" : installer} install ${packages.join(" ")}`;
}
