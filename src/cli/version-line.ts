import { packageVersion } from "../platform/package-version.ts";

/** `dynosim/0.1.0 linux-x64 node-v24.21.0` */
export function versionLine(): string {
  return `dynosim/${packageVersion()} ${process.platform}-${process.arch} node-${process.version}`;
}
