import { readFileSync } from "node:fs";

/** The version in package.json: one place, read when asked. */
export function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** `dynosim/0.1.0 linux-x64 node-v24.21.0` */
export function versionLine(): string {
  return `dynosim/${packageVersion()} ${process.platform}-${process.arch} node-${process.version}`;
}
