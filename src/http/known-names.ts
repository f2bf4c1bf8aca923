/** What comes with nearly every message: each of these names is one text, however often and in whatever case it comes. */
const KNOWN: readonly string[] = `
  accept accept-charset accept-encoding accept-language accept-ranges age allow access-control-allow-origin
  access-control-request-method access-control-request-headers alt-svc authorization cache-control connect-time
  connection content-disposition content-encoding content-language content-length content-location content-range
  content-security-policy content-type cookie cross-origin-opener-policy date dnt etag expect expires forwarded
  from heroku-session-affinity host if-match if-modified-since if-none-match if-range if-unmodified-since
  keep-alive last-modified link location max-forwards nel origin pragma priority proxy-authenticate
  proxy-authorization proxy-connection range referer referrer-policy report-to reporting-endpoints retry-after
  sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user
  sec-websocket-accept sec-websocket-extensions sec-websocket-key sec-websocket-protocol sec-websocket-version
  server set-cookie strict-transport-security te total-route-time trailer transfer-encoding upgrade
  upgrade-insecure-requests user-agent vary via warning www-authenticate x-content-type-options x-csrftoken
  x-forwarded-for x-forwarded-host x-forwarded-port x-forwarded-proto x-frame-options x-powered-by x-request-id
  x-request-start x-requested-with x-xss-protection
`
  .trim()
  .split(/\s+/);

const PLACES = 4096;
const table: (string | undefined)[] = Array.from({ length: PLACES }, () => undefined);
// two names in one place: the first has it, the other one is read letter by letter as any unknown name is
for (const name of KNOWN) table[placeOf(Buffer.from(name))] ??= name;

/** One step of the hash that tells names apart; case counts for nothing. Begins with 0. */
export function hashed(hash: number, byte: number): number {
  return (Math.imul(hash, 33) + (byte | 0x20)) | 0;
}

/** The name that stands in `bytes`, if it is one of the well known; `hash` is that of all its bytes. */
export function knownName(bytes: Buffer, from: number, to: number, hash: number): string | undefined {
  const name = table[hash & (PLACES - 1)];
  if (name?.length !== to - from) return undefined;
  for (let index = 0; index < name.length; index++) {
    const byte = bytes[from + index]!;
    const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
    if (lower !== name.charCodeAt(index)) return undefined;
  }
  return name;
}

function placeOf(bytes: Buffer): number {
  return bytes.reduce(hashed, 0) & (PLACES - 1);
}
