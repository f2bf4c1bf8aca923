import { X509Certificate } from "node:crypto";
import { getCACertificates } from "node:tls";
import type { Clock } from "../../kernel/clock.ts";
import { authorityPaths, readAuthority } from "./authority-file.ts";

/** What can be told of the user's authority. */
export interface AuthorityFacts {
  /** Path of the certificate, and of the key, which nobody else may read. */
  readonly certificate: string;
  readonly key: string;
  /** SHA-256 of the certificate, in pairs of hexadecimal digits. */
  readonly fingerprint: string;
  readonly validFrom: Date;
  readonly validUntil: Date;
  /** It is in the list that Node finds on this system. */
  readonly isTrustedBySystem: boolean;
}

/** Undefined: there is none yet, or none that could still sign. */
export function authorityFacts(
  environment: Readonly<Record<string, string | undefined>>,
  clock: Clock,
): AuthorityFacts | undefined {
  const authority = readAuthority(environment, clock);
  if (authority === undefined) return undefined;
  const certificate = new X509Certificate(authority.cert);
  const { cert, key } = authorityPaths(environment);
  return {
    certificate: cert,
    key,
    fingerprint: certificate.fingerprint256,
    validFrom: certificate.validFromDate,
    validUntil: certificate.validToDate,
    isTrustedBySystem: isTrusted(certificate.fingerprint256),
  };
}

function isTrusted(fingerprint: string): boolean {
  return getCACertificates("system").some((pem) => fingerprintOf(pem) === fingerprint);
}

function fingerprintOf(pem: string): string | undefined {
  try {
    return new X509Certificate(pem).fingerprint256;
  } catch {
    return undefined;
  }
}
