/** A domain that can be added to an app, in lower case; `*.example.com` stands for all below it. */
export type HostName = string & { readonly __brand: "HostName" };

const LONGEST = 253;
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
const DIGITS = /^\d+$/;

/**
 * The domain that `text` writes, or undefined: RFC 1123 labels, two at least, the last one no number (that would be an
 * address), a wildcard as the whole first label only. Other letters come as Punycode, as Heroku wants them.
 */
export function hostName(text: string): HostName | undefined {
  const name = text.toLowerCase();
  const labels = (name.startsWith("*.") ? name.slice(2) : name).split(".");
  const last = labels.at(-1) ?? "";
  const isSound = name.length <= LONGEST && labels.length >= 2 && labels.every((label) => LABEL.test(label));
  return isSound && !DIGITS.test(last) ? (name as HostName) : undefined;
}

/** Whether a request for `host` (lower case) is one for this domain. A wildcard matches any subdomain, at any depth. */
export function covers(domain: HostName, host: string): boolean {
  return domain.startsWith("*.")
    ? host.endsWith(domain.slice(1)) && host.length > domain.length - 1
    : host === domain;
}

/** Second-level names under which people register theirs, in country domains: `co.uk`, `com.au`. */
const SECOND_LEVEL = /^(?:ac|co|com|edu|gob|gov|gv|ltd|me|ne|net|nom|or|org|plc)\.[a-z]{2}$/;

/** A root domain, which DNS lets point nowhere by CNAME. */
export function isApex(domain: string): boolean {
  if (domain.startsWith("*.")) return false;
  const labels = domain.split(".");
  return labels.length === 2 || (labels.length === 3 && SECOND_LEVEL.test(labels.slice(1).join(".")));
}
