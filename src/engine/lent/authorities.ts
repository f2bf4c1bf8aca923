import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import type { Environment } from "../environment.ts";
import { homeOf, iniEntries, readOr } from "./places.ts";

/** Where systems keep the bundle that everything on them trusts. */
const SYSTEM = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];
/** Variables by which single programs are told of one more bundle. */
const VARIABLES = [
  "SSL_CERT_FILE",
  "PIP_CERT",
  "REQUESTS_CA_BUNDLE",
  "CURL_CA_BUNDLE",
  "GIT_SSL_CAINFO",
  "NODE_EXTRA_CA_CERTS",
  "NPM_CONFIG_CAFILE",
  "npm_config_cafile",
];
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * One bundle for a build: all that this machine, or a tool on it, trusts. Only then can it take the place of the
 * bundle in the image. Undefined where nobody here names any.
 */
export async function readAuthorities(environment: Environment): Promise<Buffer | undefined> {
  const system = await firstOf([environment["SSL_CERT_FILE"], ...SYSTEM]);
  const named = [...VARIABLES.map((name) => environment[name]), ...(await inFiles(environment))];
  const paths = new Set(named.filter((path) => path !== undefined && path !== ""));
  const more = await Promise.all([...paths].map((path) => readOr(path ?? "")));
  const base = system?.toString() ?? rootCertificates.join("\n");
  const known = new Set(base.match(CERTIFICATE));
  const added = [...new Set(more.flatMap((text) => text.match(CERTIFICATE) ?? []))].filter(
    (one) => !known.has(one),
  );
  if (added.length === 0) return system;
  return Buffer.from(`${base.trimEnd()}\n${added.join("\n")}\n`);
}

/** `cert` of pip, `cafile` of npm, `sslCAInfo` of git. */
async function inFiles(environment: Environment): Promise<readonly string[]> {
  const home = homeOf(environment);
  const files = ["/etc/pip.conf", ".pip/pip.conf", ".config/pip/pip.conf", ".npmrc", ".gitconfig"];
  const named = environment["PIP_CONFIG_FILE"];
  const texts = await Promise.all(
    [...files, ...(named ? [named] : [])].map((file) =>
      readOr(file.startsWith("/") ? file : join(home, file)),
    ),
  );
  return texts
    .flatMap((text) => iniEntries(text.replaceAll(/^[ \t]+(?=sslCAInfo)/gim, "")))
    .filter(({ name }) => /^(?:cert|cafile|sslcainfo)$/i.test(name))
    .map(({ value }) => value.replace(/^~(?=\/)/, home));
}

async function firstOf(paths: readonly (string | undefined)[]): Promise<Buffer | undefined> {
  for (const path of paths) {
    if (path === undefined || path === "") continue;
    const content = await readFile(path).catch(() => undefined);
    if (content !== undefined) return content;
  }
  return undefined;
}
