import { createPrivateKey, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import { after, hours, type Instant, type Millis } from "../../kernel/units.ts";
import { ALGORITHM, CLOCK_LAG, newSerial, type KeyPair } from "./authority.ts";
import { loadX509 } from "./load-x509.ts";

/** Browsers take 398 days at most; a certificate that is made anew in a millisecond needs no more than this. */
export const LEAF_LIFETIME: Millis = hours(7 * 24);

/** Longest common name; the name that counts is the alternative one. RFC 5280, A.1 */
const COMMON_NAME_LIMIT = 64;
const LOOPBACK_ADDRESSES = ["127.0.0.1", "::1"];

/** A server's certificate for one name, as PEM text; one for `localhost` is good for the loopback addresses as well. */
export async function issueLeaf(
  authority: KeyPair,
  keys: webcrypto.CryptoKeyPair,
  name: string,
  now: Instant,
): Promise<string> {
  const x509 = await loadX509();
  const issuer = new x509.X509Certificate(authority.cert);
  const names = [name, ...(name === "localhost" ? LOOPBACK_ADDRESSES : [])];
  const leaf = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: [{ O: ["dynosim"] }, { CN: [name.length > COMMON_NAME_LIMIT ? "dynosim" : name] }],
    issuer: issuer.subjectName,
    notBefore: new Date(now - CLOCK_LAG),
    notAfter: new Date(after(now, LEAF_LIFETIME)),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await signingKey(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? "dns" : "ip", value })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return `${leaf.toString("pem")}\n`;
}

function signingKey(pem: string): Promise<webcrypto.CryptoKey> {
  const bytes = createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
  return webcrypto.subtle.importKey("pkcs8", bytes, ALGORITHM, false, ["sign"]);
}
