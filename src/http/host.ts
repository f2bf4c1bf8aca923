export interface Host {
  /** Lower case, without brackets: `app.localhost`, `::1`. */
  readonly name: string;
  /** For the Host field toward the dyno: lower case, with the port if there was one. router.md 4.13, 17.3 */
  readonly text: string;
}

const HOST = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::(\d{0,5}))?$/;
const GREATEST_PORT = 65_535;

/** Undefined for anything but a host name or address with an optional numeric port. router.md 4.11, 4.14, 4.15 */
export function parseHost(value: string): Host | undefined {
  const known = hosts.get(value);
  if (known !== undefined) return known;
  const host = parsed(value);
  // a copy: `value` is a part of its head's text, and would keep the whole
  if (host !== undefined && hosts.size < MOST_KNOWN && value.length <= LONGEST_KNOWN)
    hosts.set(Buffer.from(value, "latin1").toString("latin1"), host);
  return host;
}

/** An app has few names; a client that invents them must not fill the memory. */
const hosts = new Map<string, Host>();
const MOST_KNOWN = 100;
const LONGEST_KNOWN = 100;

function parsed(value: string): Host | undefined {
  const lower = value.toLowerCase();
  const match = HOST.exec(lower);
  if (match === null) return undefined;
  const [, address, name, port] = match;
  if (port !== undefined && Number(port) > GREATEST_PORT) return undefined;
  return { name: address ?? name ?? "", text: lower.endsWith(":") ? lower.slice(0, -1) : lower };
}
