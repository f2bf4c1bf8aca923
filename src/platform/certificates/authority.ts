import { createPrivateKey, createPublicKey, randomBytes, webcrypto, X509Certificate } from "node:crypto";
import { hours, after, type Instant, type Millis } from "../../kernel/units.ts";
import { loadX509 } from "./load-x509.ts";

/** A certificate and its key, both as PEM text. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** P-256 is what every client knows, and a signature costs well under a millisecond. */
export const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Three years: it has to be trusted by hand, so not too often; it is able to vouch for any name, so not for ever. */
const LIFETIME: Millis = hours(3 * 365 * 24);
/** So long before its end it is replaced: what it signs must not outlive it. */
const NEAR_END: Millis = hours(30 * 24);
/** Clocks of containers and virtual machines lag. */
export const CLOCK_LAG: Millis = hours(1);

/**
 * A new authority. It may sign servers' certificates only, no further authorities (path length 0). Names are not
 * constrained: a custom domain may be any.
 */
export async function makeAuthority(owner: string, now: Instant): Promise<KeyPair> {
  const x509 = await loadX509();
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: [{ O: ["dynosim"] }, { OU: [owner] }, { CN: ["dynosim local authority"] }],
    notBefore: new Date(now - CLOCK_LAG),
    notAfter: new Date(after(now, LIFETIME)),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: `${certificate.toString("pem")}\n`, key: await privatePem(keys) };
}

/** Whether these two texts are an authority that can sign today, and for some time to come. */
export function isUsable({ cert, key }: KeyPair, now: Instant): boolean {
  try {
    const certificate = new X509Certificate(cert);
    const publicKey = createPublicKey(createPrivateKey(key));
    return (
      certificate.ca &&
      certificate.publicKey.equals(publicKey) &&
      certificate.validFromDate.getTime() <= now &&
      certificate.validToDate.getTime() > after(now, NEAR_END)
    );
  } catch {
    return false;
  }
}

export function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

export async function privatePem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  return createPrivateKey({ key: bytes, format: "der", type: "pkcs8" })
    .export({ type: "pkcs8", format: "pem" })
    .toString();
}

/** 127 random bits, positive, and never with a leading zero byte. RFC 5280 4.1.2.2 */
export function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString("hex");
}
